/**
 * Layers stacked as a container would see them, and the fate of every copy below: still visible, or hidden by which
 * layer and why. One pass over all layers, base first; overlay and tar rules are the same here, because the readers
 * turn both kinds of marks into whiteouts and opaque folders.
 */
import { ENTRY_KIND, type LayerTree } from '../../model/tree.ts';

export type Change = 'unchanged' | 'A' | 'M' | 'D';

/** Why a copy is not visible at the end. */
export type Hidden = 'overwritten' | 'deleted';

/** One entry of one layer, under the path node it stands for. Columns by copy number. */
interface Copies {
  readonly node: number[];
  readonly layer: number[];
  readonly entry: number[];
  /** Layer that hid it; -1 while visible. */
  readonly hiddenBy: number[];
  /** The node whose deletion took it (its own, or a folder above); -1 when visible or overwritten. */
  readonly deletedWith: number[];
  /** The copy at the same path that replaced it; -1 otherwise. */
  readonly replacedBy: number[];
}

/** Columns by node; a node is a path that some layer names. Node 0 is the root. */
export interface Stack {
  readonly trees: readonly LayerTree[];
  readonly names: string[];
  readonly parents: number[];
  /** Its newest copy. */
  readonly current: number[];
  readonly visible: boolean[];
  readonly children: (Map<string, number> | undefined)[];
  /** What the topmost layer did to it. */
  readonly changes: Change[];
  readonly copies: Copies;
}

/** @param trees base first; a hole stands for a layer whose tree could not be read. */
export function stackTrees(trees: readonly LayerTree[]): Stack {
  const stack = emptyStack(trees);
  trees.forEach((tree, layer) => addLayer(stack, tree, layer, layer === trees.length - 1));
  return stack;
}

/** The stack under each layer in turn: one that grows, asked for base first. For a hundred layers as cheap as for one. */
export function stacksBelow(trees: readonly LayerTree[]): (layer: number) => Stack {
  const stack = emptyStack(trees);
  let height = 0;
  return (layer) => {
    for (; height < layer; height += 1) addLayer(stack, trees[height]!, height, false);
    return stack;
  };
}

function emptyStack(trees: readonly LayerTree[]): Stack {
  return {
    trees,
    names: [''],
    parents: [-1],
    current: [-1],
    visible: [true],
    children: [new Map()],
    changes: ['unchanged'],
    copies: { node: [], layer: [], entry: [], hiddenBy: [], deletedWith: [], replacedBy: [] },
  };
}

function addLayer(stack: Stack, tree: LayerTree, layer: number, top: boolean): void {
  const nodeOf = new Int32Array(tree.length);
  if (tree.opaque.has(0)) hideChildren(stack, 0, layer, top);
  for (let entry = 1; entry < tree.length; entry += 1) {
    const parent = nodeOf[tree.parents[entry]!]!;
    const name = tree.names[entry]!;
    if (tree.kinds[entry] === ENTRY_KIND.whiteout) {
      const gone = stack.children[parent]?.get(name);
      if (gone !== undefined && stack.visible[gone]) hideTree(stack, gone, gone, layer, top);
      continue;
    }
    const node = childNode(stack, parent, name);
    nodeOf[entry] = node;
    place(stack, node, { tree, layer, entry, top });
    if (top) markFoldersAbove(stack, parent);
  }
}

function place(
  stack: Stack,
  node: number,
  at: { tree: LayerTree; layer: number; entry: number; top: boolean },
): void {
  const { tree, layer, entry, top } = at;
  const isFolder = tree.kinds[entry] === ENTRY_KIND.folder;
  const wasVisible = stack.visible[node] === true;
  const before = stack.current[node]!;
  const wasFolder = wasVisible && before >= 0 && kindOfCopy(stack, before) === ENTRY_KIND.folder;
  if (wasFolder && (!isFolder || tree.opaque.has(entry))) hideChildren(stack, node, layer, top);
  const copy = addCopy(stack, node, layer, entry);
  if (wasVisible && before >= 0) {
    stack.copies.hiddenBy[before] = layer;
    stack.copies.replacedBy[before] = copy;
  }
  stack.current[node] = copy;
  stack.visible[node] = true;
  if (!top) return;
  const came = !wasVisible && stack.changes[node] !== 'D';
  // A folder that is named again without another mode or owner only leads to something below it that changed.
  const sameFolder = wasFolder && isFolder && !tree.opaque.has(entry) && sameMeta(stack, before, copy);
  if (!sameFolder) stack.changes[node] = came ? 'A' : 'M';
}

