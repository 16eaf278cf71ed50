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
  /** What Strata keeps for itself, and how much of it. */
  'history.memory': { params: null; result: HistoryMemory };
  /** Changes how much is kept; what is over the new bounds goes at once. Answers with what is left. */
  'history.setRetention': { params: HistoryRetention; result: HistoryMemory };
  /** When images and layers were last seen in use. */
  'history.uses': { params: null; result: HistoryUses };
}

export interface HistoryRetention {
  /** Scans that can be compared, 2 to 10,000. Older ones keep their totals. */
  readonly detailedScans: number;
  /** Of file lists of layers, packed, 0 to 16 GiB; those asked for longest ago go first. */
  readonly fileListBytes: number;
}

export interface HistoryMemory {
  readonly stateDir: string;
  /** Why nothing is remembered; null when the memory works. */
  readonly problem: string | null;
  readonly retention: HistoryRetention;
  /** Null when nothing is remembered. */
  readonly use: {
    /** Of the database that are in use. */
    readonly bytes: number;
    readonly scans: number;
    readonly detailedScans: number;
    readonly fileLists: number;
    readonly fileListBytes: number;
    /** Layers whose sizes are remembered. */
    readonly layers: number;
  } | null;
}

export interface HistoryUses {
  /** Of the oldest scan that is remembered: nothing is known of the time before. Null when there is none. */
  readonly since: string | null;
  /** By image id, when a scan last saw a container on it, running or not. Absent: not seen since then. */
  readonly images: Readonly<Record<string, string>>;
  /** The same of layers, by ChainID. */
  readonly layers: Readonly<Record<string, string>>;
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
