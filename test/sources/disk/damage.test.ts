import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readDisk } from '../../../src-main/sources/disk/index.ts';
import type { DiskRecords } from '../../../src-main/sources/disk/records.ts';
import type { WrittenStore } from '../../support/write-store.ts';
import { writeStore } from '../../support/write-store.ts';

const ORPHAN = 'e'.repeat(64);
const CACHE = 'k3jz9x7q2w5m8n4b6v1c0d2f4';

let store: WrittenStore;
beforeEach(() => {
  store = writeStore({
    layers: {
      base: { 'bin/': null, 'bin/sh': 'shell' },
      app: { 'srv/app': 'app' },
      web: { 'srv/web': 'web' },
    },
    images: { 'app:1': { layers: ['base', 'app'] }, 'web:1': { layers: ['base', 'web'] } },
    containers: { job: { image: 'app:1', log: 'hello\n', volumes: ['data'] } },
    volumes: { data: { files: { 'rows.db': 'rows' }, labels: { purpose: 'test' } } },
    buildkit: { [CACHE]: { files: { context: 'x' } } },
    orphans: { [ORPHAN]: { 'left/over': 'bytes' } },
  });
});
afterEach(() => store.remove());

const at = (...parts: string[]): string => join(store.root, ...parts);
const DB = 'image/overlay2';
const layerOf = (image: string, depth: number): string =>
  `${DB}/layerdb/sha256/${store.images[image]!.chain.at(depth)!.slice(7)}`;
const configOf = (image: string): string =>
  `${DB}/imagedb/content/sha256/${store.images[image]!.id.slice(7)}`;
const mountOf = (container: string): string => `${DB}/layerdb/mounts/${store.containers[container]!.id}`;
const topOf = (disk: DiskRecords, image: string): DiskRecords['layers'][number] | undefined =>
  disk.layers.find((layer) => layer.chainId === store.images[image]!.chain.at(-1));

test('a whole store has no issue, and its one leaked folder is seen as unchanged', async () => {
  const disk = await readDisk(store.root);
  expect(disk.issues).toEqual([]);
  expect(disk).toMatchObject({ ownersIncomplete: null, usersIncomplete: null, dataRoot: store.root });
  expect(disk.folders.filter((folder) => folder.unchangedBetweenLooks).map(({ name }) => name)).toEqual([
    ORPHAN,
  ]);
  expect(disk.images.map(({ tags }) => tags).sort()).toEqual([['app:1'], ['web:1']]);
});

