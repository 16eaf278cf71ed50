import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CacheId, ChainId } from '../../../src-main/model/ids.ts';
import { readList } from '../../../src-main/sources/tree/list-readers.ts';
import { readLayerTree } from '../../../src-main/sources/tree/store-trees.ts';
import { treeOfTarSplit } from '../../../src-main/sources/tree/tar-split.ts';
import { tarSplitFile } from '../../../src-main/sources/tree/tar-split-file.ts';
import { unpackTree } from '../../../src-main/sources/tree/tree-columns.ts';
import { layerTar } from '../../support/write-layer.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'strata-lists-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A list of so many files whose names do not compress to nothing. */
const listOf = (files: number): Buffer =>
  layerTar(
    Object.fromEntries(
      Array.from({ length: files }, (_, at) => [`srv/${at}-${randomBytes(12).toString('hex')}`, 'x']),
    ),
  ).tarSplit;

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

test('lists read beside this thread, many at once, are the trees they are', async () => {
  const lists = Array.from({ length: 9 }, (_, at) => listOf(100 + at));
  const packed = await Promise.all(lists.map((list, at) => readList(written(`${at}.gz`, list), undefined)));
  const expected = await Promise.all(lists.map(treeOfTarSplit));
  expect(packed.map((one) => unpackTree(one!))).toEqual(expected);
});

test('what is no list is refused, what is not there is no list, and neither ends the reader', async () => {
  await expect(readList(written('noise', randomBytes(1000)), undefined)).rejects.toThrow(RangeError);
  expect(await readList(join(folder, 'missing'), undefined)).toBeUndefined();
  await expect(readList(folder, undefined)).rejects.toThrow(/EISDIR/);
  expect(await readList(written('good', listOf(3)), undefined)).toBeDefined();
});

test('a line that never ends is refused before it fills the memory', async () => {
  const endless = gzipSync(Buffer.alloc(64 << 20, 0x41), { level: 1 });
  await expect(treeOfTarSplit(endless)).rejects.toThrow(/a line of megabytes/);
});

test('cancelling ends the reading of a list, and the next one is read', async () => {
  // A bomb: gigabytes of empty lines.
  const bomb = gzipSync(Buffer.alloc(512 << 20, 0x0a), { level: 1 });
  const path = written('bomb', Buffer.concat(Array.from({ length: 8 }, () => bomb)));
  const stop = new AbortController();
  const reading = readList(path, stop.signal);
  setTimeout(() => stop.abort(new Error('enough')), 100);
  await expect(reading).rejects.toThrow('enough');
  await expect(readList(path, stop.signal)).rejects.toThrow('enough');
  expect(await readList(written('next', listOf(3)), undefined)).toBeDefined();
});

test('a layer with a damaged long list is walked instead', async () => {
  const chainId = `sha256:${'a'.repeat(64)}` as ChainId;
  const file = tarSplitFile(folder, chainId);
  mkdirSync(join(file, '..'), { recursive: true });
  const list = listOf(3_000);
  expect(list.length).toBeGreaterThan(16 << 10);
  writeFileSync(file, list.subarray(0, list.length - 100));
  const diff = join(folder, 'overlay2/layer/diff');
  mkdirSync(diff, { recursive: true });
  writeFileSync(join(diff, 'on-disk'), 'x');
  const { tree, source } = await readLayerTree(folder, { chainId, cacheId: 'layer' as CacheId });
  expect(source).toBe('disk');
  expect(tree.names).toEqual(['', 'on-disk']);
  await expect(readLayerTree(folder, { chainId, cacheId: null })).rejects.toThrow(/damaged/);
});
