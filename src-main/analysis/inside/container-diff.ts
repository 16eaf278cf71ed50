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
  const deleted = bytesDeletedWith(stack, top);
  const entries: DiffEntry[] = [];
  for (let node = 1; node < stack.names.length; node += 1) {
    const change = stack.changes[node]!;
    if (change === 'unchanged') continue;
    if (change === 'D' && isInsideDeleted(stack, node)) continue;
    entries.push(diffEntry(stack, node, { top, chain, below: below.get(node), deleted, sameContent }));
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Around {
  readonly top: number;
  readonly chain: readonly ChainId[];
  /** The copy that lay visible at this path under the writable layer. */
  readonly below: number | undefined;
  readonly deleted: ReadonlyMap<number, number>;
  readonly sameContent: ReadonlySet<string>;
}

function diffEntry(
  stack: Stack,
  node: number,
  { top, chain, below, deleted, sameContent }: Around,
): DiffEntry {
  const path = nodePath(stack, node);
  const change = stack.changes[node]!;
  const shownCopy = change === 'D' ? below : stack.current[node]!;
  const { tree, entry, layer } = copyEntry(stack, shownCopy ?? stack.current[node]!);
  const own = change !== 'D' && layer === top;
  const counted = own && tree.kinds[entry] !== ENTRY_KIND.folder && !tree.hardLinks.has(entry);
  const lower = below === undefined ? undefined : copyEntry(stack, below);
  const copyUp = own && isFile(tree, entry) && lower !== undefined && isFile(lower.tree, lower.entry);
  const chainId = lower === undefined ? undefined : chain[lower.layer];
  return {
    path,
    change: change === 'A' ? 'A' : change === 'D' ? 'D' : 'C',
    type: entryType(tree.kinds[entry]!, tree.hardLinks.has(entry)),
    bytes: counted ? tree.sizes[entry]! : 0,
    diskBytes: own ? (tree.hardLinks.has(entry) ? 0 : (tree.diskBytes?.[entry] ?? null)) : 0,
    copyUp,
    metadataOnly: copyUp && sameContent.has(path),
    opaque: own && tree.opaque.has(entry),
    hides:
      lower === undefined || chainId === undefined
        ? null
        : { chainId, bytes: change === 'D' ? (deleted.get(node) ?? 0) : lower.tree.sizes[lower.entry]! },
  };
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

function isInsideDeleted(stack: Stack, node: number): boolean {
  const parent = stack.parents[node]!;
  return parent > 0 && stack.changes[parent] === 'D';
}

function isFile(tree: { kinds: Uint8Array }, entry: number): boolean {
  return tree.kinds[entry] === ENTRY_KIND.file;
}
