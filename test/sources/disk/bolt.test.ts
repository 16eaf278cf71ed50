import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBoltFile } from '../../../src-main/sources/disk/bolt-file.ts';
import { fnv1a64 } from '../../../src-main/sources/disk/bolt-page.ts';
import type { BoltBucket } from '../../../src-main/sources/disk/bolt.ts';
import { BoltError, readBolt } from '../../../src-main/sources/disk/bolt.ts';
import { goldenMissing, unpackGolden } from '../../support/golden-stores.ts';
import type { BoltTree } from '../../support/write-bolt.ts';
import { writeBolt } from '../../support/write-bolt.ts';

type Plain = { [key: string]: string | Plain };

const plain = (bucket: BoltBucket): Plain =>
  Object.fromEntries([
    ...[...bucket.values].map(([key, value]) => [key, Buffer.from(value).toString()] as const),
    ...[...bucket.buckets].map(([key, inner]) => [key, plain(inner)] as const),
  ]);

const manyKeys = Object.fromEntries(
  Array.from({ length: 300 }, (_, at) => [`key ${String(at).padStart(4, '0')}`, `value ${at}`]),
);
const TREE: BoltTree = {
  _main: { one: { 'cache.size': '1' }, two: { inner: { deep: { key: 'value' } } }, empty: {} },
  volumes: manyKeys,
  large: 'x'.repeat(20_000),
};

/** Reads it or says BoltError; anything else fails the test. */
function damagedOrRead(bytes: Uint8Array): 'read' | 'damaged' {
  try {
    readBolt(bytes);
    return 'read';
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(BoltError);
    expect((thrown as BoltError).where).not.toBe('');
    return 'damaged';
  }
}

/** Writes both meta pages anew, with right checksums, after `change` had its way with them. */
function withMeta(bytes: Buffer, change: (meta: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  for (const page of [0, 1]) {
    const meta = copy.subarray(page * 4096 + 16, page * 4096 + 80);
    change(meta);
    meta.writeBigUInt64LE(fnv1a64(meta.subarray(0, 56)), 56);
  }
  return copy;
}

test.each([4096, 8192, 16_384, 65_536])(
  'buckets, inline ones and large values, on pages of %d bytes',
  (pageBytes) => {
    expect(plain(readBolt(writeBolt(TREE, { pageBytes })))).toEqual(TREE);
    expect(plain(readBolt(writeBolt(TREE, { pageBytes, perLeaf: 7 })))).toEqual(TREE);
  },
);

test('the newest valid meta page counts, and one damaged meta page does no harm', () => {
  const bytes = writeBolt(TREE);
  for (const page of [0, 1]) {
    const copy = Buffer.from(bytes);
    copy.fill(0, page * 4096, (page + 1) * 4096);
    expect(plain(readBolt(copy))).toEqual(TREE);
  }
  // The older meta page points nowhere: nobody may look at it.
  const copy = Buffer.from(bytes);
  const older = copy.subarray(16, 80);
  older.writeBigUInt64LE(999n, 16);
  older.writeBigUInt64LE(fnv1a64(older.subarray(0, 56)), 56);
  expect(plain(readBolt(copy))).toEqual(TREE);
});

test('keys that objects inherit are ordinary keys', () => {
  const read = readBolt(writeBolt({ ['__proto__']: 'a', constructor: 'b', bucket: { toString: 'c' } }));
  expect([...read.values.keys()]).toContain('constructor');
  expect(read.buckets.get('bucket')?.values.has('toString')).toBe(true);
  expect(read.values.get('hasOwnProperty')).toBeUndefined();
});

describe('damage is told with its place and never hangs', () => {
  test('a file cut at every 512 bytes', () => {
    const bytes = writeBolt(TREE, { perLeaf: 50 });
    for (let length = 0; length < bytes.length; length += 512)
      expect(damagedOrRead(bytes.subarray(0, length))).toBe('damaged');
  });

  test('a page that leads back to itself', () => {
    const bytes = writeBolt(manyKeys, { perLeaf: 7 });
    const root = Number(bytes.readBigUInt64LE(4096 + 16 + 16));
    bytes.writeBigUInt64LE(BigInt(root), root * 4096 + 16 + 8);
    expect(() => readBolt(bytes)).toThrow(/reached twice/);
  });

  test.each([
    ['a root page outside the file', (meta: Buffer) => meta.writeBigUInt64LE(5000n, 16), /outside the file/],
    ['a root page that is a meta page', (meta: Buffer) => meta.writeBigUInt64LE(1n, 16), /outside the file/],
    ['a high water mark beyond the file', (meta: Buffer) => meta.writeBigUInt64LE(1n << 60n, 40), /cut off/],
    ['another version', (meta: Buffer) => meta.writeUInt32LE(3, 4), /neither is valid/],
  ])('%s', (_, change, message) => {
    expect(() => readBolt(withMeta(writeBolt(TREE), change))).toThrow(message);
  });

  test('a false checksum on both meta pages', () => {
    const bytes = writeBolt(TREE);
    bytes.writeUInt8(bytes.readUInt8(60) ^ 1, 60);
    bytes.writeUInt8(bytes.readUInt8(4096 + 60) ^ 1, 4096 + 60);
    expect(() => readBolt(bytes)).toThrow(/neither is valid/);
  });

  test('any bytes changed anywhere', () => {
    const bytes = writeBolt(TREE, { perLeaf: 20 });
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
        const copy = Buffer.from(bytes);
        for (const [at, value] of changes) copy[at] = value;
        damagedOrRead(copy);
      }),
      { numRuns: 400 },
    );
  });

  test('headers and element tables changed', () => {
    const bytes = writeBolt(TREE, { perLeaf: 20 });
    const pages = bytes.length / 4096;
    const change = fc.tuple(fc.integer({ min: 3, max: pages - 1 }), fc.nat(120), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const copy = Buffer.from(bytes);
        for (const [page, at, value] of changes) copy[page * 4096 + at] = value;
        damagedOrRead(copy);
      }),
      { numRuns: 400 },
    );
  });

  test('bytes that never were a database', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => damagedOrRead(bytes) === 'damaged'),
    );
  });
});

