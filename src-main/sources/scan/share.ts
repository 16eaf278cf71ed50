import type { TreeTotals } from './records.ts';
import { addTotals, type SeenInode, type SharedInode } from './totals.ts';
import type { Piece, WalkedPiece } from './unit-walk.ts';

/** Hard links between units, and between pieces of one: each inode's bytes once. */
export interface Counted {
  readonly rest: TreeTotals;
  readonly content: TreeTotals;
  readonly shared: readonly SharedInode[];
}

/** The pieces that one part of a unit was walked in, as one: an inode is shared only while names of it are missing. */
export function joinPieces(pieces: readonly WalkedPiece[]): Piece {
  const [only] = pieces;
  if (pieces.length === 1 && only) return only;
  const counted = new Set<string>();
  const once = pieces.map((piece) => withoutCounted(piece, counted));
  const shared = new Map<string, SeenInode>();
  for (const inode of pieces.flatMap((piece) => piece.shared)) {
    const names = inode.names + (shared.get(inode.key)?.names ?? 0);
    shared.set(inode.key, { ...(shared.get(inode.key) ?? inode), names });
  }
  return {
    rest: once.map(({ rest }) => rest).reduce(addTotals),
    content: once.map(({ content }) => content).reduce(addTotals),
    shared: [...shared.values()].filter(({ names, links }) => names < links),
    incomplete: pieces.find(({ incomplete }) => incomplete !== null)?.incomplete ?? null,
    issues: pieces.flatMap(({ issues }) => issues),
    mounts: pieces.flatMap(({ mounts }) => mounts),
  };
}

/** An inode belongs to the first unit, in path order, that has a name of it. Takes what was counted more than once out of all but the first; `units` by path, each with its pieces. */
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

function withoutCounted<One extends Counted>(piece: One, counted: Set<string>): One {
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
