/** Receipts are read from the audit: what was begun, every step, how it ended. Nothing is kept twice. */
import { lockHolder } from '../actions/lock.ts';
import type { Backup } from '../actions/backup.ts';
import { movesOnly, receiptEffect } from '../contract/effect.ts';
import { StrataError } from '../contract/errors.ts';
import type {
  ListedReceipt,
  Receipt,
  ReceiptSummary,
  SingleReceipt,
  StepOutcome,
} from '../contract/reclaim.ts';
import type { AuditEntry, HistoryStore } from '../history/index.ts';
import type { AuditRecord, SingleBegins } from './audit.ts';

const NEWEST_ENTRIES = 100_000;

/** The entries of one thing that was begun, its beginning first. `running`: its process lives. */
interface Chapter {
  readonly entries: AuditEntry[];
  running: boolean;
}

/** Newest first. */
export async function listReceipts(
  history: HistoryStore,
  stateDir: string,
): Promise<readonly ListedReceipt[]> {
  const chapters = await readChapters(history, stateDir);
  return chapters.map((chapter) => (isApply(chapter) ? summaryOf(receiptOf(chapter)) : singleOf(chapter)));
}

/** Of plans only, whole; newest first. */
export async function listApplies(history: HistoryStore, stateDir: string): Promise<readonly Receipt[]> {
  return (await readChapters(history, stateDir)).filter(isApply).map(receiptOf);
}

/** By the plan's or the operation's id; of several with one plan the newest. */
export async function findReceipt(history: HistoryStore, stateDir: string, id: string): Promise<Receipt> {
  const chapter = (await readChapters(history, stateDir)).filter(isApply).find(({ entries: [first] }) => {
    return first!.planId === id || begins(first!).operationId === id;
  });
  if (chapter === undefined) throw new StrataError('not-found', `No removal has the id ${id}.`);
  return receiptOf(chapter);
}

/** A plan that was refused as stale may come again, a backup may be loaded twice: each beginning is one of its own. */
async function readChapters(history: HistoryStore, stateDir: string): Promise<readonly Chapter[]> {
  // A memory that can't be used is no empty one.
  if (history.problem !== null)
    throw new StrataError('failed', `What was removed is not known. ${history.problem}`);
  const chapters: Chapter[] = [];
  const open = new Map<string, Chapter>();
  for (const entry of (await history.listAudit(NEWEST_ENTRIES)).toReversed()) {
    const begin = BEGINS.has(entry.kind);
    const key = `${SINGLE_KINDS.has(entry.kind) ? 'single' : 'apply'} ${entry.planId}`;
    const current = begin ? { entries: [], running: false } : open.get(key);
    if (begin && current !== undefined) {
      chapters.push(current);
      open.set(key, current);
    }
    current?.entries.push(entry);
  }
  // One lock for all: what was begun before the newest has ended, or its process did.
  const newest = chapters.at(-1);
  if (newest !== undefined) newest.running = lockHolder(stateDir)?.planId === newest.entries[0]!.planId;
  return chapters.reverse();
}

const SINGLE_BEGINS: readonly SingleBegins['kind'][] = ['put-back-begins', 'purge-begins', 'restore-begins'];
const BEGINS: ReadonlySet<string> = new Set(['apply-begins', ...SINGLE_BEGINS]);
const SINGLE_KINDS: ReadonlySet<string> = new Set([
  ...SINGLE_BEGINS,
  'put-back',
  'purge-ended',
  'restored',
  'single-failed',
]);

const isApply = ({ entries: [first] }: Chapter): boolean => first!.kind === 'apply-begins';

function summaryOf(receipt: Receipt): ReceiptSummary {
  const { steps: _steps, outcomes: _outcomes, pulls: _pulls, backups: _backups, ...rest } = receipt;
  const { freeSpaceRoseBytes: _rose, ...summary } = rest;
  return summary;
}

