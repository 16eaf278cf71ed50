/**
 * Waste, by its true definition: bytes in all layers minus bytes visible at the end. An inode counts once, and is
 * visible while any of its names is. Deleted folders count in full (dive's score misses them).
 */
import { ENTRY_KIND } from '../../model/tree.ts';
import { copyEntry, nodePath, type Stack } from './stack.ts';

export interface Waste {
  readonly totalBytes: number;
  readonly visibleBytes: number;
  readonly wastedBytes: number;
  /** By layer, base first. */
  readonly layers: readonly { readonly bytes: number; readonly wastedBytes: number }[];
  /** Biggest first. A deleted folder is one row with all it held. */
  readonly paths: readonly WastedBytes[];
}

export interface WastedBytes {
  readonly path: string;
  readonly wastedBytes: number;
  readonly reason: 'overwritten' | 'deleted' | 'metadata-only';
  readonly copies: readonly { readonly layer: number; readonly bytes: number }[];
  readonly hiddenBy: number;
}

export function wasteOf(stack: Stack): Waste {
  const seen = visibleInodes(stack);
  const layers = stack.trees.map(() => ({ bytes: 0, wastedBytes: 0 }));
  const rows = new Map<
    string,
    { node: number; reason: WastedBytes['reason']; hiddenBy: number; byLayer: Map<number, number> }
  >();
  for (let copy = 0; copy < stack.copies.node.length; copy += 1) {
    const { tree, entry, layer } = copyEntry(stack, copy);
    if (tree.kinds[entry] === ENTRY_KIND.folder || tree.hardLinks.has(entry)) continue;
    const bytes = tree.sizes[entry]!;
    layers[layer]!.bytes += bytes;
    if (bytes === 0 || seen[layer]!.has(entry) || stack.copies.hiddenBy[copy] === -1) continue;
    layers[layer]!.wastedBytes += bytes;
    const deletedWith = stack.copies.deletedWith[copy]!;
    const node = deletedWith >= 0 ? deletedWith : stack.copies.node[copy]!;
    const reason =
      deletedWith >= 0 ? 'deleted' : isMetadataOnly(stack, copy) ? 'metadata-only' : 'overwritten';
    const hiddenBy = stack.copies.hiddenBy[copy]!;
    const key = `${node} ${reason} ${hiddenBy}`;
    const row = rows.get(key) ?? { node, reason, hiddenBy, byLayer: new Map<number, number>() };
    row.byLayer.set(layer, (row.byLayer.get(layer) ?? 0) + bytes);
    rows.set(key, row);
  }
  const totalBytes = layers.reduce((sum, layer) => sum + layer.bytes, 0);
  const wastedBytes = layers.reduce((sum, layer) => sum + layer.wastedBytes, 0);
  const paths = [...rows.values()]
    .map(({ node, reason, hiddenBy, byLayer }) => ({
      path: nodePath(stack, node),
      wastedBytes: [...byLayer.values()].reduce((sum, bytes) => sum + bytes, 0),
      reason,
      copies: [...byLayer].sort(([a], [b]) => a - b).map(([layer, bytes]) => ({ layer, bytes })),
      hiddenBy,
    }))
    .sort((a, b) => b.wastedBytes - a.wastedBytes || (a.path < b.path ? -1 : 1));
  return { totalBytes, visibleBytes: totalBytes - wastedBytes, wastedBytes, layers, paths };
}

/** Per layer, the first-name entries of inodes that still have a visible name. */
function visibleInodes(stack: Stack): Set<number>[] {
  const seen = stack.trees.map(() => new Set<number>());
  for (let copy = 0; copy < stack.copies.node.length; copy += 1) {
    if (stack.copies.hiddenBy[copy] !== -1) continue;
    const { tree, entry, layer } = copyEntry(stack, copy);
    const first = tree.hardLinks.get(entry);
    // Only inodes with several names need the set: a single name is visible by its own copy.
    if (first !== undefined) seen[layer]!.add(first);
  }
  return seen;
}

/** The copy that replaced it has the same content: only mode, owner or time changed, and the whole file was copied for it. */
function isMetadataOnly(stack: Stack, copy: number): boolean {
  const by = stack.copies.replacedBy[copy]!;
  if (by < 0) return false;
  const [old, now] = [copyEntry(stack, copy), copyEntry(stack, by)];
  const before = old.tree.checksums?.[old.entry];
  const after = now.tree.checksums?.[now.entry];
  return (
    before !== undefined &&
    before !== 0n &&
    before === after &&
    old.tree.sizes[old.entry] === now.tree.sizes[now.entry] &&
    old.tree.kinds[old.entry] === now.tree.kinds[now.entry]
  );
}
