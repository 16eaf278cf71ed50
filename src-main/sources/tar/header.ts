/**
 * One 512-byte tar header: ustar, GNU and PAX as Docker and its builders write them.
 * Source: POSIX.1-2001 pax, GNU tar manual ("Basic Tar Format"), Go archive/tar.
 */
import { ENTRY_KIND, type EntryKind } from '../../model/tree.ts';
import { nameFromBytes } from '../tree/name-bytes.ts';

export const BLOCK = 512;

export interface TarHeader {
  /** As the tar has it; PAX and GNU long names are put in by the reader. */
  name: string;
  /** The type flag as a character. */
  readonly flag: string;
  mode: number;
  uid: number;
  gid: number;
  /** Bytes of content that follow. */
  size: number;
  mtimeMs: number;
  linkName: string;
  readonly device: { readonly major: number; readonly minor: number };
}

/** Undefined for a block of zeros (the end). Throws RangeError when the checksum is wrong. `at`: where the block starts. */
export function parseHeader(bytes: Uint8Array, at = 0): TarHeader | undefined {
  const sum = sumOf(bytes, at);
  if (sum === 0) return undefined;
  if (!checksumFits(bytes, at, sum)) throw new RangeError('not a tar header (checksum)');
  return headerAt(bytes, at);
}

/** The same of bytes that something else has a checksum of (gzip's, of a tar-split list): they are not summed again. */
export function headerAt(bytes: Uint8Array, at: number): TarHeader | undefined {
  if (bytes[at] === 0 && sumOf(bytes, at) === 0) return undefined;
  const magic =
    bytes[at + 257] === 0x75 &&
    bytes[at + 258] === 0x73 &&
    bytes[at + 259] === 0x74 &&
    bytes[at + 260] === 0x61;
  const gnu = magic && bytes[at + 262] === 0x20;
  const prefix = magic && !gnu ? text(bytes, at + 345, 155) : '';
  const name = text(bytes, at, 100);
  const flag = bytes[at + 156]!;
  const isDevice = flag === 0x33 || flag === 0x34;
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    flag: flag === 0 ? '0' : String.fromCharCode(flag),
    mode: number(bytes, at + 100, 8) & 0o7777,
    uid: number(bytes, at + 108, 8),
    gid: number(bytes, at + 116, 8),
    size: number(bytes, at + 124, 12),
    mtimeMs: number(bytes, at + 136, 12) * 1000,
    linkName: text(bytes, at + 157, 100),
    device: isDevice ? { major: number(bytes, at + 329, 8), minor: number(bytes, at + 337, 8) } : NO_DEVICE,
  };
}

const NO_DEVICE = { major: 0, minor: 0 };

/** The records of a PAX header: `LENGTH KEY=VALUE\n`. Cut or odd records end the reading: what stands before counts. */
export function parsePax(bytes: Uint8Array): Map<string, Uint8Array> {
  const records = new Map<string, Uint8Array>();
  for (let at = 0; at < bytes.length;) {
    let length = 0;
    let space = at;
    for (; space < bytes.length && bytes[space] !== 0x20; space += 1)
      length = length * 10 + (bytes[space]! - 0x30);
    const end = at + length;
    const equals = bytes.indexOf(0x3d, space);
    if (!Number.isSafeInteger(length) || length <= 0 || end > bytes.length || equals < 0 || equals >= end)
      break;
    records.set(
      Buffer.from(bytes.subarray(space + 1, equals)).toString('latin1'),
      bytes.subarray(equals + 1, end - 1),
    );
    at = end;
  }
  return records;
}

/** What a PAX header says about the entry that follows it. */
export function applyPax(header: TarHeader, pax: ReadonlyMap<string, Uint8Array>): void {
  const latin = (key: string) => {
    const value = pax.get(key);
    return value === undefined ? undefined : Buffer.from(value).toString('latin1');
  };
  const numeric = (key: string, take: (value: number) => void) => {
    const value = Number(latin(key));
    if (latin(key) !== undefined && Number.isFinite(value)) take(value);
  };
  const path = pax.get('path');
  if (path !== undefined) header.name = nameFromBytes(path);
  const link = pax.get('linkpath');
  if (link !== undefined) header.linkName = nameFromBytes(link);
  numeric('size', (size) => (header.size = Number.isSafeInteger(size) && size >= 0 ? size : header.size));
  numeric('uid', (uid) => (header.uid = uid));
  numeric('gid', (gid) => (header.gid = gid));
  numeric('mtime', (mtime) => (header.mtimeMs = Math.trunc(mtime * 1000)));
}

/** The kind of an entry; undefined for flags that are no entries of their own (PAX, long names) or that nobody writes. */
export function entryKind(header: TarHeader): EntryKind | undefined {
  switch (header.flag) {
    case '0':
    case '7':
    case '1':
      return header.name.endsWith('/') ? ENTRY_KIND.folder : ENTRY_KIND.file;
    case '2':
      return ENTRY_KIND.symlink;
    case '3':
      return header.device.major === 0 && header.device.minor === 0
        ? ENTRY_KIND.whiteout
        : ENTRY_KIND.charDevice;
    case '4':
      return ENTRY_KIND.blockDevice;
    case '5':
      return ENTRY_KIND.folder;
    case '6':
      return ENTRY_KIND.fifo;
    default:
      return undefined;
  }
}

/** NUL-terminated octal, or GNU's base-256 when the first bit is set. Not a number = 0, as every tar reads it. */
function number(block: Uint8Array, at: number, length: number): number {
  if ((block[at]! & 0x80) !== 0) {
    let value = block[at]! & 0x3f;
    for (let i = at + 1; i < at + length; i += 1) value = value * 256 + block[i]!;
    return Number.isSafeInteger(value) ? value : 0;
  }
  let value = 0;
  for (let i = at; i < at + length; i += 1) {
    const digit = block[i]! - 0x30;
    if (digit >= 0 && digit <= 7) value = value * 8 + digit;
    else if (block[i] !== 0x20 || value !== 0) break;
  }
  return value;
}

function text(bytes: Uint8Array, at: number, length: number): string {
  let end = at;
  let plain = true;
  for (; end < at + length && bytes[end] !== 0; end += 1) plain &&= bytes[end]! < 0x80;
  if (end === at) return '';
  if (plain && bytes instanceof Buffer) return bytes.toString('latin1', at, end);
  return nameFromBytes(bytes.subarray(at, end));
}

/** The sum counts its own field as blanks. */
function checksumFits(bytes: Uint8Array, at: number, sum: number): boolean {
  let own = 0;
  for (let i = at + 148; i < at + 156; i += 1) own += bytes[i]!;
  return sum - own + 8 * 0x20 === number(bytes, at + 148, 8);
}

const words = new Int32Array(BLOCK / 4);
const block = Buffer.from(words.buffer);

/** Of all bytes of a block, four at a time. */
function sumOf(bytes: Uint8Array, at: number): number {
  if (bytes instanceof Buffer) bytes.copy(block, 0, at, at + BLOCK);
  else block.set(bytes.subarray(at, at + BLOCK));
  let [even, odd] = [0, 0];
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i]!;
    even += word & 0x00ff00ff;
    odd += (word >>> 8) & 0x00ff00ff;
  }
  return (even & 0xffff) + (even >>> 16) + (odd & 0xffff) + (odd >>> 16);
}