/** A path inside a layer may be named without its folders (hostile or hand-made tars): they are made on the way. */
function childNode(stack: Stack, parent: number, name: string): number {
  const siblings = (stack.children[parent] ??= new Map<string, number>());
  const found = siblings.get(name);
  if (found !== undefined) return found;
  const node = stack.names.length;
  siblings.set(name, node);
  stack.names.push(name);
  stack.parents.push(parent);
  stack.current.push(-1);
  stack.visible.push(false);
  stack.children.push(undefined);
  stack.changes.push('unchanged');
  return node;
}

function addCopy(stack: Stack, node: number, layer: number, entry: number): number {
  const { copies } = stack;
  copies.node.push(node);
  copies.layer.push(layer);
  copies.entry.push(entry);
  copies.hiddenBy.push(-1);
  copies.deletedWith.push(-1);
  copies.replacedBy.push(-1);
  return copies.node.length - 1;
}

function hideChildren(stack: Stack, folder: number, layer: number, top: boolean): void {
  for (const child of stack.children[folder]?.values() ?? []) {
    if (stack.visible[child]) hideTree(stack, child, child, layer, top);
  }
}

/** Iterative: folders may be thousands deep. */
function hideTree(stack: Stack, root: number, deletedWith: number, layer: number, top: boolean): void {
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!stack.visible[node]) continue;
    stack.visible[node] = false;
    const copy = stack.current[node]!;
    if (copy >= 0) {
      stack.copies.hiddenBy[copy] = layer;
      stack.copies.deletedWith[copy] = deletedWith;
    }
    if (top) stack.changes[node] = 'D';
    for (const child of stack.children[node]?.values() ?? []) pending.push(child);
  }
  if (top) markFoldersAbove(stack, stack.parents[root]!);
}

function markFoldersAbove(stack: Stack, folder: number): void {
  for (let at = folder; at > 0 && stack.changes[at] === 'unchanged'; at = stack.parents[at]!)
    stack.changes[at] = 'M';
}

function kindOfCopy(stack: Stack, copy: number): number {
  return stack.trees[stack.copies.layer[copy]!]!.kinds[stack.copies.entry[copy]!]!;
}

function sameMeta(stack: Stack, a: number, b: number): boolean {
  const [treeA, treeB] = [stack.trees[stack.copies.layer[a]!]!, stack.trees[stack.copies.layer[b]!]!];
  const [at, bt] = [stack.copies.entry[a]!, stack.copies.entry[b]!];
  return (
    treeA.modes[at] === treeB.modes[bt] &&
    treeA.uids[at] === treeB.uids[bt] &&
    treeA.gids[at] === treeB.gids[bt]
  );
}

/** The tree and entry that a copy stands for. */
export function copyEntry(stack: Stack, copy: number): { tree: LayerTree; entry: number; layer: number } {
  const layer = stack.copies.layer[copy]!;
  return { tree: stack.trees[layer]!, entry: stack.copies.entry[copy]!, layer };
}

/** Absolute path of a node. */
export function nodePath(stack: Pick<Stack, 'names' | 'parents'>, node: number): string {
  const parts: string[] = [];
  for (let at = node; at > 0; at = stack.parents[at]!) parts.push(stack.names[at]!);
  return `/${parts.reverse().join('/')}`;
}

/** The node of an absolute path, visible or not; undefined when no layer names it. */
export function findNode(stack: Stack, path: string): number | undefined {
  let node: number | undefined = 0;
  for (const part of path.split('/')) {
    if (part === '') continue;
    node = stack.children[node]?.get(part);
    if (node === undefined) return undefined;
  }
  return node;
}
