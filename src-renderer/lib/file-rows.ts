import type { FolderListing, TreeEntry } from '../../src-main/contract/inside.ts';
import { sortedBy, type Sort } from './grid.ts';

export type Change = TreeEntry['change'];

/** One line of the tree on screen. */
export interface FileRow {
  readonly entry: TreeEntry;
  readonly depth: number;
  /** Null for what can't be opened. */
  readonly open: boolean | null;
}

export interface Shape {
  readonly open: ReadonlySet<string>;
  /** Only these changes; empty means all. A folder on the way to one stays. */
  readonly only: ReadonlySet<Change>;
  readonly sort: Sort;
}

/** What sorts a listing. */
const VALUES: Readonly<Record<string, (entry: TreeEntry) => number | string | null>> = {
  name: (entry) => entry.name,
  size: (entry) => entry.bytes,
  disk: (entry) => entry.diskBytes,
  files: (entry) => entry.files,
  layer: (entry) => entry.layer,
};

function fits(entry: TreeEntry, only: ReadonlySet<Change>): boolean {
  if (only.size === 0 || only.has(entry.change)) return true;
  return entry.type === 'folder' && entry.change !== 'unchanged';
}

export function sortEntries(entries: readonly TreeEntry[], { only, sort }: Shape): readonly TreeEntry[] {
  const kept = entries.filter((entry) => fits(entry, only));
  return sortedBy(kept, VALUES[sort.key] ?? VALUES['size']!, sort.down);
}

/** The lines of a folder and of all opened ones in it, in the order they stand. Iterative: folders nest deep. */
export function fileRows(
  root: string,
  listings: ReadonlyMap<string, FolderListing>,
  shape: Shape,
): readonly FileRow[] {
  const rows: FileRow[] = [];
  const pending: { entry: TreeEntry; depth: number }[] = [];
  const enter = (path: string, depth: number): void => {
    const entries = sortEntries(listings.get(path)?.entries ?? [], shape);
    for (let at = entries.length - 1; at >= 0; at -= 1) pending.push({ entry: entries[at]!, depth });
  };
  enter(root, 0);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const folder = next.entry.type === 'folder' && next.entry.change !== 'D';
    const open = folder ? shape.open.has(next.entry.path) : null;
    rows.push({ ...next, open });
    if (open === true) enter(next.entry.path, next.depth + 1);
  }
  return rows;
}
