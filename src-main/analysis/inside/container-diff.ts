/**
 * A container's writable layer against its image, in `docker diff`'s kinds (A, C, D) with what docker diff has not:
 * bytes, copy-ups and metadata-only changes. Rules: moby `go-archive/changes.go`; every folder above a change is C,
 * the root is not; a removed folder is one line; each child of a new folder is a line.
 */
import { ENTRY_KIND } from '../../model/tree.ts';
import type { ChainId } from '../../model/ids.ts';
import { copyEntry, nodePath, type Stack } from './stack.ts';
import { entryType, type EntryType } from './tree-view.ts';

export interface DiffEntry {
  readonly path: string;
  readonly change: 'A' | 'C' | 'D';
  readonly type: EntryType;
  readonly bytes: number;
  readonly diskBytes: number | null;
  /** The whole file was copied from the image to change it. */
  readonly copyUp: boolean;
  /** Same content and size: only mode, owner or time differ. Known only where content was compared. */
  readonly metadataOnly: boolean;
  readonly opaque: boolean;
  readonly hides: { readonly chainId: ChainId; readonly bytes: number } | null;
}

/**
 * @param stack image layers (init layer included) with the writable layer on top
 * @param chain ChainIDs of the image layers, base first; entries of the init layer have none
 * @param sameContent paths whose content was compared with the image's and found equal
 */
