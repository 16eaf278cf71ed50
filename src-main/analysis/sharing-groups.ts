/** Layers grouped by the exact set of head images that stand on them: the areas of the sharing treemap. */
import type { ChainId, ImageId } from '../model/ids.ts';
import { sum } from '../model/measured.ts';
import type { Measured } from '../model/measured.ts';
import type { StoreGraph } from './graph.ts';
import { layerUsers } from './sharing.ts';

export interface SharingGroup {
  /** Empty for layers that no head image stands on. */
  readonly images: readonly ImageId[];
  readonly layers: readonly ChainId[];
  readonly diskBytes: Measured;
}

/** Every layer in exactly one group; largest first, unknown sizes last. */
export function sharingGroups(graph: StoreGraph): SharingGroup[] {
  const { images, layers } = graph.snapshot;
  const users = layerUsers(graph).images;
  const groups = new Map<string, number[]>();
  layers.forEach((_, at) => {
    const key = users[at]!.join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [at]);
    else group.push(at);
  });
  return [...groups.values()]
    .map((group) => ({
      images: users[group[0]!]!.map((at) => images[at]!.id),
      layers: group.map((at) => layers[at]!.chainId),
      diskBytes: sum(group.map((at) => layers[at]!.diskBytes)),
    }))
    .sort((a, b) => bytesOf(b.diskBytes) - bytesOf(a.diskBytes));
}

function bytesOf(measured: Measured): number {
  return measured.state === 'known' ? measured.bytes : -1;
}
