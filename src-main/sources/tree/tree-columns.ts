/** A LayerTree as one block of bytes: a line of JSON with what is sparse, then the columns; kept with zstd over all. */
import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompressSync } from 'node:zlib';
import { StrataError } from '../../contract/errors.ts';
import type { LayerTree } from '../../model/tree.ts';
import { bytesFromName, nameFromBytes } from './name-bytes.ts';
import { MAX_ENTRIES } from './tree-builder.ts';

const VERSION = 1;
/** Of an unpacked blob: columns of 5 million entries with long names. */
const MAX_BYTES = MAX_ENTRIES * 200;

interface Head {
  readonly version: number;
  readonly length: number;
  readonly nameBytes: number;
  readonly hasDiskBytes: boolean;
  readonly hasChecksums: boolean;
  readonly linkTargets: [number, string][];
  readonly hardLinks: [number, number][];
  readonly opaque: number[];
  readonly problems: { path: string; what: string }[];
}

/** What is kept of a packed tree, for `decodeTree`. Compressed beside this thread. */
export const compressTree = promisify(zstdCompress) as (packed: Uint8Array) => Promise<Uint8Array>;

/** All of a tree in one block of memory of its own, which may be moved to another thread. */
export function packTree(tree: LayerTree): Buffer<ArrayBuffer> {
  const names = joinNames(tree.names);
  const head: Head = {
    version: VERSION,
    length: tree.length,
    nameBytes: names.length,
    hasDiskBytes: tree.diskBytes !== null,
    hasChecksums: tree.checksums !== null,
    linkTargets: [...tree.linkTargets],
    hardLinks: [...tree.hardLinks],
    opaque: [...tree.opaque],
    problems: [...tree.problems],
  };
  const columns = [tree.parents, tree.kinds, tree.modes, tree.uids, tree.gids, tree.sizes, tree.mtimesMs];
  const optional = [tree.diskBytes, tree.checksums].filter((column) => column !== null);
  const parts = [...columns, ...optional].map((c) => Buffer.from(c.buffer, c.byteOffset, c.byteLength));
  return joined([Buffer.from(`${JSON.stringify(head)}\n`), names, ...parts]);
}

/** Buffer.concat would put small ones into memory that others share. */
function joined(parts: readonly Buffer[]): Buffer<ArrayBuffer> {
  const all = Buffer.allocUnsafeSlow(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) at += part.copy(all, at);
  return all;
}

/** Throws `failed` when the blob is none of ours or is cut. */
export function decodeTree(blob: Uint8Array): LayerTree {
  try {
    return unpackTree(zstdDecompressSync(blob, { maxOutputLength: MAX_BYTES }));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new StrataError('failed', `A remembered file list is damaged (${why}). It is read anew.`, {
      cause: thrown,
    });
  }
}

/** Throws when the bytes are none of `packTree`'s. */
export function unpackTree(bytes: Buffer): LayerTree {
  const headEnd = bytes.indexOf(0x0a);
  const head = JSON.parse(bytes.toString('utf8', 0, headEnd)) as Head;
  if (head.version !== VERSION) throw new Error(`version ${head.version} is not known`);
  return decodeColumns(head, bytes, headEnd + 1);
}

function decodeColumns(head: Head, bytes: Buffer, start: number): LayerTree {
  const { length } = head;
  let at = start + head.nameBytes;
  /** A copy: columns need their own alignment. */
  const next = (width: number): ArrayBuffer => {
    const part = bytes.subarray(at, at + width * length);
    if (part.length !== width * length) throw new Error('it is cut');
    at += part.length;
    return new Uint8Array(part).buffer;
  };
  // A copy, so that the whole block goes; most of those who add up sizes never ask for names.
  let nameBytes: Buffer | null = Buffer.from(bytes.subarray(start, start + head.nameBytes));
  if (zerosIn(nameBytes) !== length - 1) throw new Error('names are missing');
  let names: readonly string[] = [];
  return {
    length,
    get names() {
      if (nameBytes !== null) names = splitNames(nameBytes);
      nameBytes = null;
      return names;
    },
    parents: new Int32Array(next(4)),
    kinds: new Uint8Array(next(1)),
    modes: new Uint16Array(next(2)),
    uids: new Uint32Array(next(4)),
    gids: new Uint32Array(next(4)),
    sizes: new Float64Array(next(8)),
    mtimesMs: new Float64Array(next(8)),
    diskBytes: head.hasDiskBytes ? new Float64Array(next(8)) : null,
    checksums: head.hasChecksums ? new BigUint64Array(next(8)) : null,
    linkTargets: new Map(head.linkTargets),
    hardLinks: new Map(head.hardLinks),
    opaque: new Set(head.opaque),
    problems: head.problems,
  };
}

/** Zero bytes between: no file name holds one. */
function joinNames(names: readonly string[]): Buffer {
  const text = names.join('\0');
  if (text.isWellFormed()) return Buffer.from(text);
  return Buffer.concat(names.flatMap((name, at) => [Buffer.alloc(at === 0 ? 0 : 1), bytesFromName(name)]));
}

function zerosIn(bytes: Buffer): number {
  let zeros = 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) zeros += 1;
  return zeros;
}

function splitNames(bytes: Buffer): string[] {
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd')) return text.split('\0');
  const names: string[] = [];
  for (let start = 0; start <= bytes.length;) {
    const zero = bytes.indexOf(0, start);
    const end = zero < 0 ? bytes.length : zero;
    names.push(nameFromBytes(bytes.subarray(start, end)));
    start = end + 1;
  }
  return names;
}
