/** What a walk may remember: a committed layer never changes, so its `diff` is walked once in its life. */
import type { SharedInode } from './totals.ts';
import type { TreeTotals } from './records.ts';

/** `identity` says whether it is still the same folder; a layer built anew under the same name has another one. */
export interface LayerKey {
  /** The layer's folder, absolute. */
  readonly path: string;
  /** Device and inode of the folder and of its `diff`, and the ctime of `diff`, as text. */
  readonly identity: string;
  readonly chainId: string | null;
}

/** What the walk of `diff` measured, before inodes counted in other units too were subtracted. */
export interface RememberedLayer {
  readonly totals: TreeTotals;
  readonly shared: readonly SharedInode[];
}

export interface LayerMemory {
  /** One answer per key, in order; null where nothing is known of exactly this path and identity. */
  lookup(keys: readonly LayerKey[]): Promise<readonly (RememberedLayer | null)[]>;
  /** Rejects with a StrataError when it could not be kept; the caller's results stand without it. */
  store(layers: readonly (LayerKey & RememberedLayer)[]): Promise<void>;
}
