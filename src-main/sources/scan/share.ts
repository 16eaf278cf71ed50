/** Hard links between units: an inode belongs to the first unit, in path order, that has a name of it. */
import type { SharedInode } from './totals.ts';
import type { TreeTotals } from './records.ts';

export interface Counted {
  readonly rest: TreeTotals;
  readonly content: TreeTotals;
  readonly shared: readonly SharedInode[];
}

/** Takes what was counted more than once out of all but the first; `units` by path, each with its pieces. */
export function countOnce<Unit extends { readonly path: string; pieces: readonly Counted[] }>(
  units: readonly Unit[],
): void {
  const counted = new Set<string>();
  const inPathOrder = units.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  for (const unit of inPathOrder) {
    if (!unit.pieces.some((piece) => piece.shared.length > 0)) continue;
    unit.pieces = unit.pieces.map((piece) => withoutCounted(piece, counted));
  }
}

function withoutCounted<Piece extends Counted>(piece: Piece, counted: Set<string>): Piece {
  let { rest, content } = piece as Counted;
  for (const inode of piece.shared) {
    if (!counted.has(inode.key)) counted.add(inode.key);
    else if (inode.inContent) content = less(content, inode);
    else rest = less(rest, inode);
  }
  return { ...piece, rest, content };
}

function less(totals: TreeTotals, inode: SharedInode): TreeTotals {
  return { ...totals, bytes: totals.bytes - inode.bytes, diskBytes: totals.diskBytes - inode.diskBytes };
}