test('trees of any form come back as they were written', () => {
  const name = fc.stringMatching(/^[a-z0-9:._-]{1,40}$/);
  const { tree } = fc.letrec<{ tree: BoltTree; value: string | BoltTree }>((tie) => ({
    tree: fc.dictionary(name, tie('value'), { maxKeys: 12, noNullPrototype: true }),
    value: fc.oneof({ maxDepth: 4 }, fc.stringMatching(/^[ -~]{0,200}$/), tie('tree')),
  }));
  fc.assert(
    fc.property(tree, fc.integer({ min: 1, max: 40 }), (written, perLeaf) => {
      expect(plain(readBolt(writeBolt(written, { perLeaf })))).toEqual(written);
    }),
    { numRuns: 100 },
  );
});

describe('a file on the disk', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'strata-bolt-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is read whole, is null when absent, and is refused when it is a link', async () => {
    const path = join(folder, 'some.db');
    writeFileSync(path, writeBolt(TREE));
    symlinkSync(path, join(folder, 'link.db'));
    expect(plain((await readBoltFile(path))!)).toEqual(TREE);
    expect(await readBoltFile(join(folder, 'absent.db'))).toBeNull();
    await expect(readBoltFile(join(folder, 'link.db'))).rejects.toThrow(/is a link/);
    await expect(readBoltFile(folder)).rejects.toThrow(/no regular file/);
  });
});

describe.skipIf(goldenMissing !== null)('databases of a real engine', () => {
  test('are read whole, and cut anywhere they are damaged', () => {
    const golden = unpackGolden('engine-28.5-graphdriver');
    try {
      for (const name of ['snapshots.db', 'metadata_v2.db', 'cache.db', 'containerdmeta.db', 'history.db']) {
        const bytes = readFileSync(join(golden.root, 'buildkit', name));
        expect(damagedOrRead(bytes)).toBe('read');
        for (let length = 0; length < bytes.length; length += 512) damagedOrRead(bytes.subarray(0, length));
      }
    } finally {
      golden.remove();
    }
  });
});