describe('damage to what names the owner of a folder forbids calling anything an orphan', () => {
  const cases: [string, () => void, RegExp][] = [
    [
      'an empty cache-id',
      () => writeFileSync(at(layerOf('app:1', -1), 'cache-id'), ''),
      /cache-id: is empty/,
    ],
    [
      'a missing cache-id',
      () => rmSync(at(layerOf('app:1', 0), 'cache-id')),
      /cache-id: is empty or missing/,
    ],
    [
      'a cache-id that leaves overlay2',
      () => writeFileSync(at(layerOf('app:1', 0), 'cache-id'), '../../etc'),
      /cache-id: names no folder/,
    ],
    [
      'a layer folder whose name is no id',
      () => renameSync(at(layerOf('web:1', -1)), at(DB, 'layerdb/sha256/not-a-layer')),
      /not-a-layer: is no layer id/,
    ],
    [
      'a layer folder that is a link',
      () => {
        renameSync(at(layerOf('web:1', -1)), at('elsewhere'));
        symlinkSync(at('elsewhere'), at(layerOf('web:1', -1)));
      },
      /is a link or special file/,
    ],
    [
      'no layers folder at all',
      () => rmSync(at(DB, 'layerdb/sha256'), { recursive: true }),
      /sha256: is missing/,
    ],
    ['an empty mount-id', () => writeFileSync(at(mountOf('job'), 'mount-id'), ''), /mount-id: is empty/],
    ['a missing mount-id', () => rmSync(at(mountOf('job'), 'mount-id')), /mount-id: is missing/],
    ['no mounts folder', () => rmSync(at(DB, 'layerdb/mounts'), { recursive: true }), /mounts: is missing/],
    [
      'a mounts folder that is a link',
      () => {
        rmSync(at(DB, 'layerdb/mounts'), { recursive: true });
        symlinkSync('/', at(DB, 'layerdb/mounts'));
      },
      /mounts: is a link, which is not followed/,
    ],
    [
      'a snapshots.db that is cut',
      () => truncateSync(at('buildkit/snapshots.db'), 12_288),
      /snapshots\.db: file: cut/,
    ],
    [
      'a snapshots.db that is a link',
      () => {
        renameSync(at('buildkit/snapshots.db'), at('moved.db'));
        symlinkSync(at('moved.db'), at('buildkit/snapshots.db'));
      },
      /snapshots\.db: is a link/,
    ],
    [
      'no build cache database though its folder is there',
      () => rmSync(at('buildkit'), { recursive: true }),
      /snapshots/,
    ],
    [
      'a half removed layer with a cache-id that is none',
      () => {
        mkdirSync(at(DB, `layerdb/sha256/${'a'.repeat(64)}-1-removing`));
        writeFileSync(at(DB, `layerdb/sha256/${'a'.repeat(64)}-1-removing/cache-id`), 'x/y');
      },
      /-removing\/cache-id: names no folder/,
    ],
  ];
  test.each(cases)('%s', async (_, damage, why) => {
    damage();
    const disk = await readDisk(store.root);
    expect(disk.ownersIncomplete).toMatch(why);
    const told = disk.issues.map(({ where, what }) => `${where}: ${what}`);
    expect(told.filter((text) => why.test(text))).toHaveLength(1);
    expect(new Set(told).size).toBe(told.length);
    expect(disk.images).toHaveLength(2);
    expect(disk.volumes).toHaveLength(1);
  });
});

describe('damage to what says who uses a layer forbids calling anything unused', () => {
  const cases: [string, () => void, RegExp][] = [
    ['an image config that is cut off', () => truncateSync(at(configOf('web:1')), 100), /is not JSON/],
    ['an empty image config', () => writeFileSync(at(configOf('web:1')), ''), /is not JSON/],
    [
      'an image config that is no object',
      () => writeFileSync(at(configOf('web:1')), 'null'),
      /has no rootfs/,
    ],
    [
      'an image config whose DiffIDs are none',
      () => writeFileSync(at(configOf('web:1')), '{"rootfs":{"diff_ids":["sha256:12",7]}}'),
      /no DiffID/,
    ],
    [
      'an image config with other bytes than its name says',
      () => writeFileSync(at(configOf('web:1')), `${readFileSync(at(configOf('web:1')), 'utf8')} `),
      /is not the file it is named after/,
    ],
    ['an image config above 8 MB', () => truncateSync(at(configOf('web:1')), 9_000_000), /larger than/],
    [
      'an image file whose name is no id',
      () => writeFileSync(at(DB, 'imagedb/content/sha256/abc'), '{}'),
      /no image id/,
    ],
    ['repositories.json that is cut off', () => truncateSync(at(DB, 'repositories.json'), 40), /is not JSON/],
    [
      'repositories.json with a name that points nowhere',
      () => writeFileSync(at(DB, 'repositories.json'), '{"Repositories":{"a":{"a:1":"latest"}}}'),
      /points at no image id/,
    ],
    [
      'a parent file without a layer',
      () => writeFileSync(at(layerOf('app:1', -1), 'parent'), ''),
      /names no layer/,
    ],
    [
      'a missing parent file of a layer that has one',
      () => rmSync(at(layerOf('app:1', -1), 'parent')),
      /its id/,
    ],
    [
      'a mount parent without a layer',
      () => writeFileSync(at(mountOf('job'), 'parent'), 'x'),
      /names no layer/,
    ],
    [
      'a container config that is cut off',
      () => truncateSync(at('containers', store.containers['job']!.id, 'config.v2.json'), 50),
      /is not JSON/,
    ],
    [
      'a container config of another form',
      () => writeFileSync(at('containers', store.containers['job']!.id, 'config.v2.json'), '{"State":7}'),
      /form of a container/,
    ],
  ];
  test.each(cases)('%s', async (_, damage, why) => {
    damage();
    const disk = await readDisk(store.root);
    expect(disk.usersIncomplete).toMatch(why);
    expect(disk.ownersIncomplete).toBeNull();
    expect(disk.layers).toHaveLength(3);
    expect(disk.images.length).toBeGreaterThan(0);
  });
});

