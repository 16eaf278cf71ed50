/**
 * The file tree of one layer (or writable layer) as columns: a million entries are a dozen arrays, not a million objects.
 * Entry 0 is the layer's root folder; a parent always precedes its children. Names are UTF-8 where they can be; bytes
 * that are not valid UTF-8 become lone surrogates U+DC80..U+DCFF (one per byte), so that a name stays unique and can
 * be turned back into its bytes.
 */
export interface LayerTree {
  readonly length: number;
  readonly names: readonly string[];
  /** Index of the folder an entry is in; -1 for entry 0. */
  readonly parents: Int32Array;
  readonly kinds: Uint8Array;
  /** Permission bits with setuid, setgid and sticky: 0..0o7777. */
  readonly modes: Uint16Array;
  readonly uids: Uint32Array;
  readonly gids: Uint32Array;
  /** st_size of anything that is not a folder; of a whiteout 0. */
  readonly sizes: Float64Array;
  /** st_blocks × 512; null when the tree comes from tar headers, which do not know it. */
  readonly diskBytes: Float64Array | null;
  readonly mtimesMs: Float64Array;
  /** CRC-64 (ISO) of each regular file's content from tar-split; null when unknown. 0 = none for this entry. */
  readonly checksums: BigUint64Array | null;
  /** Targets of symbolic links by entry. */
  readonly linkTargets: ReadonlyMap<number, string>;
  /** Further names of an inode → the entry that is its first name in this layer. */
  readonly hardLinks: ReadonlyMap<number, number>;
  /** Folders that hide everything below them in lower layers. */
  readonly opaque: ReadonlySet<number>;
  /** What could not be read or was refused (`..`, too deep, too long), by path. */
  readonly problems: readonly { readonly path: string; readonly what: string }[];
}

/** Values of `kinds`. A whiteout stands under the name it hides, not under its `.wh.` name. */
export const ENTRY_KIND = {
  folder: 0,
  file: 1,
  symlink: 2,
  whiteout: 3,
  charDevice: 4,
  blockDevice: 5,
  fifo: 6,
  socket: 7,
} as const;

export type EntryKind = (typeof ENTRY_KIND)[keyof typeof ENTRY_KIND];

/** Absolute path of an entry; `/` for entry 0. */
export function entryPath(tree: Pick<LayerTree, 'names' | 'parents'>, entry: number): string {
  const parts: string[] = [];
  for (let at = entry; at > 0; at = tree.parents[at] ?? -1) parts.push(tree.names[at] ?? '');
  return `/${parts.reverse().join('/')}`;
}

/** Children of every folder: those of entry `e` are `children[starts[e] .. starts[e + 1])`, in the tree's order. */
export interface ChildIndex {
  readonly starts: Int32Array;
  readonly children: Int32Array;
}

export function childIndex(tree: Pick<LayerTree, 'length' | 'parents'>): ChildIndex {
  const starts = new Int32Array(tree.length + 1);
  for (let entry = 1; entry < tree.length; entry += 1) starts[tree.parents[entry]! + 1]! += 1;
  for (let entry = 0; entry < tree.length; entry += 1) starts[entry + 1]! += starts[entry]!;
  const next = starts.slice(0, tree.length);
  const children = new Int32Array(Math.max(0, tree.length - 1));
  for (let entry = 1; entry < tree.length; entry += 1) children[next[tree.parents[entry]!]!++] = entry;
  return { starts, children };
}
