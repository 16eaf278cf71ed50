/** "Add these to free that much more": what would go along with the plan and take shared layers with it. PURE. */
import { freedBy } from '../analysis/freed-by.ts';
import { imageName } from '../analysis/going.ts';
import type { StoreGraph } from '../analysis/graph.ts';
import type { PlanUnlock } from '../contract/reclaim.ts';
import { bytesOrNull } from '../model/measured.ts';
import type { Going } from './conflicts.ts';
import { cacheName, isStopped, type World } from './items.ts';
import { pinnedBecause } from './pins.ts';

const MOST = 10;
/** Each is one question to `freedBy`, which costs as much as the whole plan: only the likeliest are asked. */
const MOST_ASKED = 24;

/** Best first. Only what stands on a layer of the plan, is not pinned, and could go by itself. */
export function unlocksOf(going: Going, graph: StoreGraph, world: World): readonly PlanUnlock[] {
  const { snapshot } = graph;
  const selection = {
    images: [...going.image.keys()],
    containers: [...going.container.keys()],
    buildCache: [...going['build-cache'].keys()],
  };
  const now = bytesOrNull(freedBy(graph, selection).diskBytes);
  if (now === null || selection.images.length === 0) return [];
  const ours = new Set(
    selection.images.flatMap((id) => [...(graph.imageLayers[graph.imageAt.get(id) ?? -1] ?? [])]),
  );
  const near = (layers: Int32Array | undefined): boolean => (layers ?? []).some((layer) => ours.has(layer));
  const asked: Asked[] = [];
  const hope = hopeOf(going, graph);
  snapshot.images.forEach((image, at) => {
    if (image.intermediate || going.image.has(image.id) || !near(graph.imageLayers[at])) return;
    asked.push({
      kind: 'image',
      target: image.id,
      name: imageName(image),
      hope: hope(graph.imageLayers[at]),
    });
  });
  snapshot.containers.forEach((one, at) => {
    if (!isStopped(one) || going.container.has(one.id) || !near(graph.containerLayers[at])) return;
    asked.push({ kind: 'container', target: one.id, name: one.name, hope: hope(graph.containerLayers[at]) });
  });
  snapshot.buildCache.forEach((record, at) => {
    if (record.inUse || going['build-cache'].has(record.id) || !near(graph.recordLayers[at])) return;
    const name = cacheName(record);
    asked.push({ kind: 'build-cache', target: record.id, name, hope: hope(graph.recordLayers[at]) });
  });
  return asked
    .filter((one) => pinnedBecause({ kind: one.kind, id: one.target, because: '' }, world) === null)
    .sort((a, b) => b.hope - a.hope)
    .slice(0, MOST_ASKED)
    .map(({ hope: _hope, ...one }) => {
      const more = {
        images: one.kind === 'image' ? [...selection.images, one.target] : selection.images,
        containers: one.kind === 'container' ? [...selection.containers, one.target] : selection.containers,
        buildCache: one.kind === 'build-cache' ? [...selection.buildCache, one.target] : selection.buildCache,
      };
      return { ...one, freesDiskBytes: (bytesOrNull(freedBy(graph, more).diskBytes) ?? now) - now };
    })
    .filter((one) => one.freesDiskBytes > 0)
    .sort((a, b) => b.freesDiskBytes - a.freesDiskBytes)
    .slice(0, MOST);
}

interface Asked extends Omit<PlanUnlock, 'freesDiskBytes'> {
  readonly hope: number;
}

/** A guess of what one more item sets free: the fewer others still hold a layer, the more its bytes count. */
function hopeOf(going: Going, graph: StoreGraph): (layers: Int32Array | undefined) => number {
  const left = graph.holders.slice();
  const release = (layers: Int32Array | undefined): void => layers?.forEach((at) => left[at]!--);
  for (const id of going.image.keys()) release(graph.imageLayers[graph.imageAt.get(id) ?? -1]);
  for (const id of going.container.keys()) release(graph.containerLayers[graph.containerAt.get(id) ?? -1]);
  for (const id of going['build-cache'].keys()) release(graph.recordLayers[graph.recordAt.get(id) ?? -1]);
  return (layers) => {
    let bytes = 0;
    for (const at of layers ?? []) {
      const size = graph.snapshot.layers[at]!.diskBytes;
      if (left[at]! > 0 && size.state === 'known') bytes += size.bytes / left[at]! ** 2;
    }
    return bytes;
  };
}
