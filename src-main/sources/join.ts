/** The engine's records and the disk's become one store; where they disagree, an Issue says so. */
import type { DockerFigures, StoreKind, StoreSnapshot } from '../model/store.ts';
import { joinCache } from './join-cache.ts';
import { joinContainers } from './join-containers.ts';
import { joinFolders, ledgerOf } from './join-folders.ts';
import { joinImages } from './join-images.ts';
import { joinLayers } from './join-layers.ts';
import type { Joining, JoinInput } from './join-parts.ts';
import { sizesOf } from './join-sizes.ts';
import { joinVolumes } from './join-volumes.ts';

export type { JoinInput } from './join-parts.ts';
export type { DataRootEntry } from './join-plan.ts';
export { walkPlan } from './join-plan.ts';
export { listDataRoot } from './join-listing.ts';

/** Any of engine, disk and walk may be null: what they would have told is unknown then, never zero. */
export function joinStore(input: JoinInput): StoreSnapshot {
  const { engine, disk, walk } = input;
  const unasked = input.unasked ?? null;
  const usersIncomplete = whyUsersIncomplete(input);
  const joining: Joining = { engine, disk, sizes: sizesOf(walk), unasked, usersIncomplete, issues: [] };
  const details = input.details ?? [];

  const cache = joinCache(joining);
  const layers = joinLayers(joining, cache.standing, details);
  const images = joinImages(joining, new Set(layers.map((layer) => layer.chainId)), details);
  const containers = joinContainers(joining, images);
  const volumes = joinVolumes(joining, containers);
  checkSameStore(joining);
  tellUnreferenced(joining, { images, containers, layers });

  return {
    takenAtMs: input.takenAtMs,
    engine: engine?.facts ?? null,
    store: storeKind(input),
    access: input.access,
    dataRoot: disk?.dataRoot ?? engine?.facts.dataRoot ?? null,
    images,
    layers,
    containers,
    volumes,
    buildCache: cache.records,
    folders: joinFolders(joining, cache),
    ledger: ledgerOf(walk, disk),
    docker: engine?.docker ?? NOTHING_SAID,
    ownersIncomplete: disk?.ownersIncomplete ?? unasked,
    usersIncomplete,
    issues: [
      ...(engine?.issues ?? []),
      ...(disk?.issues ?? []),
      ...(walk?.issues ?? []),
      ...(walk?.units ?? []).flatMap((unit) => unit.issues),
      ...joining.issues,
    ],
  };
}

/** The engine's lists are whole when they came; without them the disk's are as whole as the disk says. */
function whyUsersIncomplete({ engine, disk }: JoinInput): string | null {
  if (engine?.images != null && engine.containers !== null) return null;
  if (disk !== null) return disk.usersIncomplete ?? null;
  return engine === null ? null : 'the engine did not list its images and containers';
}

const NOTHING_SAID: DockerFigures = {
  layersBytes: null,
  imagesReclaimableBytes: null,
  containersBytes: null,
  volumesBytes: null,
  buildCacheBytes: null,
};

function storeKind({ engine, disk }: JoinInput): StoreKind {
  if (engine !== null) return engine.store;
  return disk !== null && disk.layers.length > 0 ? 'graphdriver' : 'unknown';
}

/** What a killed load or pull left: the engine lists such layers nowhere and no command of it removes them. */
function tellUnreferenced(
  { disk, usersIncomplete, issues }: Joining,
  { images, containers, layers }: Pick<StoreSnapshot, 'images' | 'containers' | 'layers'>,
): void {
  if (disk === null || usersIncomplete !== null || containers.some((one) => one.chain === null)) return;
  if (images.some((image) => image.chainUnknown !== undefined)) return;
  const used = new Set(
    [...images.map((image) => image.chain), ...containers.map((one) => one.chain ?? [])].flat(),
  );
  const lost = layers.filter((layer) => !used.has(layer.chainId) && layer.buildCache.length === 0).length;
  if (lost === 0) return;
  const what = `${lost} layers are used by no image, container or build record. The engine keeps them until their image is loaded again and removed.`;
  issues.push({ where: 'image/overlay2/layerdb', what });
}

function checkSameStore({ engine, disk, issues }: Joining): void {
  if (engine === null || disk === null || disk.engineId === null || engine.engineId === '') return;
  if (disk.engineId === engine.engineId) return;
  const what = `names the engine ${disk.engineId}, but the one that answers is ${engine.engineId}: not the same store`;
  issues.push({ where: 'engine-id', what });
}
