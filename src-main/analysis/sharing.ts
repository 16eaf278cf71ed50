/** How an image's disk bytes are shared: only head images count, an intermediate goes with its last child. */
import { sum } from '../model/measured.ts';
import { unknown } from '../model/measured.ts';
import type { Measured } from '../model/measured.ts';
import type { StoreGraph } from './graph.ts';

export interface Sharing {
  /** Sum of st_size, Docker's own measure. */
  readonly bytes: Measured;
  readonly diskBytes: Measured;
  /** In layers that another head image also stands on. */
  readonly sharedDiskBytes: Measured;
  /** In layers that no other head image stands on. */
  readonly uniqueDiskBytes: Measured;
}

/** Of the image at a place of the graph. */
export function sharingOf(graph: StoreGraph, image: number): Sharing {
  const { images, layers } = graph.snapshot;
  const { chainUnknown, chain, intermediate, docker } = images[image]!;
  const stack = graph.imageLayers[image]!;
  const missing = chainUnknown ?? (stack.length < chain.length ? 'a layer of it is gone' : undefined);
  if (missing !== undefined) {
    const none = unknown(missing);
    const bytes: Measured = docker.bytes === null ? none : { state: 'known', bytes: docker.bytes };
    return { bytes, diskBytes: none, sharedDiskBytes: none, uniqueDiskBytes: none };
  }
  const own = intermediate ? 0 : 1;
  const shared: Measured[] = [];
  const unique: Measured[] = [];
  for (const at of stack) (graph.heads[at]! > own ? shared : unique).push(layers[at]!.diskBytes);
  return {
    bytes: sum(Array.from(stack, (at) => layers[at]!.bytes)),
    diskBytes: sum([...shared, ...unique]),
    sharedDiskBytes: sum(shared),
    uniqueDiskBytes: sum(unique),
  };
}

/** Heads, containers and build records by layer, as places; what only dangling images stand on is dangling. */
export interface LayerUsers {
  readonly images: readonly (readonly number[])[];
  readonly containers: readonly (readonly number[])[];
}

export function layerUsers(graph: StoreGraph): LayerUsers {
  const { images, layers } = graph.snapshot;
  const byImage: number[][] = layers.map(() => []);
  const byContainer: number[][] = layers.map(() => []);
  images.forEach((image, at) => {
    if (!image.intermediate) for (const layer of graph.imageLayers[at]!) byImage[layer]!.push(at);
  });
  graph.containerLayers.forEach((stack, at) => {
    for (const layer of stack) byContainer[layer]!.push(at);
  });
  return { images: byImage, containers: byContainer };
}

/** Only dangling images stand on the layer, and at least one; never while somebody may stand on it unseen. */
export function isDanglingLayer(graph: StoreGraph, users: LayerUsers, layer: number): boolean {
  const images = users.images[layer]!;
  const { snapshot } = graph;
  return (
    graph.anyContainers.length + graph.anyImages.length === 0 &&
    images.length > 0 &&
    images.every((at) => snapshot.images[at]!.dangling) &&
    users.containers[layer]!.length === 0 &&
    snapshot.layers[layer]!.buildCache.length === 0
  );
}
