/** What the demo store's engine would answer: the same things as on the disk, with Docker's own figures. */
import { chainOf } from '../../src-main/sources/join-layers.ts';
import type { DiskRecords } from '../../src-main/sources/disk/records.ts';
import type { EngineRecords } from '../../src-main/sources/engine/records.ts';
import type { DemoContainer } from './demo-catalog.ts';

export function engineOf(
  disk: DiskRecords,
  catalog: readonly DemoContainer[],
  takenAtMs: number,
): EngineRecords {
  const bytesOf = new Map(
    disk.layers.map(({ chainId, bytes }) => [chainId, bytes.state === 'known' ? bytes.bytes : 0]),
  );
  const users = new Map<string, number>();
  for (const image of disk.images) for (const id of image.chain) users.set(id, (users.get(id) ?? 0) + 1);
  const sum = (ids: readonly string[]): number =>
    ids.reduce((bytes, id) => bytes + (bytesOf.get(id as never) ?? 0), 0);
  const shared = (ids: readonly string[]): number => sum(ids.filter((id) => (users.get(id) ?? 0) > 1));
  const used = new Set(disk.containers.map((one) => one.imageId));
  const containersBytes = catalog.reduce((bytes, one) => bytes + Math.round(one.megabytes * 1e6), 0);

  return {
    facts: {
      endpoint: 'unix:///var/run/docker.sock',
      version: '28.5.2',
      apiVersion: '1.51',
      driver: 'overlay2',
      dataRoot: disk.dataRoot,
      rootless: false,
      startedAtMs: takenAtMs - 6 * 86_400_000,
    },
    store: 'graphdriver',
    engineId: disk.engineId ?? '',
    images: disk.images.map((image) => {
      const chain = chainOf(image.diffIds);
      const { id, tags, digests, parentId, createdAtMs, labels } = image;
      return {
        id,
        tags,
        digests,
        parentId,
        createdAtMs,
        bytes: sum(chain),
        sharedBytes: shared(chain),
        labels,
      };
    }),
    containers: disk.containers.map((one, at) => {
      const { id, name, imageId, imageName, createdAtMs, mounts, labels } = one;
      const state = catalog[at]!.state;
      const writableBytes = Math.round(catalog[at]!.megabytes * 1e6);
      return { id, name: name ?? '', imageId, imageName, state, createdAtMs, writableBytes, mounts, labels };
    }),
    volumes: disk.volumes.map(({ name }) => ({
      name,
      driver: 'local',
      mountpoint: `${disk.dataRoot}/volumes/${name}/_data`,
      createdAtMs: takenAtMs - 90 * 86_400_000,
      labels: /^[a-f0-9]{64}$/.test(name) ? { 'com.docker.volume.anonymous': '' } : {},
      bytes: null,
      refCount: disk.containers.filter((one) => one.mounts.some((mount) => mount.name === name)).length,
    })),
    buildCache: (disk.buildkit?.records ?? []).map((record) => {
      const { id, type, description, createdAtMs, lastUsedAtMs, usageCount, parents } = record;
      const listed = { id, type, description, createdAtMs, lastUsedAtMs, usageCount, parents };
      return { ...listed, inUse: false, shared: record.chainId !== null, bytes: null };
    }),
    docker: {
      layersBytes: sum([...users.keys()]),
      // As its client up to 28.5 counts: all layers but what used images have for themselves alone.
      imagesReclaimableBytes:
        sum([...users.keys()]) -
        disk.images
          .filter((image) => used.has(image.id))
          .reduce((bytes, image) => bytes + sum(image.chain) - shared(image.chain), 0),
      containersBytes,
      volumesBytes: null,
      buildCacheBytes: null,
    },
    issues: [],
  };
}
