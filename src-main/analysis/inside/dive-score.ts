/**
 * dive's published score, as its source computes it (wagoodman/dive `dive/filetree/efficiency.go`, d6c6919): over the
 * leaves of every layer, the smallest size seen at a path divided by the sum of all sizes seen there. `wastedBytes`
 * sums whole paths seen twice or more, the copy that must stay included. Shown beside our own waste, never instead.
 */
import { childIndex, ENTRY_KIND, entryPath, type LayerTree } from '../../model/tree.ts';
import { findNode, stacksBelow, stackTrees, type Stack } from './stack.ts';

export interface DiveScore {
  /** 0..1; 1 for an image without files. */
  readonly efficiency: number;
  readonly wastedBytes: number;
}

/** @param stack of the same trees, when there is one already: its nodes are the paths */
export function diveScore(trees: readonly LayerTree[], stack: Stack = stackTrees(trees)): DiveScore {
  const paths = new PathSums(stack.names.length);
  const nodes = nodesOf(stack);
  const below = stacksBelow(trees);
  trees.forEach((tree, layer) => {
    const { starts } = childIndex(tree);
    for (let entry = 1; entry < tree.length; entry += 1) {
      if (starts[entry] !== starts[entry + 1]) continue;
      if (tree.kinds[entry] !== ENTRY_KIND.whiteout) {
        paths.add(nodes[layer]![entry]!, headerSize(tree, entry));
        continue;
      }
      // A whiteout of what no layer has is a path of no bytes: it adds nothing to any sum.
      const node = stack.children.find(nodes[layer]![tree.parents[entry]!]!, tree.names[entry]!);
      if (node !== undefined) paths.add(node, deletedFolderBytes(below(layer), entryPath(tree, entry)));
    }
  });
  return paths.score();
}

class PathSums {
  readonly #sum: Float64Array;
  readonly #least: Float64Array;
  readonly #seen: Uint32Array;

  constructor(nodes: number) {
    this.#sum = new Float64Array(nodes);
    this.#least = new Float64Array(nodes).fill(Infinity);
    this.#seen = new Uint32Array(nodes);
  }

  add(node: number, bytes: number): void {
    this.#sum[node]! += bytes;
    this.#least[node] = Math.min(this.#least[node]!, bytes);
    this.#seen[node]! += 1;
  }

  score(): DiveScore {
    let [least, sum, wastedBytes] = [0, 0, 0];
    for (let node = 0; node < this.#seen.length; node += 1) {
      if (this.#seen[node] === 0) continue;
      least += this.#least[node]!;
      sum += this.#sum[node]!;
      if (this.#seen[node]! > 1) wastedBytes += this.#sum[node]!;
    }
    return { efficiency: sum === 0 ? 1 : least / sum, wastedBytes };
  }
}

/** The node that each entry of each layer stands for; 0 for whiteouts and for the root. */
function nodesOf({ trees, copies }: Stack): Int32Array[] {
  const nodes = trees.map((tree) => new Int32Array(tree.length));
  for (let copy = 0; copy < copies.node.length; copy += 1)
    nodes[copies.layer[copy]!]![copies.entry[copy]!] = copies.node[copy]!;
  return nodes;
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
    for (const child of below.children.of(node)) pending.push(child);
  }
  return bytes;
}

function isFolder(stack: Stack, node: number): boolean {
  const copy = stack.current[node]!;
  return (
    copy < 0 || stack.trees[stack.copies.layer[copy]!]!.kinds[stack.copies.entry[copy]!] === ENTRY_KIND.folder
  );
}
