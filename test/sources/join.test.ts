import { describe, expect, test } from 'vitest';
import { account } from '../../src-main/analysis/account.ts';
import { freedBy } from '../../src-main/analysis/freed-by.ts';
import { storeGraph } from '../../src-main/analysis/graph.ts';
import { known } from '../../src-main/model/measured.ts';
import type { StoreSnapshot } from '../../src-main/model/store.ts';
import { scanDocument } from '../../src-main/services/scan-document.ts';
import { readDemo } from '../../src-main/sources/demo.ts';
import type { Demo } from '../../src-main/sources/demo.ts';
import { joinStore, walkPlan } from '../../src-main/sources/join.ts';
import type { EngineImageDetail } from '../../src-main/sources/engine/records.ts';

const demo = await readDemo();
const join = (changes: Partial<Demo> = {}): StoreSnapshot =>
  joinStore({ ...demo, ...changes, access: 'direct' });
const withDisk = (changes: Partial<Demo['disk']>): StoreSnapshot =>
  join({ disk: { ...demo.disk, ...changes } });
const saying = (snapshot: StoreSnapshot, part: string): number =>
  snapshot.issues.filter((issue) => `${issue.where} ${issue.what}`.includes(part)).length;

describe('the plan of the walk', () => {
  const listing = [
    'overlay2',
    'volumes',
    'containers',
    'image',
    'containerd',
    'containerd/daemon/io.containerd.content.v1.content',
  ];
  const plan = walkPlan(
    [...listing.map((path) => ({ path, isFolder: true })), { path: 'engine-id', isFolder: false }],
    demo.disk,
  );
  const unit = (path: string) => plan.find((one) => one.path === path);

  test('has every path once, and leaves each out of the one it is in', () => {
    const paths = plan.map((one) => one.path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const path of paths.filter((one) => one !== '.')) {
      const outer = path.includes('/') ? paths.filter((one) => path.startsWith(`${one}/`)).at(-1) : '.';
      expect(unit(outer ?? '')?.without).toContain(path);
    }
  });

  test('takes plain files of the root with the root', () => {
    expect(unit('engine-id')).toBeUndefined();
    expect(unit('.')?.without).toEqual(['overlay2', 'volumes', 'containers', 'image', 'containerd']);
  });

  test('remembers image layers only: all else can change', () => {
    const layer = demo.disk.layers[0]!;
    expect(unit(`overlay2/${layer.cacheId}`)).toMatchObject({
      immutable: true,
      chainId: layer.chainId.slice(7),
    });
    const writable = demo.disk.mounts[0]!.mountId;
    expect(unit(`overlay2/${writable}`)).toMatchObject({ immutable: false, chainId: null });
  });
});

