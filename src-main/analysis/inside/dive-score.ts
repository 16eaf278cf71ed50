/**
 * dive's published score, as its source computes it (wagoodman/dive `dive/filetree/efficiency.go`, d6c6919): over the
 * leaves of every layer, the smallest size seen at a path divided by the sum of all sizes seen there. `wastedBytes`
 * sums whole paths seen twice or more, the copy that must stay included. Shown beside our own waste, never instead.
 */
import { childIndex, ENTRY_KIND, entryPath, type LayerTree } from '../../model/tree.ts';
import { findNode, stacksBelow, type Stack } from './stack.ts';

export interface DiveScore {
  /** 0..1; 1 for an image without files. */
  readonly efficiency: number;
  readonly wastedBytes: number;
}

export function diveScore(trees: readonly LayerTree[]): DiveScore {
  const paths = new Map<string, { sum: number; least: number; seen: number }>();
  const below = stacksBelow(trees);
  trees.forEach((tree, layer) => {
    const { starts } = childIndex(tree);
    for (let entry = 1; entry < tree.length; entry += 1) {
      if (starts[entry] !== starts[entry + 1]) continue;
      let bytes = headerSize(tree, entry);
      const path = entryPath(tree, entry);
      if (tree.kinds[entry] === ENTRY_KIND.whiteout) {
        bytes = deletedFolderBytes(below(layer), path);
      }
      const known = paths.get(path);
      if (known === undefined) paths.set(path, { sum: bytes, least: bytes, seen: 1 });
      else {
        known.sum += bytes;
        known.least = Math.min(known.least, bytes);
        known.seen += 1;
      }
    }
  });
  let [least, sum, wastedBytes] = [0, 0, 0];
  for (const path of paths.values()) {
    least += path.least;
    sum += path.sum;
    if (path.seen > 1) wastedBytes += path.sum;
  }
  return { efficiency: sum === 0 ? 1 : least / sum, wastedBytes };
}

/** What a tar header says: only the first name of a regular file has a size. */
function headerSize(tree: LayerTree, entry: number): number {
  return tree.kinds[entry] === ENTRY_KIND.file && !tree.hardLinks.has(entry) ? tree.sizes[entry]! : 0;
}

function deletedFolderBytes(below: Stack, path: string): number {
  const root = findNode(below, path);
  if (root === undefined || !below.visible[root] || !isFolder(below, root)) return 0;
  let bytes = 0;
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!below.visible[node]) continue;
    const copy = below.current[node]!;
    if (copy >= 0) bytes += headerSize(below.trees[below.copies.layer[copy]!]!, below.copies.entry[copy]!);
    for (const child of below.children[node]?.values() ?? []) pending.push(child);
  }
  return bytes;
}

function isFolder(stack: Stack, node: number): boolean {
  const copy = stack.current[node]!;
  return (
    copy < 0 || stack.trees[stack.copies.layer[copy]!]!.kinds[stack.copies.entry[copy]!] === ENTRY_KIND.folder
  );
}
