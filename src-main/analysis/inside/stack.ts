/**
 * Layers stacked as a container would see them, and the fate of every copy below: still visible, or hidden by which
 * layer and why. One pass over all layers, base first; overlay and tar rules are the same here, because the readers
 * turn both kinds of marks into whiteouts and opaque folders.
 */
import { ChildTable } from './child-table.ts';
import { ENTRY_KIND, type LayerTree } from '../../model/tree.ts';

export type Change = 'unchanged' | 'A' | 'M' | 'D';

/** Why a copy is not visible at the end. */
export type Hidden = 'overwritten' | 'deleted';

/** One entry of one layer, under the path node it stands for. Columns by copy number. */
interface Copies {
  readonly node: Int32Array;
  readonly layer: Int32Array;
  readonly entry: Int32Array;
  /** Layer that hid it; -1 while visible. */
  readonly hiddenBy: Int32Array;
  /** The node whose deletion took it (its own, or a folder above); -1 when visible or overwritten. */
  readonly deletedWith: Int32Array;
  /** The copy at the same path that replaced it; -1 otherwise. */
  readonly replacedBy: Int32Array;
}

/** Columns by node; a node is a path that some layer names. Node 0 is the root. */
export interface Stack {
  readonly trees: readonly LayerTree[];
  readonly names: string[];
  readonly parents: Int32Array;
  /** Its newest copy; -1 when no layer describes it. */
  readonly current: Int32Array;
  /** 0 or 1. */
  readonly visible: Uint8Array;
  readonly children: ChildTable;
  /** What the topmost layer did to it. */
  readonly changes: Change[];
  readonly copies: Copies;
}

/** A stack in the making: its columns have room for all entries of all layers. */
interface Growing extends Stack {
  copyCount: number;
}

/** @param trees base first; a hole stands for a layer whose tree could not be read. */
export function stackTrees(trees: readonly LayerTree[]): Stack {
  const stack = emptyStack(trees);
  trees.forEach((tree, layer) => addLayer(stack, tree, layer, layer === trees.length - 1));
  const { node, layer, entry, hiddenBy, deletedWith, replacedBy } = stack.copies;
  const cut = (column: Int32Array): Int32Array => column.subarray(0, stack.copyCount);
  stack.changes.length = stack.names.length;
  return {
    ...stack,
    copies: {
      node: cut(node),
      layer: cut(layer),
      entry: cut(entry),
      hiddenBy: cut(hiddenBy),
      deletedWith: cut(deletedWith),
      replacedBy: cut(replacedBy),
    },
  };
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

function emptyStack(trees: readonly LayerTree[]): Growing {
  const room = trees.reduce((sum, tree) => sum + tree.length, 1);
  const column = (): Int32Array => new Int32Array(room);
  const names = [''];
  const parents = column();
  parents[0] = -1;
  const visible = new Uint8Array(room);
  visible[0] = 1;
  return {
    trees,
    names,
    parents,
    current: column().fill(-1),
    visible,
    children: new ChildTable(names, parents),
    changes: new Array<Change>(room).fill('unchanged'),
    copyCount: 0,
    copies: {
      node: column(),
      layer: column(),
      entry: column(),
      hiddenBy: column().fill(-1),
      deletedWith: column().fill(-1),
      replacedBy: column().fill(-1),
    },
  };
}

function addLayer(stack: Growing, tree: LayerTree, layer: number, top: boolean): void {
  const nodeOf = new Int32Array(tree.length);
  if (tree.opaque.has(0)) hideChildren(stack, 0, layer, top);
  for (let entry = 1; entry < tree.length; entry += 1) {
    const parent = nodeOf[tree.parents[entry]!]!;
    const name = tree.names[entry]!;
    if (tree.kinds[entry] === ENTRY_KIND.whiteout) {
      const gone = stack.children.find(parent, name);
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
  stack: Growing,
  node: number,
  at: { tree: LayerTree; layer: number; entry: number; top: boolean },
): void {
  const { tree, layer, entry, top } = at;
  const isFolder = tree.kinds[entry] === ENTRY_KIND.folder;
  const wasVisible = stack.visible[node] === 1;
  const before = stack.current[node]!;
  const wasFolder = wasVisible && before >= 0 && kindOfCopy(stack, before) === ENTRY_KIND.folder;
  if (wasFolder && (!isFolder || tree.opaque.has(entry))) hideChildren(stack, node, layer, top);
  const copy = addCopy(stack, node, layer, entry);
  if (wasVisible && before >= 0) {
    stack.copies.hiddenBy[before] = layer;
    stack.copies.replacedBy[before] = copy;
  }
  stack.current[node] = copy;
  stack.visible[node] = 1;
  if (!top) return;
  const came = !wasVisible && stack.changes[node] !== 'D';
  // A folder that is named again without another mode or owner only leads to something below it that changed.
  const sameFolder = wasFolder && isFolder && !tree.opaque.has(entry) && sameMeta(stack, before, copy);
  if (!sameFolder) stack.changes[node] = came ? 'A' : 'M';
}

/** A path inside a layer may be named without its folders (hostile or hand-made tars): they are made on the way. */
function childNode(stack: Growing, parent: number, name: string): number {
  const found = stack.children.find(parent, name);
  if (found !== undefined) return found;
  const node = stack.names.push(name) - 1;
  stack.parents[node] = parent;
  stack.children.add(node);
  return node;
}

function addCopy(stack: Growing, node: number, layer: number, entry: number): number {
  const copy = stack.copyCount;
  stack.copyCount += 1;
  stack.copies.node[copy] = node;
  stack.copies.layer[copy] = layer;
  stack.copies.entry[copy] = entry;
  return copy;
}

function hideChildren(stack: Stack, folder: number, layer: number, top: boolean): void {
  for (const child of stack.children.of(folder)) {
    if (stack.visible[child]) hideTree(stack, child, child, layer, top);
  }
}

/** Iterative: folders may be thousands deep. */
function hideTree(stack: Stack, root: number, deletedWith: number, layer: number, top: boolean): void {
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!stack.visible[node]) continue;
    stack.visible[node] = 0;
    const copy = stack.current[node]!;
    if (copy >= 0) {
      stack.copies.hiddenBy[copy] = layer;
      stack.copies.deletedWith[copy] = deletedWith;
    }
    if (top) stack.changes[node] = 'D';
    for (const child of stack.children.of(node)) pending.push(child);
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
    node = stack.children.find(node, part);
    if (node === undefined) return undefined;
  }
  return node;
}
