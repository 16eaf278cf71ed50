/** How an apply ended, and whether it kept its promise, in words. */
import type { Receipt, ReceiptSummary, StepOutcome } from '../../src-main/contract/reclaim.ts';
import { countOf } from './bytes.ts';
import type { Hue } from './hue.ts';
import type { Say } from './plan-words.ts';

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
    return `promised ${bytes(promised)}; the data root is not read here, so what was freed was not measured`;
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
  skipped: ['not begun', 'unused'],
};

/** A name for the file a receipt is saved as. */
export function receiptFile(receipt: Pick<Receipt, 'planId' | 'startedAt'>): string {
  return `strata-receipt-${receipt.startedAt.slice(0, 10)}-${receipt.planId.slice(0, 8)}.json`;
}
