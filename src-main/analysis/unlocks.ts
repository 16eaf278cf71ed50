/** "Add these to free that much more": what keeps layers of a selection, and what going along would free. */
import { freedBy } from './freed-by.ts';
import type { Going } from './freed-by.ts';
import { imageName, leavingOf, type Leaving } from './going.ts';
import type { StoreGraph } from './graph.ts';

export interface Unlock extends Candidate {
  /** What the selection frees more with it than without it. */
  readonly diskBytes: number;
}

interface Candidate {
  readonly kind: 'image' | 'container' | 'build-cache';
  readonly id: string;
  readonly name: string;
}

const MOST = 10;
/** Each is one question to `freedBy`, which costs as much as the whole selection: only the likeliest are asked. */
const MOST_ASKED = 24;

/** Best first. Only what stands on a layer of the selection's images, or is made of one, and `mayGo`. */
export function unlocksOf(
  graph: StoreGraph,
  { images = [], containers = [], buildCache = [] }: Going,
  mayGo: (one: Candidate) => boolean,
): Unlock[] {
  const going = { images, containers, buildCache };
  const now = freedBy(graph, going).diskBytes;
  if (now.state === 'unknown' || images.length === 0) return [];
  const unlocks: Unlock[] = [];
  for (const candidate of likeliest(graph, going, mayGo)) {
    const then = freedBy(graph, withOne(going, candidate)).diskBytes;
    if (then.state === 'known' && then.bytes > now.bytes)
      unlocks.push({ ...candidate, diskBytes: then.bytes - now.bytes });
  }
  return unlocks.sort((a, b) => b.diskBytes - a.diskBytes).slice(0, MOST);
}

type Selected = Required<Pick<Going, 'images' | 'containers' | 'buildCache'>>;

function likeliest(
  graph: StoreGraph,
  going: Selected,
  mayGo: (one: Candidate) => boolean,
): readonly Candidate[] {
  const { images, containers, buildCache } = graph.snapshot;
  const leaving = leavingOf(graph, going);
  const selected = new Set([...going.images, ...going.containers, ...going.buildCache]);
  const wanted = new Uint8Array(graph.snapshot.layers.length);
  for (const id of going.images)
    for (const layer of graph.imageLayers[graph.imageAt.get(id) ?? -1] ?? []) wanted[layer] = 1;
  const hope = hopeOf(graph, leaving);
  const found: { readonly hope: number; readonly candidate: Candidate }[] = [];
  const add = (candidate: Candidate, layers: Int32Array): void => {
    if (selected.has(candidate.id) || !layers.some((layer) => wanted[layer] === 1)) return;
    if (mayGo(candidate)) found.push({ hope: hope(layers), candidate });
  };
  images.forEach((image, at) => {
    if (image.intermediate || leaving.images.has(at)) return;
    add({ kind: 'image', id: image.id, name: imageName(image) }, graph.imageLayers[at]!);
  });
  containers.forEach(({ id, name }, at) =>
    add({ kind: 'container', id, name: name || id.slice(0, 12) }, graph.containerLayers[at]!),
  );
  buildCache.forEach(({ id, description, inUse }, at) => {
    if (!inUse) add({ kind: 'build-cache', id, name: description || id }, graph.recordLayers[at]!);
  });
  found.sort((a, b) => b.hope - a.hope);
  return found.slice(0, MOST_ASKED).map((one) => one.candidate);
}

/** A guess of what one more item sets free: the fewer others still hold a layer, the more its bytes count. */
function hopeOf(graph: StoreGraph, leaving: Leaving): (layers: Int32Array) => number {
  const left = graph.holders.slice();
  const release = (layers: Int32Array): void => layers.forEach((at) => left[at]!--);
  for (const at of leaving.images) release(graph.imageLayers[at]!);
  for (const at of leaving.containers) release(graph.containerLayers[at]!);
  for (const at of leaving.records) release(graph.recordLayers[at]!);
  return (layers) =>
    layers.reduce((bytes, at) => {
      const size = graph.snapshot.layers[at]!.diskBytes;
      return left[at]! > 0 && size.state === 'known' ? bytes + size.bytes / left[at]! ** 2 : bytes;
    }, 0);
}

function withOne(going: Selected, { kind, id }: Candidate): Going {
  switch (kind) {
    case 'image':
      return { ...going, images: [...going.images, id] };
    case 'container':
      return { ...going, containers: [...going.containers, id] };
    case 'build-cache':
      return { ...going, buildCache: [...going.buildCache, id] };
  }
}
