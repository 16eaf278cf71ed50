/** What an extraction of one path takes from a stack: each inode once, links as they are, nothing special. */
import { ENTRY_KIND } from '../../model/tree.ts';
import { copyEntry, findNode, type Stack } from './stack.ts';
import { entryType, type EntryType } from './tree-view.ts';

/** Kinds of what is never taken. `name`: one that no file can have (hostile tars), with all below it. */
export type LeftOutKind = 'device' | 'fifo' | 'socket' | 'deletion' | 'name';

export interface Pick {
  /** The chosen path's node. */
  readonly root: number;
  /** The chosen path's last name; empty for the root. */
  readonly name: string;
  readonly type: EntryType;
  /** Nodes; outer folders before inner ones. */
  readonly folders: readonly number[];
  readonly symlinks: readonly number[];
  /** By layer, base first, then in the order of that layer's tree, which is the order of its tar. */
  readonly files: readonly number[];
  /** Further names of a file's inode in the same layer: the node, and the file that has the content. */
  readonly hardLinks: readonly (readonly [node: number, file: number])[];
  /** Of `files`. */
  readonly bytes: number;
  readonly leftOut: ReadonlyMap<LeftOutKind, number>;
}

/** One entry as it is written: `path` is relative to the folder that the chosen path lies in, '' for the root itself. */
export interface PickedEntry {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
  readonly size: number;
  /** Null where it could not be read, and for what is no symlink. */
  readonly linkTarget: string | null;
}

/** Where the content of a file lies. */
export interface ContentPlace {
  readonly layer: number;
  readonly entry: number;
}

const IMPOSSIBLE = /^\.{0,2}$|[/\0]/;

/** Undefined when nothing is visible at `path`. A stack of one layer alone also tells its deletions. */
export function pick(stack: Stack, path: string): Pick | undefined {
  const root = findNode(stack, path);
  if (root === undefined || stack.visible[root] !== 1) return undefined;
  const folders: number[] = [];
  const symlinks: number[] = [];
  const files: number[] = [];
  const leftOut = new Map<LeftOutKind, number>();
  const leave = (kind: LeftOutKind, count = 1): void => {
    if (count > 0) leftOut.set(kind, (leftOut.get(kind) ?? 0) + count);
  };
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (stack.visible[node] !== 1) continue;
    const type = typeOf(stack, node);
    if (node !== 0 && IMPOSSIBLE.test(stack.names[node]!)) leave('name');
    else if (type === 'folder') {
      folders.push(node);
      for (const child of stack.children.of(node)) pending.push(child);
    } else if (type === 'symlink') symlinks.push(node);
    else if (type === 'file' || type === 'hardlink') files.push(node);
    else leave(type);
  }
  if (stack.trees.length === 1) leave('deletion', deletionsBelow(stack, root));
  return {
    root,
    name: stack.names[root]!,
    type: typeOf(stack, root),
    folders,
    symlinks,
    ...inodes(stack, files),
    leftOut,
  };
}

export function contentPlace(stack: Stack, node: number): ContentPlace {
  const { tree, entry, layer } = copyEntry(stack, stack.current[node]!);
  return { layer, entry: tree.hardLinks.get(entry) ?? entry };
}

export function pickedEntry(stack: Stack, { root }: Pick, node: number): PickedEntry {
  const parts: string[] = [];
  for (let at = node; at > 0; at = stack.parents[at]!) {
    parts.push(stack.names[at]!);
    if (at === root) break;
  }
  const top = stack.trees.length - 1;
  const { tree, entry } =
    node === 0 ? { tree: stack.trees[top]!, entry: 0 } : copyEntry(stack, stack.current[node]!);
  const first = tree.hardLinks.get(entry) ?? entry;
  return {
    path: parts.reverse().join('/'),
    mode: tree.modes[entry]!,
    uid: tree.uids[entry]!,
    gid: tree.gids[entry]!,
    mtimeMs: tree.mtimesMs[entry]!,
    size: tree.sizes[entry]!,
    linkTarget: tree.linkTargets.get(entry) ?? tree.linkTargets.get(first) ?? null,
  };
}

interface Inodes {
  readonly files: readonly number[];
  readonly hardLinks: readonly (readonly [number, number])[];
  readonly bytes: number;
}

function typeOf(stack: Stack, node: number): EntryType {
  if (node === 0) return 'folder';
  const { tree, entry } = copyEntry(stack, stack.current[node]!);
  return entryType(tree.kinds[entry]!, tree.hardLinks.has(entry));
}

/** Sorted by where their content lies, names of one inode stand together: the first is the file. */
function inodes(stack: Stack, nodes: number[]): Inodes {
  const places = new Float64Array(stack.names.length);
  for (const node of nodes) {
    const { layer, entry } = contentPlace(stack, node);
    places[node] = layer * 2 ** 32 + entry;
  }
  const files: number[] = [];
  const hardLinks: [number, number][] = [];
  let bytes = 0;
  for (const node of nodes.sort((a, b) => places[a]! - places[b]! || a - b)) {
    const file = files.at(-1);
    if (file !== undefined && places[file] === places[node]) hardLinks.push([node, file]);
    else {
      files.push(node);
      const { layer, entry } = contentPlace(stack, node);
      bytes += stack.trees[layer]!.sizes[entry]!;
    }
  }
  return { files, hardLinks, bytes };
}

/** Whiteouts of a layer at and below a node; parents stand before their children. */
function deletionsBelow(stack: Stack, root: number): number {
  const tree = stack.trees[0]!;
  const top = root === 0 ? 0 : copyEntry(stack, stack.current[root]!).entry;
  const inside = new Uint8Array(tree.length);
  inside[top] = 1;
  let count = 0;
  for (let entry = top + 1; entry < tree.length; entry += 1) {
    if (inside[tree.parents[entry]!] !== 1) continue;
    inside[entry] = 1;
    if (tree.kinds[entry] === ENTRY_KIND.whiteout) count += 1;
  }
  return count;
}
