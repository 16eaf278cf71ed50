/**
 * A read-only bbolt reader over bytes. bbolt's own library would wait for the daemon's lock; a plain read does not.
 * Format: go.etcd.io/bbolt, version 2. A file is a tree of pages; every page can be reached once, so a second
 * visit is a cycle, and the work is bounded by the file's size.
 */
import type { BoltMeta, Page } from './bolt-page.ts';
import { BoltError, BRANCH, ELEMENT, newestMeta, openPage, PAGE_HEADER, slice, viewOf } from './bolt-page.ts';

export { BoltError } from './bolt-page.ts';

/** A bucket's own keys and the buckets inside it. Keys are decoded as UTF-8; values are views into the file. */
export interface BoltBucket {
  readonly values: ReadonlyMap<string, Uint8Array>;
  readonly buckets: ReadonlyMap<string, BoltBucket>;
}

/** Deeper is damage: bbolt's trees have a few levels, buckets here at most five. */
const DEEPEST = 64;
const BUCKET_FLAG = 1;
const BUCKET_HEADER = 16;

/** The root bucket as of the last committed transaction. Throws BoltError, and nothing else, on damage. */
export function readBolt(bytes: Uint8Array): BoltBucket {
  const meta = newestMeta(bytes);
  if (!meta) throw new BoltError('meta pages', 'neither is valid');
  if (meta.highWater * meta.pageBytes > bytes.byteLength)
    throw new BoltError('file', `cut off: ${bytes.byteLength} of ${meta.highWater * meta.pageBytes} bytes`);
  return new Reader(bytes, meta).bucketAtPage(meta.rootPage, 'root bucket', 0);
}

interface Filling {
  readonly values: Map<string, Uint8Array>;
  readonly buckets: Map<string, BoltBucket>;
  lastKey: Uint8Array | null;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #meta: BoltMeta;
  readonly #visited = new Set<number>();
  readonly #text = new TextDecoder();

  constructor(bytes: Uint8Array, meta: BoltMeta) {
    this.#bytes = bytes;
    this.#meta = meta;
  }

  bucketAtPage(number: number, from: string, depth: number): BoltBucket {
    return this.#bucket(this.#page(number, from), depth);
  }

  #bucket(page: Page, depth: number): BoltBucket {
    const filling: Filling = { values: new Map(), buckets: new Map(), lastKey: null };
    this.#walk(page, filling, depth);
    return { values: filling.values, buckets: filling.buckets };
  }

  #page(number: number, from: string): Page {
    const where = `page ${number} (${from})`;
    const { pageBytes, highWater } = this.#meta;
    if (!(number >= 2 && number < highWater)) throw new BoltError(where, 'outside the file');
    if (this.#visited.has(number)) throw new BoltError(where, 'reached twice');
    this.#visited.add(number);
    const start = number * pageBytes;
    const view = viewOf(this.#bytes.subarray(start, start + PAGE_HEADER));
    if (Number(view.getBigUint64(0, true)) !== number) throw new BoltError(where, 'says it is another page');
    const overflow = view.getUint32(12, true);
    if (number + overflow >= highWater) throw new BoltError(where, 'its overflow leaves the file');
    return openPage(this.#bytes.subarray(start, start + (overflow + 1) * pageBytes), where);
  }

  #walk(page: Page, filling: Filling, depth: number): void {
    if (depth > DEEPEST) throw new BoltError(page.where, 'nested too deep');
    for (let index = 0; index < page.count; index += 1) {
      const at = PAGE_HEADER + index * ELEMENT;
      if (page.kind === BRANCH) {
        const child = Number(page.view.getBigUint64(at + 8, true));
        this.#walk(this.#page(child, `below ${page.where.split(' (')[0]}`), filling, depth + 1);
      } else this.#leafElement(page, at, filling, depth);
    }
  }

  #leafElement(page: Page, at: number, filling: Filling, depth: number): void {
    const { view } = page;
    const keyAt = at + view.getUint32(at + 4, true);
    const keyBytes = view.getUint32(at + 8, true);
    const key = slice(page, keyAt, keyBytes);
    const value = slice(page, keyAt + keyBytes, view.getUint32(at + 12, true));
    if (filling.lastKey && Buffer.compare(filling.lastKey, key) >= 0)
      throw new BoltError(page.where, 'its keys are not in order');
    filling.lastKey = key;
    const name = this.#text.decode(key);
    if ((view.getUint32(at, true) & BUCKET_FLAG) === 0) filling.values.set(name, value);
    else filling.buckets.set(name, this.#inside(value, `bucket in ${page.where.split(' (')[0]}`, depth + 1));
  }

  /** A bucket's value: its root page's number, or 0 and the page itself (an inline bucket). */
  #inside(value: Uint8Array, where: string, depth: number): BoltBucket {
    if (value.byteLength < BUCKET_HEADER) throw new BoltError(where, 'shorter than a bucket header');
    const root = Number(viewOf(value).getBigUint64(0, true));
    if (root !== 0) return this.bucketAtPage(root, where, depth);
    return this.#bucket(openPage(value.subarray(BUCKET_HEADER), where), depth);
  }
}
