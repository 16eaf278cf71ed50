/**
 * Who stands on what, as numbers: layers, images, containers and build-cache records by their place in the snapshot.
 * Built once per snapshot, in time linear in the sum of all chains; the questions about it are cheap.
 */
import type { BuildCacheRecord, Container, Image, StoreSnapshot } from '../model/store.ts';

export interface StoreGraph {
  readonly snapshot: StoreSnapshot;
  /** Places by id (chain id, image id, container id, record id). */
  readonly layerAt: ReadonlyMap<string, number>;
  readonly imageAt: ReadonlyMap<string, number>;
  readonly containerAt: ReadonlyMap<string, number>;
  readonly recordAt: ReadonlyMap<string, number>;
  /** Places of overlay2 folders by name, of volumes by name. */
  readonly folderAt: ReadonlyMap<string, number>;
  readonly volumeAt: ReadonlyMap<string, number>;
  /** The layers an image stands on, base first; layers that are gone are left out. */
  readonly imageLayers: readonly Int32Array[];
  /** Of containers; empty for an unknown chain, which `holdsAnything` counts. */
  readonly containerLayers: readonly Int32Array[];
  readonly recordLayers: readonly Int32Array[];
  /** Images by parent pointer. */
  readonly children: readonly (readonly number[])[];
  /** -1 for none, or one that is gone. */
  readonly imageParent: Int32Array;
  /** Containers made of an image, by the image's place. */
  readonly imageContainers: readonly (readonly number[])[];
  /** Records that stand on a record. */
  readonly recordChildren: readonly (readonly number[])[];
  /** How many stand on a layer: all images, containers, build-cache records, and unreferenced layers above it. */
  readonly holders: Int32Array;
  /** Head images on a layer: intermediate ones are no users of their own. */
  readonly heads: Int32Array;
  /** Layers that nobody stands on: not removable by the engine, and holding what is below them. */
  readonly unreferenced: Uint8Array;
  /** Places of containers and images whose chain we don't know: each may hold any layer. */
  readonly anyContainers: readonly number[];
  readonly anyImages: readonly number[];
}

export function storeGraph(snapshot: StoreSnapshot): StoreGraph {
  const { layers, images, containers, buildCache } = snapshot;
  const layerAt = places(layers.map((layer) => layer.chainId));
  const imageAt = places(images.map((image) => image.id));
  const containerAt = places(containers.map((one) => one.id));
  const recordAt = places(buildCache.map((record) => record.id));

  const imageLayers = images.map((image) => placesOf(image.chain, layerAt));
  const containerLayers = containers.map((one) => placesOf(one.chain ?? [], layerAt));
  const standing: number[][] = buildCache.map(() => []);
  const holders = new Int32Array(layers.length);
  layers.forEach((layer, at) => {
    for (const id of new Set(layer.buildCache)) {
      const record = recordAt.get(id);
      // A record nobody lists can't be removed: it holds for good.
      if (record === undefined) holders[at]!++;
      else standing[record]!.push(at);
    }
  });
  const recordLayers = standing.map((places) => Int32Array.from(places));
  for (const stack of [...imageLayers, ...containerLayers, ...recordLayers]) count(holders, stack);

  const heads = new Int32Array(layers.length);
  images.forEach((image, at) => image.intermediate || count(heads, imageLayers[at]!));
  const imageParent = Int32Array.from(images, (image) => imageAt.get(image.parentId ?? '') ?? -1);

  return {
    snapshot,
    layerAt,
    imageAt,
    containerAt,
    recordAt,
    folderAt: places(snapshot.folders.map((folder) => folder.name)),
    volumeAt: places(snapshot.volumes.map((volume) => volume.name)),
    imageLayers,
    containerLayers,
    recordLayers,
    children: inverse(images, (_, at) => [imageParent[at]!]),
    imageParent,
    imageContainers: inverseOnto(images.length, containers, (one) => [imageAt.get(one.imageId ?? '') ?? -1]),
    recordChildren: inverse(buildCache, (record) => record.parents.map((id) => recordAt.get(id) ?? -1)),
    unreferenced: holdBelowUnreferenced(snapshot, layerAt, holders),
    holders,
    heads,
    anyContainers: placesWhere(containers, (one: Container) => one.chain === null),
    anyImages: placesWhere(images, (image: Image) => image.chainUnknown !== undefined),
  };
}

/**
 * The engine loads every layer of layerdb at its start, and a loaded layer holds its parent: one that a killed load
 * left behind keeps all below it. Marks such layers and adds them to the holders of what they stand on.
 */
function holdBelowUnreferenced(
  { layers }: StoreSnapshot,
  layerAt: ReadonlyMap<string, number>,
  holders: Int32Array,
): Uint8Array {
  const unreferenced = Uint8Array.from(holders, (count) => (count === 0 ? 1 : 0));
  const passed = new Uint8Array(layers.length);
  for (let start = 0; start < layers.length; start++) {
    if (unreferenced[start] === 0) continue;
    let at = start;
    while (at >= 0 && passed[at] === 0) {
      passed[at] = 1;
      const parent = layers[at]!.parent;
      const below = parent.kind === 'parent' ? (layerAt.get(parent.id) ?? -1) : -1;
      if (below >= 0) holders[below]!++;
      at = below;
    }
  }
  return unreferenced;
}

function places(ids: readonly string[]): Map<string, number> {
  return new Map(ids.map((id, at) => [id, at]));
}

function placesOf(ids: readonly string[], at: ReadonlyMap<string, number>): Int32Array {
  const found = new Int32Array(ids.length);
  let count = 0;
  for (const id of ids) {
    const place = at.get(id);
    if (place !== undefined) found[count++] = place;
  }
  return count === ids.length ? found : found.slice(0, count);
}

function placesWhere<T>(all: readonly T[], test: (one: T) => boolean): number[] {
  return all.flatMap((one, at) => (test(one) ? [at] : []));
}

function count(into: Int32Array, stack: Int32Array): void {
  for (const layer of stack) into[layer]!++;
}

function inverse<T extends Image | BuildCacheRecord>(
  all: readonly T[],
  targets: (one: T, at: number) => readonly number[],
): number[][] {
  return inverseOnto(all.length, all, targets);
}

/** For each of `size` targets the places of those that point at it; -1 is no target. */
function inverseOnto<T>(
  size: number,
  all: readonly T[],
  targets: (one: T, at: number) => readonly number[],
): number[][] {
  const onto: number[][] = Array.from({ length: size }, () => []);
  all.forEach((one, at) => {
    for (const target of new Set(targets(one, at))) if (target >= 0) onto[target]!.push(at);
  });
  return onto;
}
