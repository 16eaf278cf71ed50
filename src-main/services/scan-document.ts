/** The snapshot as `scan --json` tells it: the terminal's contract, schema 1. */
import type {
  ScanAccount,
  ScanBuildCache,
  ScanContainer,
  ScanDocument,
  ScanImage,
  ScanLayer,
  ScanVolume,
} from '../contract/scan-document.ts';
import { account } from '../analysis/account.ts';
import { duplicatesOf } from '../analysis/duplicates.ts';
import { freedBy } from '../analysis/freed-by.ts';
import { storeGraph } from '../analysis/graph.ts';
import type { StoreGraph } from '../analysis/graph.ts';
import { orphansOf } from '../analysis/orphans.ts';
import { reclaimable } from '../analysis/reclaimable.ts';
import { maskLabels } from '../analysis/secrets/find-secrets.ts';
import { isDanglingLayer, layerUsers, sharingOf } from '../analysis/sharing.ts';
import { atLeastOrNull, bytesOrNull } from '../model/measured.ts';
import type { Measured } from '../model/measured.ts';
import { isMoment } from '../model/moment.ts';
import type { StoreSnapshot } from '../model/store.ts';

/** `graph` when the caller has it already. */
export function scanDocument(
  snapshot: StoreSnapshot,
  graph: StoreGraph = storeGraph(snapshot),
): ScanDocument {
  const { engine, store } = snapshot;
  const freed = reclaimable(graph);
  const total = totalIn(snapshot);
  return {
    schema: 1,
    takenAt: iso(snapshot.takenAtMs),
    engine:
      engine === null
        ? null
        : {
            endpoint: engine.endpoint,
            version: engine.version,
            apiVersion: engine.apiVersion,
            driver: engine.driver,
            store,
            dataRoot: engine.dataRoot,
            rootless: engine.rootless,
          },
    access: snapshot.access,
    account: accountOf(snapshot),
    reclaimable: {
      dangling: total(freed.dangling),
      unused: total(freed.unused),
      stoppedContainers: total(freed.stoppedContainers),
      buildCache: total(freed.buildCache),
      orphans: total(freed.orphans),
    },
    images: images(graph),
    layers: layers(graph),
    containers: containers(graph),
    volumes: snapshot.volumes.map(volume),
    buildCache: snapshot.buildCache.map(cacheRecord),
    orphans: orphansOf(snapshot).map(({ path, folder, evidence }) => ({
      path,
      diskBytes: bytesOrNull(folder.diskBytes),
      files: folder.files,
      modified: isoOrNull(folder.modifiedMs),
      evidence,
    })),
    duplicates: duplicatesOf(snapshot).map(({ diffId, chainIds, wastedDiskBytes }) => ({
      diffId,
      chainIds,
      wastedDiskBytes: bytesOrNull(wastedDiskBytes),
    })),
    docker: snapshot.docker,
    partial: snapshot.partial ?? null,
    issues: snapshot.issues,
  };
}

/** How sums are told: in a partial account by what of them is measured. */
function totalIn({ partial }: StoreSnapshot): (sum: Measured) => number | null {
  return partial ? atLeastOrNull : bytesOrNull;
}

/** That the sum is told by a part of it. */
function marked(sum: Measured, { partial }: StoreSnapshot): { readonly atLeast?: true } {
  return partial && sum.state === 'unknown' && sum.atLeast !== undefined ? { atLeast: true } : {};
}

function accountOf(snapshot: StoreSnapshot): ScanAccount {
  const { total, categories } = account(snapshot);
  const told = totalIn(snapshot);
  return {
    dataRootDiskBytes: told(total),
    imageLayers: told(categories.imageLayers),
    writableLayers: told(categories.writableLayers),
    buildCache: told(categories.buildCache),
    volumes: told(categories.volumes),
    logs: told(categories.logs),
    orphans: told(categories.orphans),
    inactiveStore: told(categories.inactiveStore),
    engineMetadata: told(categories.engineMetadata),
    other: told(categories.other),
  };
}

