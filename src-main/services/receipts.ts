/** Receipts are read from the audit: what was begun, every step, how it ended. Nothing is kept twice. */
import { lockHolder } from '../actions/lock.ts';
import type { Backup } from '../actions/backup.ts';
import { receiptEffect } from '../contract/effect.ts';
import { StrataError } from '../contract/errors.ts';
import type { ApplyResult, Plan, Receipt, ReceiptSummary, StepOutcome } from '../contract/reclaim.ts';
import type { AuditEntry, HistoryStore } from '../history/index.ts';

/** The whole entries that an apply leaves, in this order; more than one of the middle ones. */
export type AuditRecord =
  | {
      readonly kind: 'apply-begins';
      readonly plan: Plan;
      readonly who: string;
      readonly operationId: string;
      readonly pulls: readonly string[];
    }
  | { readonly kind: 'backup'; readonly backup: Backup }
  | { readonly kind: 'step-begins'; readonly step: number }
  | { readonly kind: 'step-ended'; readonly outcome: StepOutcome }
  | {
      readonly kind: 'apply-ended';
      readonly state: 'done' | 'failed' | 'cancelled' | 'stale';
      readonly message: string | null;
      readonly result: ApplyResult | null;
    }
  | {
      readonly kind:
        'put-back-begins' | 'put-back' | 'purge-begins' | 'purge-ended' | 'restore-begins' | 'restored';
      readonly what: string;
      readonly diskBytes: number | null;
    };

/** Rejects when it was not written: what follows must not happen then. */
export async function writeAudit(history: HistoryStore, planId: string, record: AuditRecord): Promise<void> {
  const entry = { atMs: Date.now(), kind: record.kind, planId, json: JSON.stringify(record) };
  if ((await history.appendAudit(entry)) === null) {
    throw new StrataError(
      'failed',
      `Removals can not be recorded, so nothing is removed: ${history.problem ?? ''}. Name another place with --state-dir.`,
    );
  }
}

const NEWEST_ENTRIES = 100_000;

/** Newest first. */
export async function listReceipts(history: HistoryStore, stateDir: string): Promise<readonly Receipt[]> {
  const entries = (await history.listAudit(NEWEST_ENTRIES)).toReversed();
  const applies = new Map<string, AuditEntry[]>();
  for (const entry of entries) {
    // A plan that was refused as stale may come again: each beginning is a receipt of its own.
    const current = entry.kind === 'apply-begins' ? undefined : applies.get(entry.planId);
    if (current !== undefined) current.push(entry);
    else if (entry.kind === 'apply-begins') {
      const older = applies.get(entry.planId);
      if (older !== undefined) applies.set(`${entry.planId} ${String(older[0]?.id)}`, older);
      applies.set(entry.planId, [entry]);
    }
  }
  const holder = lockHolder(stateDir);
  const receipts = [...applies.values()].map((one) => receiptOf(one, holder?.planId ?? null));
  return receipts.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

/** By the plan's or the operation's id. */
export async function findReceipt(history: HistoryStore, stateDir: string, id: string): Promise<Receipt> {
  const entries = await history.listAudit(NEWEST_ENTRIES);
  const begun = entries.find((entry) => {
    if (entry.kind !== 'apply-begins') return false;
    return entry.planId === id || begins(entry).operationId === id;
  });
  const receipts = begun === undefined ? [] : await listReceipts(history, stateDir);
  const receipt = receipts.find((one) => one.planId === begun?.planId);
  if (receipt === undefined) throw new StrataError('not-found', `No removal has the id ${id}.`);
  return receipt;
}

export function summaryOf(receipt: Receipt): ReceiptSummary {
  const { planId, startedAt, finishedAt, state, who, stepsDone, stepsTotal, message } = receipt;
  const { promisedDiskBytes, freedDiskBytes, movedDiskBytes } = receipt;
  return {
    planId,
    startedAt,
    finishedAt,
    state,
    who,
    stepsDone,
    stepsTotal,
    promisedDiskBytes,
    freedDiskBytes,
    movedDiskBytes,
    message,
  };
}

function receiptOf(entries: readonly AuditEntry[], runningPlan: string | null): Receipt {
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
      finishedAt = new Date(entry.atMs).toISOString();
    }
  }
  const all = plan.steps.map((_, step) => outcomes.get(step) ?? skipped(step));
  const freed = all.map((one) => one.freedDiskBytes ?? 0).reduce((a, b) => a + b, 0);
  const freedDiskBytes =
    end === null ? freed : (end.result?.freedDiskBytes ?? (end.state === 'stale' ? 0 : null));
  return {
    planId: plan.id,
    startedAt: new Date(first.atMs).toISOString(),
    finishedAt,
    state: end?.state ?? (runningPlan === plan.id ? 'running' : 'interrupted'),
    who,
    stepsDone: all.filter((one) => one.result === 'done').length,
    stepsTotal: plan.steps.length,
    promisedDiskBytes: plan.freesDiskBytes,
    freedDiskBytes,
    movedDiskBytes: receiptEffect({ steps: plan.steps, outcomes: all, freedDiskBytes }).moves,
    message: end?.message ?? null,
    steps: plan.steps,
    outcomes: all,
    freeSpaceRoseBytes: end?.result?.freeSpaceRoseBytes ?? null,
    pulls,
    backups,
  };
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
  result: 'failed',
  message: 'begun, and its end was not recorded: the engine may or may not have done it',
  freedDiskBytes: null,
});

function recordOf(entry: AuditEntry): AuditRecord {
  return JSON.parse(entry.json) as AuditRecord; // only we write there
}

function begins(entry: AuditEntry): Extract<AuditRecord, { kind: 'apply-begins' }> {
  return recordOf(entry) as Extract<AuditRecord, { kind: 'apply-begins' }>;
}