function receiptOf({ entries, running }: Chapter): Receipt {
  const first = entries[0]!;
  const { plan, who, pulls } = begins(first);
  const outcomes = new Map<number, StepOutcome>();
  const backups: Backup[] = [];
  let end: Extract<AuditRecord, { kind: 'apply-ended' }> | null = null;
  let finishedAt: string | null = null;
  for (const entry of entries) {
    const record = recordOf(entry);
    if (record.kind === 'step-begins') outcomes.set(record.step, unfinished(record.step));
    if (record.kind === 'step-ended') outcomes.set(record.outcome.step, record.outcome);
    if (record.kind === 'backup') backups.push(record.backup);
    if (record.kind === 'apply-ended') {
      end = record;
      finishedAt = timeOf(entry);
    }
  }
  const all = plan.steps.map((_, step) => outcomes.get(step) ?? skipped(step));
  const begun = all.filter((one) => one.result !== 'skipped');
  const freedDiskBytes = end?.result != null ? end.result.freedDiskBytes : sumOrNull(begun);
  return {
    kind: 'apply',
    planId: plan.id,
    startedAt: timeOf(first),
    finishedAt,
    state: end?.state ?? (running ? 'running' : 'interrupted'),
    who,
    stepsDone: all.filter((one) => one.result === 'done').length,
    stepsTotal: plan.steps.length,
    promisedDiskBytes: plan.freesDiskBytes,
    freedDiskBytes,
    freedAtLeastDiskBytes: sumOfKnown(begun.filter(({ step }) => !movesOnly(plan.steps[step]!))),
    movedDiskBytes: receiptEffect({ steps: plan.steps, outcomes: all, freedDiskBytes }).moves,
    message: end?.message ?? null,
    steps: plan.steps,
    outcomes: all,
    freeSpaceRoseBytes: end?.result?.freeSpaceRoseBytes ?? null,
    pulls,
    backups,
  };
}

function singleOf({ entries, running }: Chapter): SingleReceipt {
  const first = entries[0]!;
  const begin = recordOf(first) as SingleBegins;
  const last = entries.length > 1 ? entries.at(-1)! : null;
  const end = last === null ? null : recordOf(last);
  const failed = end?.kind === 'single-failed' ? end : null;
  return {
    kind: begin.kind.slice(0, -'-begins'.length) as SingleReceipt['kind'],
    id: first.planId,
    what: end?.kind === 'put-back' ? end.what : begin.what,
    startedAt: timeOf(first),
    finishedAt: last === null ? null : timeOf(last),
    state: end === null ? (running ? 'running' : 'interrupted') : failed === null ? 'done' : 'failed',
    who: begin.who ?? null,
    freedDiskBytes: begin.kind !== 'purge-begins' ? 0 : end?.kind === 'purge-ended' ? end.diskBytes : null,
    message: failed?.message ?? null,
  };
}

/** Null as soon as one is not known: the rest alone is no sum. */
function sumOrNull(outcomes: readonly StepOutcome[]): number | null {
  return outcomes.some((one) => one.freedDiskBytes === null) ? null : sumOfKnown(outcomes);
}

function sumOfKnown(outcomes: readonly StepOutcome[]): number {
  return outcomes.reduce((bytes, { freedDiskBytes }) => bytes + (freedDiskBytes ?? 0), 0);
}

const skipped = (step: number): StepOutcome => ({
  step,
  result: 'skipped',
  message: null,
  freedDiskBytes: null,
});

/** Begun, and no word of its end: Strata was ended in the middle of it. */
const unfinished = (step: number): StepOutcome => ({
  step,
  result: 'unknown',
  message: 'begun, and its end was not recorded: the engine may or may not have done it',
  freedDiskBytes: null,
});

const timeOf = ({ atMs }: AuditEntry): string => new Date(atMs).toISOString();

function recordOf(entry: AuditEntry): AuditRecord {
  return JSON.parse(entry.json) as AuditRecord; // only we write there
}

function begins(entry: AuditEntry): Extract<AuditRecord, { kind: 'apply-begins' }> {
  return recordOf(entry) as Extract<AuditRecord, { kind: 'apply-begins' }>;
}
