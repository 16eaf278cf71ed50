/** What is written down of everything that changes a store: before it happens, and how it ended. */
import { hostname, userInfo } from 'node:os';
import type { Backup } from '../actions/backup.ts';
import { StrataError } from '../contract/errors.ts';
import type { ApplyResult, Plan, SingleReceipt, StepOutcome } from '../contract/reclaim.ts';
import type { HistoryStore } from '../history/index.ts';

/** An apply leaves its first and last once, with more than one of those between. */
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
  | SingleBegins
  | SingleEnds;

export interface SingleBegins {
  readonly kind: `${SingleReceipt['kind']}-begins`;
  readonly what: string;
  /** Absent in entries of older versions. */
  readonly who?: string;
}

export type SingleEnds =
  | {
      readonly kind: 'put-back' | 'purge-ended' | 'restored';
      readonly what: string;
      readonly diskBytes: number | null;
    }
  | { readonly kind: 'single-failed'; readonly message: string };

/** Rejects when it was not written: what follows must not happen then. */
export async function writeAudit(history: HistoryStore, planId: string, record: AuditRecord): Promise<void> {
  const entry = { atMs: Date.now(), kind: record.kind, planId, json: JSON.stringify(record) };
  let why = history.problem ?? '';
  try {
    if ((await history.appendAudit(entry)) !== null) return;
  } catch (thrown) {
    why = StrataError.from(thrown).message;
  }
  const what = record.kind.endsWith('-begins')
    ? 'Removals can not be recorded, so nothing is removed.'
    : 'What was done can not be recorded: look at the store before you remove anything else.';
  throw new StrataError('failed', `${what} ${why}`);
}

export function whoAmI(): string {
  return `${userInfo().username}@${hostname()}`;
}

/** One change without a plan, between two entries; its failure is the second one then. */
export async function recorded<T>(
  history: HistoryStore,
  of: { readonly id: string; readonly kind: SingleReceipt['kind']; readonly what: string },
  work: () => Promise<{ readonly value: T; readonly end: SingleEnds }>,
): Promise<T> {
  const { id, kind, what } = of;
  await writeAudit(history, id, { kind: `${kind}-begins`, what, who: whoAmI() });
  const { value, end } = await work().catch(async (thrown: unknown) => {
    await writeAudit(history, id, { kind: 'single-failed', message: StrataError.from(thrown).message });
    throw thrown;
  });
  await writeAudit(history, id, end);
  return value;
}
