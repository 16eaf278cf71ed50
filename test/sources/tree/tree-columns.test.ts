import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { zstdCompressSync } from 'node:zlib';
import type { LayerTree } from '../../../src-main/model/tree.ts';
import { nameFromBytes } from '../../../src-main/sources/tree/name-bytes.ts';
import {
  compressTree,
  decodeTree,
  packTree,
  unpackTree,
} from '../../../src-main/sources/tree/tree-columns.ts';

function tree(more: Partial<LayerTree> = {}): LayerTree {
  const names = ['', 'etc', 'é—\ufffd', nameFromBytes(Buffer.from([0x61, 0xff, 0xfe])), ''];
  return {
    length: names.length,
    names,
    parents: Int32Array.from([-1, 0, 1, 1, 1]),
    kinds: Uint8Array.from([0, 0, 1, 2, 1]),
    modes: Uint16Array.from([0o755, 0o755, 0o4755, 0o777, 0o644]),
    uids: Uint32Array.from([0, 0, 4_294_967_295, 0, 0]),
    gids: Uint32Array.from([0, 0, 1, 0, 0]),
    sizes: Float64Array.from([0, 0, 2 ** 50, 3, 0]),
    diskBytes: Float64Array.from([4096, 4096, 0, 0, 8192]),
    mtimesMs: Float64Array.from([0, -1, 1.7e12, 0, 0]),
    checksums: BigUint64Array.from([0n, 0n, 2n ** 64n - 1n, 0n, 5n]),
    linkTargets: new Map([[3, '../\udcff']]),
    hardLinks: new Map([[4, 2]]),
    opaque: new Set([1]),
    problems: [{ path: '/x', what: 'too long' }],
    ...more,
  };
}

test('a packed file list comes back as it was, names that are not UTF-8 included', async () => {
  for (const one of [tree(), tree({ diskBytes: null, checksums: null })]) {
    expect(unpackTree(packTree(one))).toEqual(one);
    expect(decodeTree(await compressTree(packTree(one)))).toEqual(one);
  }
});

test('a packed file list shares its memory with nothing: it is moved between threads', () => {
  const packed = packTree(tree());
  expect(packed.buffer.byteLength).toBe(packed.byteLength);
});

test('a cut or foreign blob is refused, not read as a smaller tree', async () => {
  const blob = await compressTree(packTree(tree()));
  for (const damaged of [
    blob.subarray(0, blob.length - 9),
    randomBytes(100),
    zstdCompressSync('{"version":9}\n'),
  ]) {
    expect(() => decodeTree(damaged)).toThrow(/is damaged/);
  }
});