describe('engine and disk together', () => {
  test('agree on the demo store without an issue', () => {
    expect(join().issues).toEqual([]);
  });

  test('where a layer’s folder is missing its size is unknown, and so is what removing it frees', () => {
    const layer = demo.disk.layers.at(-1)!;
    const snapshot = withDisk({ folders: demo.disk.folders.filter((one) => one.name !== layer.cacheId) });
    expect(snapshot.layers.at(-1)?.diskBytes.state).toBe('unknown');
    expect(saying(snapshot, 'which is not there')).toBe(1);
  });

  test('an image that only one of both has is told as an issue, and counts as a user', () => {
    const [gone] = demo.disk.images;
    const engineOnly = withDisk({ images: demo.disk.images.slice(1) });
    expect(saying(engineOnly, 'it was not on the disk')).toBe(1);
    expect(engineOnly.images.find((one) => one.id === gone!.id)?.chainUnknown).toBeDefined();
    const other = engineOnly.images.find((one) => one.dangling)!;
    expect(freedBy(storeGraph(engineOnly), { images: [other.id] }).layers).toEqual([]);

    const diskOnly = join({ engine: { ...demo.engine, images: demo.engine.images!.slice(1) } });
    expect(diskOnly.images[0]?.listed).toBe(false);
    expect(saying(diskOnly, 'the engine does not list it')).toBe(1);
  });

  test('a mount of no container still holds its layers', () => {
    const snapshot = join({
      disk: { ...demo.disk, containers: demo.disk.containers.slice(1) },
      engine: { ...demo.engine, containers: demo.engine.containers!.slice(1) },
    });
    const left = snapshot.containers.find((one) => one.id === demo.disk.containers[0]!.id);
    expect(left).toMatchObject({ listed: false, imageId: null });
    expect(left?.chain?.length).toBeGreaterThan(0);
    expect(saying(snapshot, 'belongs to no container')).toBe(1);
  });

  test('a container whose mount is damaged stands on its image’s layers, or on any', () => {
    const mounts = demo.disk.mounts.map((mount, at) =>
      at === 0 ? { ...mount, parent: { kind: 'broken' as const, why: 'cut' } } : mount,
    );
    const image = join().images.find((one) => one.id === demo.engine.containers![0]!.imageId)!;
    expect(withDisk({ mounts }).containers[0]?.chain).toEqual(image.chain);

    const strip = <T extends { readonly imageId: unknown }>(list: readonly T[]) =>
      list.map((one, at) => (at === 0 ? { ...one, imageId: null } : one));
    const blind = join({
      disk: { ...demo.disk, mounts, containers: strip(demo.disk.containers) },
      engine: { ...demo.engine, containers: strip(demo.engine.containers!) },
    });
    expect(blind.containers[0]?.chain).toBeNull();
  });

  test('a container whose mount lost its parent file still stands on its image’s layers', () => {
    const mounts = demo.disk.mounts.map((mount, at) =>
      at === 0 ? { ...mount, parent: { kind: 'base' as const } } : mount,
    );
    const [container] = withDisk({ mounts }).containers;
    const image = join().images.find((one) => one.id === container!.imageId)!;
    expect(image.chain.length).toBeGreaterThan(0);
    expect(container!.chain).toEqual(image.chain);
  });

  test('build cache that the engine did not list may be in use: none of it is reclaimable', () => {
    const snapshot = join({ engine: { ...demo.engine, buildCache: null } });
    expect(snapshot.buildCache.length).toBeGreaterThan(0);
    expect(snapshot.buildCache.every((one) => one.inUse && one.useUnknown !== undefined)).toBe(true);
    expect(scanDocument(snapshot).reclaimable.buildCache).toBeNull();
    const stays = freedBy(storeGraph(snapshot), { buildCache: [snapshot.buildCache[0]!.id] }).stays;
    expect(stays.map((one) => one.because).join()).toContain('a build may use it');
  });

  test('beside an engine that runs but was not asked nothing is an orphan and no cache is free', () => {
    const alone = { ...demo, engine: null, access: 'direct' } as const;
    expect(scanDocument(joinStore(alone)).orphans.length).toBeGreaterThan(0);
    const scan = scanDocument(joinStore({ ...alone, unasked: 'it runs' }));
    expect(scan.orphans).toEqual([]);
    expect(scan.reclaimable.buildCache).toBeNull();
    expect(scan.buildCache.every((one) => one.inUse)).toBe(true);
  });

  test('an engine that lists its images but not its containers makes nothing dangling or unused', () => {
    const engine = { ...demo.engine, containers: null };
    const snapshot = joinStore({ ...demo, engine, disk: null, walk: null, access: 'api' });
    expect(snapshot.usersIncomplete).toContain('did not list');
    expect(snapshot.images.some((one) => one.dangling)).toBe(false);
    const [volume] = snapshot.volumes;
    const freed = freedBy(storeGraph(snapshot), { volumes: [volume!.name] });
    expect(freed.volumes).toEqual([]);
    expect(freed.stays[0]?.because).toContain('one may use it');
  });

  test('two different engines are told apart', () => {
    expect(saying(withDisk({ engineId: 'another' }), 'not the same store')).toBe(1);
  });

  test('damaged users make nothing dangling on the disk’s word alone', () => {
    const disk = { ...demo.disk, usersIncomplete: 'an image config is cut' };
    const alone = joinStore({ engine: null, disk, walk: demo.walk, takenAtMs: 0, access: 'direct' });
    expect(alone.images.some((one) => one.dangling)).toBe(false);
    expect(scanDocument(alone).reclaimable.dangling).toBeNull();
    expect(freedBy(storeGraph(alone), { images: alone.images.map((one) => one.id) }).layers).toEqual([]);
    expect(join({ disk }).images.some((one) => one.dangling)).toBe(true);
  });
});

