import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDisk } from '../../../src-main/sources/disk/index.ts';
import { ownedNames } from '../../../src-main/sources/disk/owners.ts';
import type { DiskRecords } from '../../../src-main/sources/disk/records.ts';
import { GOLDEN_STORES, goldenMissing, unpackGolden } from '../../support/golden-stores.ts';

const byKey = <T>(list: readonly T[], key: (one: T) => string): T[] =>
  [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));

describe.skipIf(goldenMissing !== null).each(GOLDEN_STORES)('the store of %s', (name) => {
  let golden: ReturnType<typeof unpackGolden>;
  let disk: DiskRecords;

  beforeAll(async () => {
    golden = unpackGolden(name);
    disk = await readDisk(golden.root);
  });
  afterAll(() => golden.remove());

  test('is read without a single issue', () => {
    expect(disk.issues).toEqual([]);
    expect(disk.ownersIncomplete).toBeNull();
    expect(disk.usersIncomplete).toBeNull();
  });

  test('has the images, names, parents and chains that are there', () => {
    const read = disk.images.map((image) => ({
      id: image.id,
      refs: [...image.tags, ...image.digests].sort(),
      diff_ids: image.diffIds,
      chain_ids: image.chain,
      parent: image.parentId,
    }));
    const truth = golden.truth.images.map(({ id, refs, diff_ids, chain_ids, parent }) => ({
      id,
      refs: [...refs].sort(),
      diff_ids,
      chain_ids,
      parent,
    }));
    expect(byKey(read, (image) => image.id)).toEqual(byKey(truth, (image) => image.id));
  });

  test('pairs history steps that are not empty with layers', () => {
    for (const image of disk.images)
      expect(image.history.filter((step) => !step.emptyLayer)).toHaveLength(image.diffIds.length);
  });

  test('has the layers with their folders, parents and sizes', () => {
    const read = disk.layers.map((layer) => ({
      chain_id: layer.chainId,
      diff_id: layer.diffId,
      cache_id: layer.cacheId,
      layerdb_size: layer.bytes.state === 'known' ? layer.bytes.bytes : null,
      parent: layer.parent.kind === 'parent' ? layer.parent.id : null,
    }));
    const truth = golden.truth.layers.map(({ chain_id, diff_id, cache_id, layerdb_size, parent }) => ({
      chain_id,
      diff_id,
      cache_id,
      layerdb_size,
      parent,
    }));
    expect(byKey(read, (layer) => layer.chain_id)).toEqual(byKey(truth, (layer) => layer.chain_id));
    expect(disk.layers.every((layer) => layer.hasTarSplit && layer.parent.kind !== 'broken')).toBe(true);
  });

  test('has the containers with their writable layers and logs', () => {
    const mounts = new Map(disk.mounts.map((mount) => [mount.containerId, mount]));
    const read = disk.containers.map((container) => {
      const mount = mounts.get(container.id);
      return {
        id: container.id as string,
        name: container.name,
        image: container.imageId,
        running: container.running,
        paused: container.paused,
        mount_id: mount?.mountId,
        parent_chain: mount?.parent.kind === 'parent' ? mount.parent.id : null,
        log_bytes: container.logs?.reduce((bytes, log) => bytes + log.bytes, 0),
      };
    });
    const truth = golden.truth.containers.map((container) => ({
      id: container.id,
      name: container.name,
      image: container.image,
      running: container.running,
      paused: container.paused,
      mount_id: container.mount_id,
      parent_chain: container.parent_chain,
      log_bytes: container.log_bytes,
    }));
    expect(byKey(read, (container) => container.id)).toEqual(byKey(truth, (container) => container.id));
    expect(disk.mounts.every((mount) => mount.initId === `${mount.mountId}-init`)).toBe(true);
  });

  test('has every folder of overlay2, its short name, and an owner but for the leaked ones', () => {
    const read = disk.folders.map(({ name, link }) => ({ name, link }));
    const truth = Object.entries(golden.truth.overlay2).map(([folder, { link }]) => ({ name: folder, link }));
    expect(byKey(read, (folder) => folder.name)).toEqual(byKey(truth, (folder) => folder.name));

    const layerdb = {
      present: true,
      layers: [...disk.layers],
      removing: disk.removing,
      tmp: disk.layerdbTmp,
    };
    const owned = ownedNames({ layerdb, mounts: disk.mounts, snapshots: disk.buildkit?.snapshots ?? null });
    const unowned = disk.folders.filter((folder) => !owned.has(folder.name));
    expect(unowned.map((folder) => folder.name).sort()).toEqual([...golden.truth.orphan_dirs].sort());
    expect(unowned.every((folder) => folder.unchangedBetweenLooks && !folder.mounted)).toBe(true);
    expect(disk.folders.filter((folder) => folder.unchangedBetweenLooks)).toEqual(unowned);
  });

  test('has the snapshots of the build cache and the folder of each', () => {
    const layers = new Set<string>(golden.truth.layers.map((layer) => layer.chain_id));
    const read = disk.buildkit?.snapshots.map(({ key, cacheId, parent }) => ({ key, dir: cacheId, parent }));
    const truth = Object.entries(golden.truth.buildkit_snapshots).map(([key, { dir, parent }]) => ({
      key,
      // An image layer that is gone: its bucket is left, and has no folder.
      dir: key.startsWith('sha256:') && !layers.has(key) ? null : dir,
      parent: parent ? parent : null,
    }));
    expect(byKey(read ?? [], (snapshot) => snapshot.key)).toEqual(byKey(truth, (snapshot) => snapshot.key));
  });

  test('has the records of the build cache that the engine lists, each with a snapshot', () => {
    const keys = new Set(disk.buildkit?.snapshots.map((snapshot) => snapshot.key));
    const records = disk.buildkit?.records ?? [];
    const own = records.filter((record) => record.equalMutable === null);
    const listed = golden.api<{ BuildCache: { ID: string }[] }>('system-df.json').BuildCache;
    expect(own.map((record) => record.id).sort()).toEqual(listed.map((record) => record.ID).sort());
    expect(own.every((record) => record.snapshot !== null && keys.has(record.snapshot))).toBe(true);
    expect(own.some((record) => record.type === 'exec.cachemount')).toBe(true);
    expect(records.every((record) => (record.createdAtMs ?? 0) > Date.UTC(2020, 0))).toBe(true);
  });

  test('has the volumes and what interrupted work left', () => {
    expect(disk.volumes.map((volume) => volume.name).sort()).toEqual(
      golden.truth.volumes.map(({ name: v }) => v).sort(),
    );
    expect(disk.volumes.find((volume) => volume.name === 'strata-data')).toMatchObject({
      driver: 'local',
      labels: { purpose: 'test' },
      hasOptions: false,
    });
    expect(disk.layerdbTmp).toEqual(golden.truth.layerdb_tmp);
    expect(disk.removing).toEqual([]);
    expect(disk.deadLinks).toEqual(golden.truth.dangling_links);
  });
});
