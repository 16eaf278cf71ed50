/** How an apply ended, and whether it kept its promise, in words. */
import { freedWords } from '../../src-main/contract/effect.ts';
import type {
  ListedReceipt,
  Receipt,
  ReceiptSummary,
  SingleReceipt,
  StepOutcome,
} from '../../src-main/contract/reclaim.ts';
import { countOf } from './bytes.ts';
import type { Hue } from './hue.ts';
import type { Say } from './plan-words.ts';
import { safeText } from './safe-text.ts';

type State = ReceiptSummary['state'];

export const STATE_WORDS: Readonly<Record<State, readonly [word: string, hue: Hue, means: string]>> = {
  running: ['running', 'running', 'It is being done just now.'],
  done: ['done', 'volume', 'Every step was done.'],
  failed: ['failed', 'goes', 'A step failed; nothing after it was tried.'],
  cancelled: ['cancelled', 'unused', 'You stopped it; what was not begun is still there.'],
  stale: ['refused', 'dangling', 'The store was no longer what the plan was made for: nothing was removed.'],
  interrupted: [
    'interrupted',
    'dangling',
    'Strata ended in the middle. The steps say how far it came; look at the one that was begun.',
  ],
};

/** `exactly what was promised`, or the difference and where it can come from. */
export function promiseWords(receipt: ReceiptSummary, bytes: Say): string {
  const { promisedDiskBytes: promised, freedDiskBytes: freed, state } = receipt;
  if (state === 'stale') return 'nothing was removed';
  if (freed === null) {
    return `promised ${bytes(promised)}; what was freed was not measured for every step`;
  }
  if (promised === null) return 'the promise had parts that were not measured';
  if (freed === promised) return 'exactly what was promised';
  const { stepsDone, stepsTotal } = receipt;
  if (stepsDone < stepsTotal) {
    return `of ${bytes(promised)} promised; ${countOf(stepsDone, 'step')} of ${stepsTotal} done`;
  }
  const more = freed > promised;
  return `${bytes(Math.abs(freed - promised))} ${more ? 'more' : 'less'} than the ${bytes(promised)} promised`;
}

export const OUTCOME_WORDS: Readonly<Record<StepOutcome['result'], readonly [word: string, hue: Hue]>> = {
  done: ['done', 'volume'],
  failed: ['failed', 'goes'],
  unknown: ['not known', 'dangling'],
  skipped: ['not begun', 'unused'],
};

/** Why it is not said what a step freed. */
export const FREED_UNKNOWN: Readonly<Record<StepOutcome['result'], string>> = {
  done: 'Not measured on the disk.',
  failed: 'It was not done, or not whole.',
  unknown: 'It is not known whether it was done.',
  skipped: 'It was not done.',
};

export const SINGLE_WORDS: Readonly<Record<SingleReceipt['kind'], string>> = {
  'put-back': 'Put back',
  purge: 'Purged',
  restore: 'Loaded back',
};

/** What its state means, for a tooltip. */
export function stateMeans(one: ListedReceipt): string {
  if (one.kind === 'apply') return STATE_WORDS[one.state][2];
  if (one.state === 'failed') return one.message ?? 'It failed.';
  if (one.state === 'interrupted') return 'Strata ended in the middle: look whether it was done.';
  return one.state === 'done' ? 'It was done.' : STATE_WORDS.running[2];
}

/** One line for a mark in the history. */
export function eventWords(one: ListedReceipt, bytes: Say): string {
  if (one.kind === 'apply') return `removed; freed ${freedWords(one, bytes)}`;
  const what = `${SINGLE_WORDS[one.kind].toLowerCase()} ${safeText(one.what)}`;
  const end = one.state === 'done' ? '' : ` (${STATE_WORDS[one.state][0]})`;
  return one.kind === 'purge' ? `${what}${end}; freed ${bytes(one.freedDiskBytes)}` : `${what}${end}`;
}

/** A name for the file a receipt is saved as. */
export function receiptFile(receipt: Pick<Receipt, 'planId' | 'startedAt'>): string {
  return `strata-receipt-${receipt.startedAt.slice(0, 10)}-${receipt.planId.slice(0, 8)}.json`;
}
