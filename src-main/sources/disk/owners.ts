/** Who is named as the owner of which folder of overlay2, and the second look that tells a leak from work in progress. */
import type { CacheId, ChainId } from '../../model/ids.ts';
import { readSnapshots } from './buildkit.ts';
import type { LayerDb } from './layerdb.ts';
import { readLayerDb } from './layerdb.ts';
import { readMounts } from './mounts.ts';
import { modifiedMs } from './overlay2.ts';
import type { BuildkitSnapshot, DiskFolder, DiskLayer, DiskMount } from './records.ts';
import type { Reading } from './reading.ts';

export interface Owners {
  readonly layerdb: LayerDb;
  readonly mounts: readonly DiskMount[] | null;
  readonly snapshots: readonly BuildkitSnapshot[] | null;
}

export function cacheIdsOf(layers: readonly DiskLayer[]): ReadonlyMap<ChainId, CacheId> {
  return new Map(layers.flatMap((layer) => (layer.cacheId ? [[layer.chainId, layer.cacheId] as const] : [])));
}

/** Every folder name that anything names: generous on purpose. */
export function ownedNames({ layerdb, mounts, snapshots }: Owners): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (name: string | null): void => {
    if (name !== null) names.add(name);
  };
  for (const layer of layerdb.layers) add(layer.cacheId);
  for (const { cacheId } of layerdb.removing) add(cacheId);
  for (const { mountId, initId } of mounts ?? []) {
    add(mountId);
    add(initId);
  }
  for (const { key, committed, cacheId } of snapshots ?? []) {
    add(key);
    add(committed);
    add(cacheId);
  }
  return names;
}

/**
 * A pull or build in progress looks exactly like a leak: its folder is there before anything names it. So what is
 * unowned in the first look is looked at again, after the listing: only what still has no owner and did not change is
 * marked as `unchangedBetweenLooks`.
 */
export async function markUnchanged(
  reading: Reading,
  folders: readonly DiskFolder[],
  first: Owners,
): Promise<DiskFolder[]> {
  const ownedBefore = ownedNames(first);
  if (folders.every(({ name }) => ownedBefore.has(name))) return [...folders];
  const ownedAfter = ownedNames(await secondLook(reading, first));
  return folders.map((folder) => {
    if (ownedBefore.has(folder.name) || ownedAfter.has(folder.name)) return folder;
    const same = folder.modifiedMs !== null && modifiedMs(reading, folder.name) === folder.modifiedMs;
    return same ? { ...folder, unchangedBetweenLooks: true } : folder;
  });
}

async function secondLook(reading: Reading, first: Owners): Promise<Owners> {
  const seen = new Map(first.layerdb.layers.map((layer) => [layer.chainId, layer]));
  const layerdb = await readLayerDb(reading, seen);
  const mounts = await readMounts(reading);
  return { layerdb, mounts, snapshots: await readSnapshots(reading, cacheIdsOf(layerdb.layers)) };
}