export function containerDiff(
  stack: Stack,
  chain: readonly ChainId[],
  sameContent: ReadonlySet<string> = new Set(),
): DiffEntry[] {
  const top = stack.trees.length - 1;
  const below = copiesBelow(stack, top);
  const around = { top, chain, deleted: bytesDeletedWith(stack, top), sameContent };
  const entries: DiffEntry[] = [];
  for (const [node, change] of shownChanges(stack, top, below)) {
    entries.push(diffEntry(stack, { node, change, below: below.get(node) }, around));
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The lines of `docker diff`: real changes, and every folder above one. */
function shownChanges(
  stack: Stack,
  top: number,
  below: ReadonlyMap<number, number>,
): Map<number, 'A' | 'C' | 'D'> {
  const shown = new Map<number, 'A' | 'C' | 'D'>();
  for (let node = 1; node < stack.names.length; node += 1) {
    const change = stack.changes[node]!;
    if (change === 'unchanged' || (change === 'D' && isInsideGone(stack, node))) continue;
    if (change === 'M' && !isRealChange(stack, node, top, below.get(node))) continue;
    shown.set(node, change === 'M' ? 'C' : change);
    for (let at = stack.parents[node]!; at > 0 && !shown.has(at); at = stack.parents[at]!) {
      shown.set(at, stack.changes[at] === 'A' ? 'A' : 'C');
    }
  }
  return shown;
}

/** Copied up is not changed: a file that was only linked to, or a folder on the way, is as it was. */
function isRealChange(stack: Stack, node: number, top: number, below: number | undefined): boolean {
  const now = copyEntry(stack, stack.current[node]!);
  if (now.layer !== top) return false;
  if (below === undefined) return true;
  const before = copyEntry(stack, below);
  const [a, b] = [now.tree, before.tree];
  const [x, y] = [now.entry, before.entry];
  const differs =
    a.kinds[x] !== b.kinds[y] ||
    a.modes[x] !== b.modes[y] ||
    a.uids[x] !== b.uids[y] ||
    a.gids[x] !== b.gids[y];
  if (differs || a.kinds[x] === ENTRY_KIND.folder) return differs;
  return a.sizes[x] !== b.sizes[y] || !sameTime(a.mtimesMs[x]!, b.mtimesMs[y]!);
}

/** As moby compares: by the second where one of the two knows no more. Milliseconds are what our trees keep. */
function sameTime(a: number, b: number): boolean {
  const [wholeA, wholeB] = [Math.floor(a / 1000), Math.floor(b / 1000)];
  if (wholeA !== wholeB) return false;
  return a % 1000 === 0 || b % 1000 === 0 || Math.abs(a - b) < 1;
}

interface Changed {
  readonly node: number;
  readonly change: 'A' | 'C' | 'D';
  /** The copy that lay visible at this path under the writable layer. */
  readonly below: number | undefined;
}

interface Around {
  readonly top: number;
  readonly chain: readonly ChainId[];
  readonly deleted: ReadonlyMap<number, number>;
  readonly sameContent: ReadonlySet<string>;
}

function diffEntry(stack: Stack, { node, change, below }: Changed, around: Around): DiffEntry {
  const { top, chain, deleted, sameContent } = around;
  const path = nodePath(stack, node);
  const shownCopy = change === 'D' ? below : stack.current[node]!;
  const { tree, entry, layer } = copyEntry(stack, shownCopy ?? stack.current[node]!);
  const own = change !== 'D' && layer === top;
  const counted = own && tree.kinds[entry] !== ENTRY_KIND.folder && !tree.hardLinks.has(entry);
  const lower = below === undefined ? undefined : copyEntry(stack, below);
  const copyUp = own && isFile(tree, entry) && lower !== undefined && isFile(lower.tree, lower.entry);
  const chainId = lower === undefined ? undefined : chain[lower.layer];
  return {
    path,
    change,
    type: entryType(tree.kinds[entry]!, tree.hardLinks.has(entry)),
    bytes: counted ? tree.sizes[entry]! : 0,
    diskBytes: own ? (tree.hardLinks.has(entry) ? 0 : (tree.diskBytes?.[entry] ?? null)) : 0,
    copyUp,
    metadataOnly: copyUp && sameContent.has(path),
    opaque: own && tree.opaque.has(entry),
    hides:
      lower === undefined || chainId === undefined
        ? null
        : { chainId, bytes: hiddenBytes(stack, node, lower, deleted) },
  };
}

export interface WritableTotals {
  readonly bytes: number;
  readonly diskBytes: number | null;
  readonly copyUpBytes: number;
}

/** All that the writable layer holds, each inode once; what was copied up without a change counts too. */
export function writableTotals(stack: Stack): WritableTotals {
  const top = stack.trees.length - 1;
  const tree = stack.trees[top]!;
  const below = copiesBelow(stack, top);
  let [bytes, diskBytes, copyUpBytes] = [0, 0, 0];
  for (let copy = 0; copy < stack.copies.node.length; copy += 1) {
    if (stack.copies.layer[copy] !== top) continue;
    const entry = stack.copies.entry[copy]!;
    if (tree.hardLinks.has(entry)) continue;
    diskBytes += tree.diskBytes?.[entry] ?? 0;
    if (tree.kinds[entry] === ENTRY_KIND.folder) continue;
    bytes += tree.sizes[entry]!;
    const lower = below.get(stack.copies.node[copy]!);
    const from = lower === undefined ? undefined : copyEntry(stack, lower);
    if (isFile(tree, entry) && from !== undefined && isFile(from.tree, from.entry))
      copyUpBytes += tree.sizes[entry]!;
  }
  return { bytes, diskBytes: tree.diskBytes === null ? null : diskBytes, copyUpBytes };
}

/** For each node the copy that the topmost layer hid or replaced. */
function copiesBelow(stack: Stack, top: number): Map<number, number> {
  const below = new Map<number, number>();
  for (let copy = 0; copy < stack.copies.node.length; copy += 1) {
    if (stack.copies.layer[copy] !== top && stack.copies.hiddenBy[copy] === top)
      below.set(stack.copies.node[copy]!, copy);
  }
  return below;
}

/** What lay there: the path itself, and what was deleted with it or with its folder that something else replaced. */
function hiddenBytes(stack: Stack, node: number, lower: At, deleted: ReadonlyMap<number, number>): number {
  if (stack.changes[node] === 'D') return deleted.get(node) ?? 0;
  let bytes = lower.tree.sizes[lower.entry]!;
  for (const child of stack.children.of(node)) bytes += deleted.get(child) ?? 0;
  return bytes;
}

type At = ReturnType<typeof copyEntry>;

/** All that each deletion took: the path itself and everything below it. */
function bytesDeletedWith(stack: Stack, top: number): Map<number, number> {
  const bytes = new Map<number, number>();
  for (let copy = 0; copy < stack.copies.node.length; copy += 1) {
    const root = stack.copies.deletedWith[copy]!;
    if (root < 0 || stack.copies.hiddenBy[copy] !== top) continue;
    const { tree, entry } = copyEntry(stack, copy);
    const counts = tree.kinds[entry] !== ENTRY_KIND.folder && !tree.hardLinks.has(entry);
    bytes.set(root, (bytes.get(root) ?? 0) + (counts ? tree.sizes[entry]! : 0));
  }
  return bytes;
}

/** Below a removed folder, or below one that a file has replaced: the line of the folder says it. */
function isInsideGone(stack: Stack, node: number): boolean {
  const parent = stack.parents[node]!;
  if (parent <= 0) return false;
  if (stack.changes[parent] === 'D') return true;
  const copy = stack.current[parent]!;
  if (copy < 0) return false;
  const { tree, entry } = copyEntry(stack, copy);
  return tree.kinds[entry] !== ENTRY_KIND.folder;
}

function isFile(tree: { kinds: Uint8Array }, entry: number): boolean {
  return tree.kinds[entry] === ENTRY_KIND.file;
}
