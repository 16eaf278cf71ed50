/** A tiny bbolt writer for test stores: leaf, branch and overflow pages, inline buckets, two meta pages. */
import { fnv1a64 } from '../../src-main/sources/disk/bolt-page.ts';

export interface BoltTree {
  readonly [key: string]: string | Uint8Array | BoltTree;
}

interface BoltOptions {
  readonly pageBytes?: number;
  readonly txid?: bigint;
  /** More elements than this go into several leaf pages below a branch page. */
  readonly perLeaf?: number;
}

const BUCKET = 1;
const BRANCH = 1;
const LEAF = 2;
const META = 4;
const FREELIST = 16;

interface Element {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly bucket: boolean;
}

/** The bytes of a bbolt file that holds `tree`: objects are buckets, everything else a value. */
export function writeBolt(tree: BoltTree, options: BoltOptions = {}): Buffer {
  const { pageBytes = 4096, txid = 7n, perLeaf = 1000 } = options;
  const pages: Buffer[] = [];
  let next = 3;

  /** Stores one page (with its overflow) and gives its number. */
  const store = (kind: number, count: number, body: Buffer): number => {
    const number = next;
    const span = Math.ceil((16 + body.length) / pageBytes);
    next += span;
    pages.push(Buffer.concat([pageHeader(number, kind, count, span - 1), body], span * pageBytes));
    return number;
  };

  const rootPage = (elements: readonly Element[]): number => {
    if (elements.length <= perLeaf) return store(LEAF, elements.length, leafBody(elements));
    const children: { key: Buffer; page: number }[] = [];
    for (let at = 0; at < elements.length; at += perLeaf) {
      const part = elements.slice(at, at + perLeaf);
      children.push({ key: part[0]!.key, page: store(LEAF, part.length, leafBody(part)) });
    }
    return store(BRANCH, children.length, branchBody(children));
  };

  const elementsOf = (bucket: BoltTree): Element[] => {
    const elements = Object.entries(bucket).map(([name, value]): Element => {
      const key = Buffer.from(name);
      if (typeof value === 'string' || value instanceof Uint8Array)
        return { key, value: Buffer.from(value as string), bucket: false };
      return { key, value: bucketValue(value), bucket: true };
    });
    return elements.sort((a, b) => Buffer.compare(a.key, b.key));
  };

  /** As bbolt does: a bucket without buckets and below a quarter of a page lies inside its parent's value. */
  const bucketValue = (bucket: BoltTree): Buffer => {
    const elements = elementsOf(bucket);
    const body = leafBody(elements);
    const header = Buffer.alloc(16);
    if (body.length + 16 <= pageBytes / 4 && elements.every((element) => !element.bucket))
      return Buffer.concat([header, pageHeader(0, LEAF, elements.length, 0), body]);
    header.writeBigUInt64LE(BigInt(rootPage(elements)));
    return header;
  };

  const root = rootPage(elementsOf(tree));
  const metas = [0, 1].map((page) => {
    const meta = metaBody({ pageBytes, root, highWater: next, txid: page === 0 ? txid - 1n : txid });
    return Buffer.concat([pageHeader(page, META, 0, 0), meta], pageBytes);
  });
  const freelist = Buffer.concat([pageHeader(2, FREELIST, 0, 0)], pageBytes);
  return Buffer.concat([...metas, freelist, ...pages]);
}

function pageHeader(number: number, kind: number, count: number, overflow: number): Buffer {
  const header = Buffer.alloc(16);
  header.writeBigUInt64LE(BigInt(number));
  header.writeUInt16LE(kind, 8);
  header.writeUInt16LE(count, 10);
  header.writeUInt32LE(overflow, 12);
  return header;
}

function leafBody(elements: readonly Element[]): Buffer {
  const table = Buffer.alloc(16 * elements.length);
  let data = table.length;
  elements.forEach(({ key, value, bucket }, index) => {
    const at = index * 16;
    table.writeUInt32LE(bucket ? BUCKET : 0, at);
    table.writeUInt32LE(data - at, at + 4);
    table.writeUInt32LE(key.length, at + 8);
    table.writeUInt32LE(value.length, at + 12);
    data += key.length + value.length;
  });
  return Buffer.concat([table, ...elements.flatMap(({ key, value }) => [key, value])]);
}

function branchBody(children: readonly { key: Buffer; page: number }[]): Buffer {
  const table = Buffer.alloc(16 * children.length);
  let data = table.length;
  children.forEach(({ key, page }, index) => {
    const at = index * 16;
    table.writeUInt32LE(data - at, at);
    table.writeUInt32LE(key.length, at + 4);
    table.writeBigUInt64LE(BigInt(page), at + 8);
    data += key.length;
  });
  return Buffer.concat([table, ...children.map(({ key }) => key)]);
}

function metaBody(meta: { pageBytes: number; root: number; highWater: number; txid: bigint }): Buffer {
  const body = Buffer.alloc(64);
  body.writeUInt32LE(0xed0cdaed, 0);
  body.writeUInt32LE(2, 4);
  body.writeUInt32LE(meta.pageBytes, 8);
  body.writeBigUInt64LE(BigInt(meta.root), 16);
  body.writeBigUInt64LE(2n, 32);
  body.writeBigUInt64LE(BigInt(meta.highWater), 40);
  body.writeBigUInt64LE(meta.txid, 48);
  body.writeBigUInt64LE(fnv1a64(body.subarray(0, 56)), 56);
  return body;
}
