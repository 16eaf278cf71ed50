/** Adds up a unit while it is walked: each inode's bytes once, names counted as often as they stand there. */
import { type Stats, lstatSync } from 'node:fs';
import { type Name, type Path, isFolder } from './names.ts';
import type { TreeTotals } from './records.ts';
import type { Visitor } from './walk-records.ts';

/** An inode with names outside what was walked: `key` is `<device>:<inode>`. Its bytes are in the totals once. */
export interface SharedInode {
  readonly key: string;
  readonly bytes: number;
  readonly diskBytes: number;
  /** Its bytes stand in the totals of the content, not of the rest. */
  readonly inContent: boolean;
}

/** With how many of its names were seen, and how many it has. */
export interface SeenInode extends SharedInode {
  readonly names: number;
  readonly links: number;
}

export type Sums = { -readonly [K in keyof TreeTotals]: TreeTotals[K] };

/** The ids TotalsVisitor gives folders: whose sum what they hold belongs to. ROOT: the rest, until the content's name comes. */
export const REST = 0;
export const CONTENT = 1;
export const ROOT = 2;

export const noTotals = (): Sums => ({
  bytes: 0,
  diskBytes: 0,
  files: 0,
  folders: 0,
  symlinks: 0,
  whiteouts: 0,
  others: 0,
  setuid: 0,
  newestMtimeMs: 0,
});

export function addTotals(one: TreeTotals, other: TreeTotals): TreeTotals {
  return {
    bytes: one.bytes + other.bytes,
    diskBytes: one.diskBytes + other.diskBytes,
    files: one.files + other.files,
    folders: one.folders + other.folders,
    symlinks: one.symlinks + other.symlinks,
    whiteouts: one.whiteouts + other.whiteouts,
    others: one.others + other.others,
    setuid: one.setuid + other.setuid,
    newestMtimeMs: Math.max(one.newestMtimeMs, other.newestMtimeMs),
  };
}

interface Linked {
  readonly stats: Stats;
  readonly inContent: boolean;
  seen: number;
}

export class TotalsVisitor implements Visitor {
  /** By the numbers REST and CONTENT. */
  readonly sums: readonly [Sums, Sums] = [noTotals(), noTotals()];
  /** The folder directly below the root whose totals are the content; null when the unit has none. */
  readonly #contentName: string | null;
  readonly #linked = new Map<number | string, Linked>();

  constructor(contentName: string | null) {
    this.#contentName = contentName;
  }

  /** What the walk starts at, a folder or not: ROOT for a unit's own folder, CONTENT for the content. */
  root(stats: Stats, id: typeof ROOT | typeof CONTENT): void {
    if (isFolder(stats)) addFolder(this.sums[id === CONTENT ? CONTENT : REST], stats);
    else this.entry('', stats, id, '');
  }

  entry(name: Name, stats: Stats, parent: number, path: Path): number {
    if (isFolder(stats)) {
      const id = parent !== ROOT ? parent : name === this.#contentName ? CONTENT : REST;
      addFolder(this.sums[id as 0 | 1], stats);
      return id;
    }
    const side = parent === CONTENT ? CONTENT : REST;
    const sums = this.sums[side];
    addNames(sums, stats);
    if (stats.nlink > 1 && !this.#first(stats, side, path)) return parent;
    sums.bytes += stats.size;
    sums.diskBytes += stats.blocks * 512;
    return parent;
  }

  /** The inodes of which a name stands outside: another unit may count them too. */
  shared(): SeenInode[] {
    const shared: SeenInode[] = [];
    for (const [inode, { stats, inContent, seen }] of this.#linked) {
      if (seen >= stats.nlink) continue;
      const key = `${stats.dev}:${inode}`;
      const [bytes, diskBytes] = [stats.size, stats.blocks * 512];
      shared.push({ key, bytes, diskBytes, inContent, names: seen, links: stats.nlink });
    }
    return shared;
  }

  #first(stats: Stats, side: 0 | 1, path: Path): boolean {
    let inode: number | string = stats.ino;
    if (inode > Number.MAX_SAFE_INTEGER) {
      inode = String(lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? stats.ino);
    }
    const known = this.#linked.get(inode);
    if (known === undefined) {
      this.#linked.set(inode, { stats, inContent: side === CONTENT, seen: 1 });
      return true;
    }
    known.seen += 1;
    return false;
  }
}

function addFolder(sums: Sums, stats: Stats): void {
  sums.folders += 1;
  sums.diskBytes += stats.blocks * 512;
}

function addNames(sums: Sums, stats: Stats): void {
  const kind = stats.mode & 0o170000;
  if (kind === 0o100000) {
    sums.files += 1;
    if (stats.mode & 0o4000) sums.setuid += 1;
  } else if (kind === 0o120000) sums.symlinks += 1;
  else if (kind === 0o020000 && stats.rdev === 0) sums.whiteouts += 1;
  else sums.others += 1;
  if (stats.mtimeMs > sums.newestMtimeMs) sums.newestMtimeMs = Math.trunc(stats.mtimeMs);
}