test('parents that loop are broken: a ChainID cannot stand above itself', async () => {
  writeFileSync(at(layerOf('app:1', 0), 'parent'), store.images['app:1']!.chain.at(-1)!);
  const disk = await readDisk(store.root);
  const base = disk.layers.find((layer) => layer.chainId === store.images['app:1']!.chain[0]);
  expect(base?.parent).toMatchObject({ kind: 'broken' });
  expect(topOf(disk, 'app:1')?.parent).toMatchObject({ kind: 'parent' });
});

test.each(['', 'many', '-5', '1e3', '0x10', '99999999999999999999'])(
  'a size of %j is unknown, never zero',
  async (size) => {
    writeFileSync(at(layerOf('app:1', -1), 'size'), size);
    const disk = await readDisk(store.root);
    expect(topOf(disk, 'app:1')?.bytes.state).toBe('unknown');
    expect(disk.issues).toHaveLength(1);
    expect(disk.ownersIncomplete).toBeNull();
  },
);

test('an image whose layer is gone stays, with an issue that names the layer', async () => {
  rmSync(at(layerOf('web:1', -1)), { recursive: true });
  const disk = await readDisk(store.root);
  expect(disk.images).toHaveLength(2);
  expect(disk.issues).toEqual([
    {
      where: `image ${store.images['web:1']!.id}`,
      what: expect.stringContaining(store.images['web:1']!.chain.at(-1)!),
    },
  ]);
});

test('a container without config.v2.json is kept as broken, with its logs', async () => {
  rmSync(at('containers', store.containers['job']!.id, 'config.v2.json'));
  const [container] = (await readDisk(store.root)).containers;
  expect(container).toMatchObject({ broken: 'config.v2.json is missing', name: null, running: false });
  expect(container?.logs).toHaveLength(1);
});

test('logs that can not be listed are not known, and neither are short names', async () => {
  const { id } = store.containers['job']!;
  writeFileSync(at('containers', id, 'local-logs'), 'a file where the folder of logs should be');
  rmSync(at('overlay2/l'), { recursive: true });
  writeFileSync(at('overlay2/l'), 'a file too');
  const disk = await readDisk(store.root);
  expect(disk.containers[0]?.logs).toBeNull();
  expect(disk.folders.map((folder) => folder.linkDiskBytes)).toEqual(disk.folders.map(() => null));
  expect(disk.issues.map(({ where }) => where).sort()).toEqual([`containers/${id}/local-logs`, 'overlay2/l']);
});

test('names that objects inherit are names like others', async () => {
  const id = store.images['app:1']!.id;
  writeFileSync(
    at(DB, 'repositories.json'),
    `{"Repositories":{"__proto__":{"__proto__:1":"${id}"},"constructor":{"constructor:1":"${id}"}}}`,
  );
  const disk = await readDisk(store.root);
  expect(disk.images.find((image) => image.id === id)?.tags).toEqual(['__proto__:1', 'constructor:1']);
  expect(({} as Record<string, unknown>)['__proto__:1']).toBeUndefined();
});

test('a volumes database that is cut leaves the volumes, with an unknown driver', async () => {
  truncateSync(at('volumes/metadata.db'), 5000);
  const disk = await readDisk(store.root);
  expect(disk.volumes).toEqual([{ name: 'data', driver: null, labels: {}, hasOptions: false }]);
  expect(disk.issues).toHaveLength(1);
});
