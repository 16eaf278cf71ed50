/**
 * What leaves the disk when all of a set are removed together, exactly. A layer stays while anything outside the set
 * stands on it, so a set frees at least the sum of what its members free alone.
 */
import type { ChainId, ContainerId, ImageId } from '../model/ids.ts';
import { known, sum, unknown } from '../model/measured.ts';
import type { Measured } from '../model/measured.ts';
import { imageName, leavingOf } from './going.ts';
import type { Going, Leaving, Stay } from './going.ts';
import type { StoreGraph } from './graph.ts';

export type { Going, Stay } from './going.ts';

export interface Freed {
  /** Selected images that go, and the intermediates that go with their last child. */
  readonly images: readonly ImageId[];
  readonly containers: readonly ContainerId[];
  readonly buildCache: readonly string[];
  readonly volumes: readonly string[];
  /** Paths, `overlay2/<name>`. */
  readonly orphans: readonly string[];
  readonly layers: readonly ChainId[];
  /** Every folder of overlay2 that leaves, by name. */
  readonly folders: readonly string[];
  /** Of all that: folders, their short names in overlay2/l, containers' logs, volumes. */
  readonly diskBytes: Measured;
  /** What was selected and stays, and why. */
  readonly stays: readonly Stay[];
}

export function freedBy(graph: StoreGraph, going: Going): Freed {
  const { snapshot } = graph;
  const leaving = leavingOf(graph, going);
  const loose = layersWithoutHolder(graph, leaving);
  const blocker = loose.length === 0 ? null : anythingHolder(graph, leaving);
  const layers = blocker === null ? loose : [];
  const cacheFolders = foldersOfRecords(graph, leaving);

  const parts: Measured[] = layers.flatMap((at) => {
    const layer = snapshot.layers[at]!;
    return [layer.diskBytes, layer.linkDiskBytes];
  });
  for (const at of [...cacheFolders, ...leaving.orphans]) {
    const folder = snapshot.folders[at]!;
    parts.push(folder.diskBytes, folder.linkDiskBytes);
  }
  for (const at of leaving.containers) {
    const one = snapshot.containers[at]!;
    parts.push(one.writableDiskBytes, one.linkDiskBytes, one.logDiskBytes);
  }
  for (const at of leaving.volumes) parts.push(snapshot.volumes[at]!.diskBytes);
  parts.push(...unknowable(graph, leaving));
  if (blocker !== null) parts.push(unknown(blocker.because));

  const containers = [...leaving.containers].map((at) => snapshot.containers[at]!);
  return {
    images: [...leaving.images].map((at) => snapshot.images[at]!.id),
    containers: containers.map((one) => one.id),
    buildCache: [...leaving.records].map((at) => snapshot.buildCache[at]!.id),
    volumes: [...leaving.volumes].map((at) => snapshot.volumes[at]!.name),
    orphans: [...leaving.orphans].map((at) => `overlay2/${snapshot.folders[at]!.name}`),
    layers: layers.map((at) => snapshot.layers[at]!.chainId),
    folders: [
      ...layers.map((at) => snapshot.layers[at]!.cacheId),
      ...[...cacheFolders, ...leaving.orphans].map((at) => snapshot.folders[at]!.name),
      ...containers.flatMap((one) => [one.mountId, one.initId]),
    ].filter((name) => name !== null),
    diskBytes: sum(parts),
    stays: blocker === null ? leaving.stays : [...leaving.stays, blocker],
  };
}

/** Places of the layers all of whose holders leave. Costs as much as the chains of what leaves, not the store. */
function layersWithoutHolder(graph: StoreGraph, leaving: Leaving): number[] {
  const taken = countersOf(graph);
  const touched: number[] = [];
  const take = (stack: Int32Array): void => {
    for (const layer of stack) if (taken[layer]!++ === 0) touched.push(layer);
  };
  for (const at of leaving.images) take(graph.imageLayers[at]!);
  for (const at of leaving.containers) take(graph.containerLayers[at]!);
  for (const at of leaving.records) take(graph.recordLayers[at]!);
  const loose = touched.filter((layer) => taken[layer] === graph.holders[layer]);
  for (const layer of touched) taken[layer] = 0;
  return loose;
}

/** One counter per layer, all zero between two uses: asking for each of thousands of images makes no garbage. */
const counters = new WeakMap<StoreGraph, Int32Array>();
function countersOf(graph: StoreGraph): Int32Array {
  const there = counters.get(graph);
  if (there !== undefined) return there;
  const made = new Int32Array(graph.holders.length);
  counters.set(graph, made);
  return made;
}

/** Somebody who stays and whose chain is not known: it may hold any layer, so none is promised and the sum is unknown. */
function anythingHolder(graph: StoreGraph, leaving: Leaving): Stay | null {
  const { containers, images, usersIncomplete } = graph.snapshot;
  if (usersIncomplete != null) {
    const unread = `not all images and containers could be read (${usersIncomplete}), so any layer may be in use`;
    return { kind: 'image', id: '', name: 'unreadable records', because: unread };
  }
  const because = 'what it stands on is not known, so any layer may be in use by it';
  const container = containers[graph.anyContainers.find((at) => !leaving.containers.has(at)) ?? -1];
  if (container !== undefined)
    return {
      kind: 'container',
      id: container.id,
      name: container.name || container.id.slice(0, 12),
      because,
    };
  const image = images[graph.anyImages.find((at) => !leaving.images.has(at)) ?? -1];
  return image === undefined ? null : { kind: 'image', id: image.id, name: imageName(image), because };
}

/** Folders that only BuildKit uses go with the last of the records whose files they hold. */
function foldersOfRecords(graph: StoreGraph, leaving: Leaving): Set<number> {
  const { buildCache, folders } = graph.snapshot;
  const going = new Set([...leaving.records].map((at) => buildCache[at]!.id));
  const freed = new Set<number>();
  for (const at of leaving.records) {
    const place = graph.folderAt.get(buildCache[at]!.cacheId ?? '');
    const owner = place === undefined ? undefined : folders[place]!.owner;
    if (owner?.kind === 'build-cache' && owner.recordIds.every((id) => going.has(id))) freed.add(place!);
  }
  return freed;
}

/** What we can't put a number on: an image of unknown layers, a record whose folder is not known. */
function unknowable(graph: StoreGraph, leaving: Leaving): Measured[] {
  const images = graph.anyImages
    .filter((at) => leaving.images.has(at))
    .map((at) => unknown(graph.snapshot.images[at]!.chainUnknown ?? ''));
  const records = [...leaving.records].map((at) => {
    const { cacheId, diskBytes } = graph.snapshot.buildCache[at]!;
    return cacheId === null ? diskBytes : known(0);
  });
  return [...images, ...records];
}
