/** What was remembered of earlier scans, and what changed between two of them. */
import type { ScanAccount } from './scan-document.ts';

export interface HistoryApi {
  /** Newest first. */
  'history.list': { params: null; result: HistoryList };
  /** What came, went and grew; `not-found` when one is unknown or its detail was dropped for age. */
  'history.compare': {
    params: { readonly fromId: number; readonly toId: number };
    result: HistoryComparison;
  };
  /** When images were last seen in use. */
  'history.uses': { params: null; result: HistoryUses };
}

export interface HistoryUses {
  /** Of the oldest scan that is remembered: nothing is known of the time before. Null when there is none. */
  readonly since: string | null;
  /** By image id, when a scan last saw a container on it, running or not. Absent: not seen since then. */
  readonly images: Readonly<Record<string, string>>;
}

export interface HistoryList {
  readonly scans: readonly HistoryPoint[];
  /** Why nothing is remembered, in plain words; null when the memory works. */
  readonly problem: string | null;
}

export interface HistoryPoint {
  readonly id: number;
  readonly takenAt: string;
  readonly endpoint: string;
  readonly dataRoot: string;
  readonly account: ScanAccount;
  readonly counts: Readonly<Record<HistoryKind, number>>;
  /** False: too old to be compared, only its totals are kept. */
  readonly hasDetail: boolean;
}

export type HistoryKind = 'image' | 'layer' | 'container' | 'volume' | 'build-cache' | 'orphan';

export interface HistoryComparison {
  readonly from: HistoryPoint;
  readonly to: HistoryPoint;
  /** Of the whole data root; null when one of both did not measure it. */
  readonly diskBytes: number | null;
  /** Largest first. */
  readonly came: readonly HistoryItem[];
  readonly went: readonly HistoryItem[];
  /** Changed in size, the largest change first, shrinking ones too. */
  readonly grew: readonly HistoryChange[];
}

export interface HistoryItem {
  readonly kind: HistoryKind;
  readonly id: string;
  readonly name: string;
  readonly diskBytes: number | null;
  /** Of a layer: the images that stand on it; of a container: its image. */
  readonly of: readonly string[];
}

export interface HistoryChange extends HistoryItem {
  /** `diskBytes` now less `diskBytes` then. */
  readonly byDiskBytes: number;
}
