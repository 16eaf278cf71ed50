/** What the walk of the data root measured. A unit is one path of it with its own owner; no inode is in two units. */
import type { Issue } from '../../model/issue.ts';

/** Paths relative to the data root. `without`: direct or deeper paths that are units of their own and left out here. */
export interface WalkUnit {
  readonly path: string;
  readonly without: readonly string[];
  /** A committed layer never changes: its result may come from memory when the folder's identity is the same. */
  readonly immutable: boolean;
  /** Expected bytes, for largest first; 0 when not known. */
  readonly expectedBytes: number;
  /** Hex ChainID for the memory's key, when it is an image layer. */
  readonly chainId: string | null;
}

export interface TreeTotals {
  /** Sum of st_size of distinct inodes that are not folders. */
  readonly bytes: number;
  /** Sum of st_blocks × 512 of distinct inodes, folders included. */
  readonly diskBytes: number;
  /** Names, not inodes: three hard links to one file are three files. So for all counts below. */
  readonly files: number;
  /** The unit's own folder included. */
  readonly folders: number;
  readonly symlinks: number;
  readonly whiteouts: number;
  /** Sockets, fifos, devices that are no whiteouts: counted, never opened. */
  readonly others: number;
  readonly setuid: number;
  /** Of files that are no folders; 0 when there are none. */
  readonly newestMtimeMs: number;
}

export interface UnitResult {
  readonly path: string;
  /** The whole unit: of a layer's folder also `link`, `lower`, `work` and so on. */
  readonly totals: TreeTotals;
  /** Only what stands below `diff` of a folder of overlay2, or below `_data` of a volume; absent for other units. */
  readonly content?: TreeTotals;
  /** Set when part of it could not be read: totals are a lower bound then. */
  readonly incomplete: string | null;
  /** The walk ran now, or its memory was proven still true. */
  readonly from: 'walk' | 'memory';
  readonly issues: readonly Issue[];
  /** Mount points below it that were not entered, relative to the data root; absent when there are none. */
  readonly mounts?: readonly string[];
}

export interface WalkProgress {
  readonly unitsDone: number;
  readonly unitsTotal: number;
  readonly files: number;
  readonly diskBytes: number;
}

/** Every unit asked for, in the order asked; units cut short by cancel are missing and `cancelled` is true. */
export interface WalkResult {
  readonly units: readonly UnitResult[];
  readonly cancelled: boolean;
  /** Trouble of the walk as a whole, e.g. results that could not be remembered; absent when there was none. */
  readonly issues?: readonly Issue[];
}