function images(graph: StoreGraph): ScanImage[] {
  const { images: all, containers: users } = graph.snapshot;
  const total = totalIn(graph.snapshot);
  return all.map((image, at): ScanImage => {
    const sharing = sharingOf(graph, at);
    return {
      id: image.id,
      tags: image.tags,
      digests: image.digests,
      created: isoOrNull(image.createdAtMs),
      platform: image.platform,
      bytes: bytesOrNull(sharing.bytes),
      diskBytes: total(sharing.diskBytes),
      sharedDiskBytes: total(sharing.sharedDiskBytes),
      uniqueDiskBytes: total(sharing.uniqueDiskBytes),
      freesDiskBytes: total(freedBy(graph, { images: [image.id] }).diskBytes),
      chain: image.chain,
      containers: graph.imageContainers[at]!.map((user) => users[user]!.id),
      children: graph.children[at]!.map((child) => all[child]!.id),
      intermediate: image.intermediate,
      dangling: image.dangling,
      hasDigest: image.digests.length > 0,
      labels: maskLabels(image.labels),
      docker: image.docker,
      ...marked(sharing.diskBytes, graph.snapshot),
    };
  });
}

function layers(graph: StoreGraph): ScanLayer[] {
  const { snapshot } = graph;
  const users = layerUsers(graph);
  return snapshot.layers.map((layer, at): ScanLayer => ({
    chainId: layer.chainId,
    diffId: layer.diffId,
    parent: layer.parent.kind === 'parent' ? layer.parent.id : null,
    cacheId: layer.cacheId,
    path: layer.cacheId === null ? null : `overlay2/${layer.cacheId}`,
    bytes: bytesOrNull(layer.bytes),
    diskBytes: bytesOrNull(layer.diskBytes),
    linkDiskBytes: bytesOrNull(layer.linkDiskBytes),
    files: layer.files,
    images: users.images[at]!.map((user) => snapshot.images[user]!.id),
    containers: users.containers[at]!.map((user) => snapshot.containers[user]!.id),
    buildCache: layer.buildCache,
    dangling: isDanglingLayer(graph, users, at),
  }));
}

function containers(graph: StoreGraph): ScanContainer[] {
  const total = totalIn(graph.snapshot);
  return graph.snapshot.containers.map((one): ScanContainer => {
    const freed = freedBy(graph, { containers: [one.id] }).diskBytes;
    return {
      id: one.id,
      name: one.name,
      imageId: one.imageId,
      imageName: one.imageName,
      state: one.state,
      created: isoOrNull(one.createdAtMs),
      writableBytes: bytesOrNull(one.writableBytes),
      writableDiskBytes: bytesOrNull(one.writableDiskBytes),
      freesDiskBytes: total(freed),
      files: one.files,
      logDiskBytes: bytesOrNull(one.logDiskBytes),
      volumes: [...new Set(one.mounts.filter((mount) => mount.type === 'volume').map((mount) => mount.name))],
      labels: maskLabels(one.labels),
      ...marked(freed, graph.snapshot),
    };
  });
}

function volume(one: StoreSnapshot['volumes'][number]): ScanVolume {
  return {
    name: one.name,
    driver: one.driver,
    created: isoOrNull(one.createdAtMs),
    bytes: bytesOrNull(one.bytes),
    diskBytes: bytesOrNull(one.diskBytes),
    files: one.files,
    containers: one.containers,
    anonymous: one.anonymous,
    labels: maskLabels(one.labels),
  };
}

function cacheRecord(record: StoreSnapshot['buildCache'][number]): ScanBuildCache {
  return {
    id: record.id,
    type: record.type,
    description: record.description,
    diskBytes: bytesOrNull(record.diskBytes),
    inUse: record.inUse,
    ...(record.useUnknown === undefined ? {} : { useUnknown: record.useUnknown }),
    shared: record.shared,
    created: isoOrNull(record.createdAtMs),
    lastUsed: isoOrNull(record.lastUsedAtMs),
    usageCount: record.usageCount,
    parents: record.parents,
    path: record.cacheId === null ? null : `overlay2/${record.cacheId}`,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Disks and engines may hold any number; one that is no moment is not known. */
function isoOrNull(ms: number | null): string | null {
  return ms === null || !isMoment(ms) ? null : iso(ms);
}
