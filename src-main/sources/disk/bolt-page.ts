/** The pages of a bbolt file: meta pages with their checksum, and the bounds of every page and element. */

/** The file is not a whole bbolt file. `where` names the page and what it holds. */
export class BoltError extends Error {
  readonly where: string;

  constructor(where: string, what: string) {
    super(`${where}: ${what}`);
    this.name = 'BoltError';
    this.where = where;
  }
}

/** What the newest valid meta page says. `highWater`: the first page number never used yet. */
export interface BoltMeta {
  readonly txid: bigint;
  readonly pageBytes: number;
  readonly rootPage: number;
  readonly highWater: number;
}

export const PAGE_HEADER = 16;
export const ELEMENT = 16;
export const BRANCH = 1;
export const LEAF = 2;

const MAGIC = 0xed0cdaed;
const META_BYTES = 64;
const CHECKED_BYTES = 56;
/** The page size is that of the host which made the file: 4096, 16384 or 65536 are the usual ones. */
const PAGE_SIZES = [4096, 8192, 16384, 32768, 65536];

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** FNV-1a, 64 bit: bbolt's checksum of a meta page's first 56 bytes. */
export function fnv1a64(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

/** The valid meta page with the highest transaction id; undefined when neither is valid. */
export function newestMeta(bytes: Uint8Array): BoltMeta | undefined {
  let newest: BoltMeta | undefined;
  for (const pageBytes of PAGE_SIZES) {
    for (const page of [0, 1]) {
      const meta = metaAt(bytes, page * pageBytes + PAGE_HEADER, pageBytes);
      if (meta && (!newest || meta.txid > newest.txid)) newest = meta;
    }
  }
  return newest;
}

function metaAt(bytes: Uint8Array, at: number, pageBytes: number): BoltMeta | undefined {
  if (at + META_BYTES > bytes.byteLength) return undefined;
  const view = viewOf(bytes.subarray(at, at + META_BYTES));
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== 2) return undefined;
  if (view.getUint32(8, true) !== pageBytes) return undefined;
  if (view.getBigUint64(56, true) !== fnv1a64(bytes.subarray(at, at + CHECKED_BYTES))) return undefined;
  const rootPage = Number(view.getBigUint64(16, true));
  const highWater = Number(view.getBigUint64(40, true));
  return { txid: view.getBigUint64(48, true), pageBytes, rootPage, highWater };
}

/** One page (or the page inside an inline bucket's value), with all its overflow pages. */
export interface Page {
  readonly where: string;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly kind: typeof BRANCH | typeof LEAF;
  readonly count: number;
}

/** Checks a page's kind and that its table of elements lies inside it. */
export function openPage(bytes: Uint8Array, where: string): Page {
  if (bytes.byteLength < PAGE_HEADER) throw new BoltError(where, 'shorter than a page header');
  const view = viewOf(bytes);
  const flags = view.getUint16(8, true);
  const count = view.getUint16(10, true);
  if (flags !== BRANCH && flags !== LEAF) throw new BoltError(where, `is no branch or leaf (flags ${flags})`);
  if (PAGE_HEADER + count * ELEMENT > bytes.byteLength)
    throw new BoltError(where, `${count} elements do not fit into it`);
  return { where, bytes, view, kind: flags, count };
}

/** Bytes of a page from `at`, `length` long; outside the page is damage. */
export function slice(page: Page, at: number, length: number): Uint8Array {
  if (at + length > page.bytes.byteLength)
    throw new BoltError(page.where, 'an element points outside its page');
  return page.bytes.subarray(at, at + length);
}
