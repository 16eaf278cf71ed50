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
import { readTarSplit, tarSplitFile } from '../../../src-main/sources/tree/tar-split-file.ts';
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

test('lists read beside this thread, many at once, are the trees they are', async () => {
  const lists = Array.from({ length: 9 }, (_, at) => listOf(100 + at));
  const packed = await Promise.all(lists.map((list) => readList(list, undefined)));
  const expected = await Promise.all(lists.map((list) => treeOfTarSplit(list)));
  expect(packed.map(unpackTree)).toEqual(expected);
});

test('what is no list is refused, and the reader goes on', async () => {
  await expect(readList(randomBytes(1000), undefined)).rejects.toThrow(RangeError);
  expect(unpackTree(await readList(listOf(3), undefined)).length).toBe(5);
});

test('a list that is not there is none; what is no file is told', async () => {
  expect(await readTarSplit(join(folder, 'missing'))).toBeUndefined();
  await expect(readTarSplit(folder)).rejects.toThrow(/EISDIR/);
});

test('a line that never ends is refused before it fills the memory', async () => {
  const endless = gzipSync(Buffer.alloc(64 << 20, 0x41), { level: 1 });
  await expect(treeOfTarSplit(endless)).rejects.toThrow(/a line of megabytes/);
});

test('cancelling ends the reading of a list, and the next one is read', async () => {
  // A bomb: gigabytes of empty lines.
  const bomb = gzipSync(Buffer.alloc(512 << 20, 0x0a), { level: 1 });
  const list = Buffer.concat(Array.from({ length: 8 }, () => bomb));
  const stop = new AbortController();
  const reading = readList(list, stop.signal);
  setTimeout(() => stop.abort(new Error('enough')), 100);
  await expect(reading).rejects.toThrow('enough');
  await expect(readList(list, stop.signal)).rejects.toThrow('enough');
  expect(await readList(listOf(3), undefined)).toBeDefined();
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
