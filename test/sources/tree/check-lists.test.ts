import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readDisk } from '../../../src-main/sources/disk/index.ts';
import { listDataRoot, walkPlan } from '../../../src-main/sources/join.ts';
import { walkUnits } from '../../../src-main/sources/scan/index.ts';
import { listsAgainstWalk } from '../../../src-main/sources/tree/check-lists.ts';
import { type WrittenStore, writeStore } from '../../support/write-store.ts';

let store: WrittenStore;
afterEach(() => store.remove());

function writeApp(): { folder: string; listFile: string } {
  const base = {
    'etc/': null,
    'etc/conf': 'some words',
    'etc/same': { hardlink: 'etc/conf' },
    sh: { symlink: 'etc' },
  };
  store = writeStore({ layers: { base }, images: { app: { layers: ['base'] } } });
  const { chain, cacheIds } = store.images['app']!;
  const hex = chain[0]!.slice('sha256:'.length);
  return {
    folder: `overlay2/${cacheIds[0]!}`,
    listFile: join(store.root, 'image/overlay2/layerdb/sha256', hex, 'tar-split.json.gz'),
  };
}

async function issues() {
  const disk = await readDisk(store.root, {});
  const walk = await walkUnits(store.root, walkPlan(await listDataRoot(store.root), disk));
  return listsAgainstWalk(store.root, disk.layers, walk);
}

test('the list and the folder of a layer agree, hard links and symbolic links included', async () => {
  writeApp();
  expect(await issues()).toEqual([]);
});

test('a file that came into a layer behind the back of the engine is told', async () => {
  const { folder } = writeApp();
  writeFileSync(join(store.root, folder, 'diff/etc/extra'), 'more');
  expect(await issues()).toEqual([
    {
      where: folder,
      what: expect.stringMatching(/disagree: bytes 13 listed, 17 on disk; files 2 listed, 3 on/),
    },
  ]);
});

test('a damaged list is told, and no disagreement made of it', async () => {
  const { folder, listFile } = writeApp();
  writeFileSync(listFile, 'no gzip');
  expect(await issues()).toEqual([{ where: folder, what: expect.stringContaining("can't be read") }]);
});
