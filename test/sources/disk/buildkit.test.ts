import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDisk } from '../../../src-main/sources/disk/index.ts';
import type { BuildkitRecord, DiskRecords } from '../../../src-main/sources/disk/records.ts';
import type { BoltTree } from '../../support/write-bolt.ts';
import { writeBolt } from '../../support/write-bolt.ts';
import type { WrittenStore } from '../../support/write-store.ts';
import { writeStore } from '../../support/write-store.ts';

const KEY = 'k3jz9x7q2w5m8n4b6v1c0d2f4';
const ACTIVE = 'a3jz9x7q2w5m8n4b6v1c0d2f4';

let store: WrittenStore;
beforeEach(() => {
  store = writeStore({
    layers: { base: { 'bin/sh': 'shell' } },
    images: { 'app:1': { layers: ['base'] } },
    orphans: { [ACTIVE]: { 'built.o': 'object' } },
  });
});
afterEach(() => store.remove());

const json = (value: unknown): string => JSON.stringify({ value });
const readWith = (snapshots: BoltTree, records: BoltTree = {}): Promise<DiskRecords> => {
  writeFileSync(join(store.root, 'buildkit/snapshots.db'), writeBolt(snapshots));
  writeFileSync(join(store.root, 'buildkit/metadata_v2.db'), writeBolt({ _main: records }));
  return readDisk(store.root);
};
const folderOf = (disk: DiskRecords, key: string): string | null | undefined =>
  disk.buildkit?.snapshots.find((snapshot) => snapshot.key === key)?.cacheId;

test('the files of a snapshot are at its layer, else at what it was committed from, else under its own name', async () => {
  const { chain, cacheIds } = store.images['app:1']!;
  const gone = `sha256:${'9'.repeat(64)}`;
  const disk = await readWith({
    [KEY]: { chainid: chain[0]!, committed: ACTIVE },
    b3jz9x7q2w5m8n4b6v1c0d2f4: { chainid: gone, committed: ACTIVE },
    c3jz9x7q2w5m8n4b6v1c0d2f4: { parent: '' },
    [chain[0]!]: {},
    [gone]: {},
  });
  expect(folderOf(disk, KEY)).toBe(cacheIds[0]);
  expect(folderOf(disk, 'b3jz9x7q2w5m8n4b6v1c0d2f4')).toBe(ACTIVE);
  expect(folderOf(disk, 'c3jz9x7q2w5m8n4b6v1c0d2f4')).toBe('c3jz9x7q2w5m8n4b6v1c0d2f4');
  expect(folderOf(disk, chain[0]!)).toBe(cacheIds[0]);
  expect(folderOf(disk, gone)).toBeNull();
});

test('a folder that any snapshot names is no leak', async () => {
  const leaked = (disk: DiskRecords): string[] =>
    disk.folders.filter((folder) => folder.unchangedBetweenLooks).map(({ name }) => name);
  expect(leaked(await readWith({}))).toEqual([ACTIVE]);
  expect(leaked(await readWith({ [KEY]: { committed: ACTIVE } }))).toEqual([]);
  expect(leaked(await readWith({ [ACTIVE]: { iscommitted: '', parent: '' } }))).toEqual([]);
});

test('a record tells its times in milliseconds, all its parents, and what it equals', async () => {
  const disk = await readWith(
    {},
    {
      [KEY]: {
        'cache.description': json('[2/3] RUN make'),
        'cache.createdAt': json(1_767_323_045_678_901_000),
        'cache.usageCount': json(3),
        'cache.mergeParents': json(['one', 'two']),
        'cache.parent': json(''),
        'cache.equalMutable': '',
        'cache.snapshot': json(ACTIVE),
      },
      [ACTIVE]: { 'cache.equalMutable': json(KEY), 'cache.recordType': json('exec.cachemount') },
    },
  );
  const [mutable, built] = disk.buildkit!.records as [BuildkitRecord, BuildkitRecord];
  expect(built).toEqual({
    id: KEY,
    description: '[2/3] RUN make',
    type: 'regular',
    snapshot: ACTIVE,
    parents: ['one', 'two'],
    createdAtMs: 1_767_323_045_678,
    lastUsedAtMs: null,
    usageCount: 3,
    chainId: null,
    equalMutable: null,
  });
  expect(mutable).toMatchObject({ type: 'exec.cachemount', equalMutable: KEY, snapshot: ACTIVE });
});

test('a damaged value is an issue with the record named; the others stand', async () => {
  const disk = await readWith(
    {},
    { [KEY]: { 'cache.createdAt': '{"value":', 'cache.usageCount': json('many') } },
  );
  expect(disk.buildkit?.records).toHaveLength(1);
  expect(disk.buildkit?.records[0]).toMatchObject({ createdAtMs: null, usageCount: null });
  expect(disk.issues).toEqual([
    {
      where: `buildkit/metadata_v2.db, record ${KEY}`,
      what: expect.stringContaining('cache.createdAt is not JSON'),
    },
  ]);
  expect(disk.ownersIncomplete).toBeNull();
});

test('records that can’t be read may stand on layers: who uses them is not known', async () => {
  writeFileSync(join(store.root, 'buildkit/snapshots.db'), writeBolt({}));
  writeFileSync(join(store.root, 'buildkit/metadata_v2.db'), 'no database');
  const disk = await readDisk(store.root);
  expect(disk.usersIncomplete).toContain('buildkit/metadata_v2.db');
});

test('an engine without build cache has none, which is no damage', async () => {
  rmSync(join(store.root, 'buildkit'), { recursive: true });
  rmSync(join(store.root, 'overlay2', ACTIVE), { recursive: true });
  const disk = await readDisk(store.root);
  expect(disk.buildkit).toBeNull();
  expect(disk.issues).toEqual([]);
});
