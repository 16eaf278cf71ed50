/** What Strata remembers between runs, in one SQLite file of the state folder. */
import type { HistoryMemory, HistoryRetention } from '../contract/history.ts';
import type { ScanAccount, ScanDocument } from '../contract/scan-document.ts';
import type { LayerMemory } from '../sources/scan/memory.ts';

export interface HistoryStore {
  /** Why nothing is remembered in this run, in plain words; null when the store works. */
  readonly problem: string | null;
  readonly layers: LayerMemory & TreeMemory;
  /** Keeps the account of one scan. Its id, ever growing; null when nothing is remembered. */
  addSnapshot(document: ScanDocument): Promise<number | null>;
  /** Newest first. */
  listSnapshots(): Promise<readonly SnapshotPoint[]>;
  /** Null when there is no such one, or when its detail was dropped for age. */
  getSnapshot(id: number): Promise<SnapshotDetail | null>;
  /** Adds to the record of what Strata did; nothing ever changes or leaves it. Its id; null when nothing is remembered. */
  appendAudit(entry: NewAuditEntry): Promise<number | null>;
  /** Newest first, at most `limit`. */
  listAudit(limit: number): Promise<readonly AuditEntry[]>;
  getSetting(key: string): Promise<string | null>;
  /** Null removes it. */
  setSetting(key: string, value: string | null): Promise<void>;
  retention(): Promise<Retention>;
  /** What is over the new bounds goes at once. */
  setRetention(retention: Retention): Promise<void>;
  /** Null when nothing is remembered. */
  memoryUse(): Promise<MemoryUse | null>;
  /** "Seen in use at that time", for images and layers; a later time replaces an earlier one. */
  noteUsed(kind: UsedKind, ids: readonly string[], atMs: number): Promise<void>;
  /** When each was last seen in use, by id; what was never seen is absent. */
  lastUsed(kind: UsedKind): Promise<ReadonlyMap<string, number>>;
  /** Afterwards every call rejects. Leaves no thread and no handle. */
  close(): Promise<void>;
}

/** Packed file trees beside the layer's sizes: the blob of `sources/tree/tree-columns.ts`, as bytes. */
export interface TreeMemory {
  /** Null unless it was kept for exactly this identity. */
  readTree(path: string, identity: string): Promise<Uint8Array | null>;
  keepTree(path: string, identity: string, tree: Uint8Array): Promise<void>;
}

export type Retention = HistoryRetention;
export type MemoryUse = NonNullable<HistoryMemory['use']>;

export type UsedKind = 'image' | 'layer';

export interface SnapshotPoint {
  readonly id: number;
  readonly takenAtMs: number;
  readonly endpoint: string;
  readonly dataRoot: string;
  readonly account: ScanAccount;
  /** How many of each there were. */
  readonly counts: Readonly<Record<ItemKind, number>>;
  readonly hasDetail: boolean;
}

export interface SnapshotDetail extends SnapshotPoint {
  readonly items: readonly SnapshotItem[];
}

export const ITEM_KINDS = ['image', 'layer', 'container', 'volume', 'build-cache', 'orphan'] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

export interface SnapshotItem {
  readonly kind: ItemKind;
  readonly id: string;
  readonly name: string;
  /** Of a container its writable layer and its log; of an image all its layers, shared ones too. Null: not measured. */
  readonly diskBytes: number | null;
  /** Of a layer: names (or ids) of the images that stand on it. */
  readonly of: readonly string[];
}

export interface NewAuditEntry {
  readonly atMs: number;
  /** `plan`, `receipt` … as the writer names it. */
  readonly kind: string;
  readonly planId: string;
  /** The whole entry as JSON text. */
  readonly json: string;
}

export interface AuditEntry extends NewAuditEntry {
  readonly id: number;
}