describe('one of them alone', () => {
  test('from the disk alone everything but Docker’s own figures is there', () => {
    const both = scanDocument(join());
    const alone = scanDocument(
      joinStore({
        engine: null,
        disk: demo.disk,
        walk: demo.walk,
        takenAtMs: demo.takenAtMs,
        access: 'direct',
      }),
    );
    expect(alone.account).toEqual(both.account);
    expect(alone.engine).toBeNull();
    const names = (scan: typeof both) =>
      scan.images.map((one) => [one.id, one.tags, one.dangling, one.uniqueDiskBytes]);
    expect(names(alone)).toEqual(names(both));
  });

  test('not walked yet: no size on disk is known, none is zero', () => {
    const scan = scanDocument(joinStore({ ...demo, walk: null, access: 'direct' }));
    expect(new Set(Object.values(scan.account))).toEqual(new Set([null]));
    expect(scan.layers.every((layer) => layer.diskBytes === null && layer.bytes !== null)).toBe(true);
  });

  test('from the engine alone layers come from its images’ DiffIDs and history', () => {
    const of = demo.disk.images.find((one) => one.diffIds.length > 2)!;
    const sizes = of.diffIds.map((_, at) => 100 + at);
    const detail: EngineImageDetail = {
      id: of.id,
      diffIds: of.diffIds,
      platform: of.platform,
      history: [
        ...sizes.map((bytes) => ({
          createdBy: 'RUN',
          comment: '',
          createdAtMs: null,
          emptyLayer: false,
          bytes,
        })),
        { createdBy: 'CMD', comment: '', createdAtMs: null, emptyLayer: true, bytes: 0 },
      ],
    };
    const snapshot = joinStore({ ...demo, disk: null, walk: null, access: 'api', details: [detail] });
    const image = snapshot.images.find((one) => one.id === of.id)!;
    expect(image.chain).toEqual(of.chain);
    expect(snapshot.layers.map((layer) => layer.bytes)).toEqual(sizes.map(known));
    expect(snapshot.layers.every((layer) => layer.diskBytes.state === 'unknown')).toBe(true);
    const scan = scanDocument(snapshot);
    expect(scan.images.find((one) => one.id === of.id)?.bytes).toBe(sizes.reduce((a, b) => a + b, 0));
    expect(scan.images.every((one) => one.diskBytes === null)).toBe(true);
    const free = scan.images.filter(
      (one) => one.containers.length + one.children.length === 0 && !one.intermediate,
    );
    expect(free.length).toBeGreaterThan(0);
    expect(free.every((one) => one.freesDiskBytes === null)).toBe(true);
    expect(account(snapshot).total.state).toBe('unknown');
  });

  test('from nothing nothing is claimed', () => {
    const scan = scanDocument(
      joinStore({ engine: null, disk: null, walk: null, takenAtMs: 0, access: 'api' }),
    );
    expect(scan.account.dataRootDiskBytes).toBeNull();
    expect(scan.reclaimable.unused).toBeNull();
  });
});

describe('the demo store', () => {
  const scan = scanDocument(join());

  test('has a bit of everything', () => {
    expect(scan.images.length).toBeGreaterThan(50);
    expect(scan.images.filter((one) => one.dangling).length).toBeGreaterThan(4);
    expect(scan.images.some((one) => one.intermediate)).toBe(true);
    expect(new Set(scan.containers.map((one) => one.state))).toEqual(
      new Set(['running', 'paused', 'exited', 'created']),
    );
    expect(scan.volumes.some((one) => one.anonymous && one.containers.length === 0)).toBe(true);
    expect(scan.orphans.length).toBeGreaterThan(0);
    expect(scan.duplicates.length).toBeGreaterThan(0);
    expect(scan.buildCache.some((one) => one.shared) && scan.buildCache.some((one) => !one.shared)).toBe(
      true,
    );
  });

  test('is accounted for to the byte', () => {
    const { dataRootDiskBytes, ...categories } = scan.account;
    expect(Object.values(categories).reduce((sum: number, bytes) => sum + bytes!, 0)).toBe(dataRootDiskBytes);
    expect(scan.account.imageLayers).toBe(scan.layers.reduce((sum, layer) => sum + layer.diskBytes!, 0));
  });

  test('frees all it has but the engine’s own books when all goes', () => {
    const freed = freedBy(storeGraph(join()), {
      images: scan.images.map((one) => one.id),
      containers: scan.containers.map((one) => one.id),
      volumes: scan.volumes.map((one) => one.name),
      buildCache: scan.buildCache.map((one) => one.id),
      orphans: scan.orphans.map((one) => one.path),
    });
    expect(freed.stays).toEqual([]);
    expect(freed.layers).toHaveLength(scan.layers.length);
    expect(new Set(freed.folders).size).toBe(demo.disk.folders.length);
    const links = demo.disk.folders.reduce((bytes, one) => bytes + one.linkDiskBytes!, 0);
    const books = scan.account.engineMetadata! - links;
    expect(freed.diskBytes).toEqual(known(scan.account.dataRootDiskBytes! - books));
  });
});

describe('what the files do not tell of a container', () => {
  const [first] = demo.disk.containers;
  const logOf = (snapshot: StoreSnapshot) =>
    snapshot.containers.find((one) => one.id === first!.id)?.logDiskBytes;

  test('is not known where its folder was not seen or its logs were not listed', () => {
    const others = demo.disk.containers.slice(1);
    expect(logOf(join())?.state).toBe('known');
    expect(logOf(withDisk({ containers: others }))).toMatchObject({ state: 'unknown' });
    expect(logOf(withDisk({ containers: [{ ...first!, logs: null }, ...others] }))).toMatchObject({
      state: 'unknown',
    });
  });

  test('nor what the short name of a folder holds', () => {
    const folders = demo.disk.folders.map((folder) => ({ ...folder, linkDiskBytes: null }));
    const snapshot = withDisk({ folders });
    const all = [
      ...snapshot.folders,
      ...snapshot.layers,
      ...snapshot.containers.filter((one) => one.mountId),
    ];
    expect(all.every((one) => one.linkDiskBytes.state === 'unknown')).toBe(true);
  });
});
