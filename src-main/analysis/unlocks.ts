/** "Add these to free that much more": what keeps layers of a selection, and what going along would free. */
import { freedBy } from './freed-by.ts';
import type { Going } from './freed-by.ts';
import { imageName, leavingOf } from './going.ts';
import type { StoreGraph } from './graph.ts';

export interface Unlock {
  readonly kind: 'image' | 'container' | 'build-cache';
  readonly id: string;
  readonly name: string;
  /** What the selection frees more with it than without it. */
  readonly diskBytes: number;
}

const MOST = 10;
/** Each is one more question to `freedBy`. */
const MOST_ASKED = 200;

/** Best first; only users of what the selection's images stand on, and of the selected images themselves. */
export function unlocksOf(graph: StoreGraph, going: Going): Unlock[] {
  const now = freedBy(graph, going).diskBytes;
  if (now.state === 'unknown') return [];
  const unlocks: Unlock[] = [];
  for (const candidate of candidates(graph, going).slice(0, MOST_ASKED)) {
    const then = freedBy(graph, withOne(going, candidate)).diskBytes;
    if (then.state === 'known' && then.bytes > now.bytes)
      unlocks.push({ ...candidate, diskBytes: then.bytes - now.bytes });
  }
  return unlocks.sort((a, b) => b.diskBytes - a.diskBytes).slice(0, MOST);
}

type Candidate = Omit<Unlock, 'diskBytes'>;

/** Those that hold most layers of the selection first. */
function candidates(graph: StoreGraph, going: Going): Candidate[] {
  const { images, containers, buildCache } = graph.snapshot;
  const leaving = leavingOf(graph, going);
  const chosen = (going.images ?? []).map((id) => graph.imageAt.get(id)).filter((at) => at !== undefined);
  const wanted = new Uint8Array(graph.snapshot.layers.length);
  for (const at of chosen) for (const layer of graph.imageLayers[at]!) wanted[layer] = 1;
  const held = (stack: Int32Array): number => stack.reduce((count, layer) => count + wanted[layer]!, 0);

  const found: { readonly held: number; readonly candidate: Candidate }[] = [];
  images.forEach((image, at) => {
    const count = leaving.images.has(at) || image.intermediate ? 0 : held(graph.imageLayers[at]!);
    if (count > 0)
      found.push({ held: count, candidate: { kind: 'image', id: image.id, name: imageName(image) } });
  });
  containers.forEach((one, at) => {
    const count = leaving.containers.has(at) ? 0 : held(graph.containerLayers[at]!);
    const name = one.name || one.id.slice(0, 12);
    if (count > 0) found.push({ held: count, candidate: { kind: 'container', id: one.id, name } });
  });
  buildCache.forEach((record, at) => {
    const count = leaving.records.has(at) || record.inUse ? 0 : held(graph.recordLayers[at]!);
    const name = record.description || record.id;
    if (count > 0) found.push({ held: count, candidate: { kind: 'build-cache', id: record.id, name } });
  });
  return found.sort((a, b) => b.held - a.held).map((one) => one.candidate);
}

function withOne(going: Going, { kind, id }: Candidate): Going {
  switch (kind) {
    case 'image':
      return { ...going, images: [...(going.images ?? []), id] };
    case 'container':
      return { ...going, containers: [...(going.containers ?? []), id] };
    case 'build-cache':
      return { ...going, buildCache: [...(going.buildCache ?? []), id] };
  }
}
