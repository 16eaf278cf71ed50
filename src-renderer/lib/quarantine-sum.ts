import type { QuarantineEntry } from '../../src-main/contract/reclaim.ts';

export interface QuarantineSum {
  readonly count: number;
  /** Of the measured ones, on disk; null when none is. A part of the account's `other`, never beside it. */
  readonly diskBytes: number | null;
  readonly unmeasured: number;
}

/** What the quarantine holds, as measured when each folder was moved. */
export function quarantineSum(entries: readonly QuarantineEntry[]): QuarantineSum {
  const measured = entries.flatMap(({ diskBytes }) => (diskBytes === null ? [] : [diskBytes]));
  return {
    count: entries.length,
    diskBytes: measured.length === 0 ? null : measured.reduce((sum, bytes) => sum + bytes, 0),
    unmeasured: entries.length - measured.length,
  };
}
