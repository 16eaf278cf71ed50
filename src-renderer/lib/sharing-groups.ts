import type { ScanDocument, ScanLayer } from '../../src-main/contract/scan-document.ts';
import { strongest, type Hue, type ImageState } from './hue.ts';

/** All layers that exactly the same set of head images stands on. Every layer is in one group: each byte drawn once. */
export interface SharingGroup {
  /** The ChainID of its first layer. */
  readonly id: string;
  /** Head images, in document order; empty for layers no image stands on. */
  readonly images: readonly string[];
  readonly containers: readonly string[];
  readonly layers: readonly string[];
  /** Of the layers whose size is known. */
  readonly bytes: number;
  /** Layers without a known size: the group is at least `bytes`. */
  readonly unmeasured: number;
  readonly hue: Hue;
}

interface Building {
  images: readonly string[];
  containers: Set<string>;
  layers: string[];
  bytes: number;
  unmeasured: number;
}

/** Biggest first. `sizeOf` is the measure in use; null where it is not known. */
export function sharingGroups(
  document: ScanDocument,
  stateOfImage: ReadonlyMap<string, ImageState>,
  sizeOf: (layer: ScanLayer) => number | null,
): readonly SharingGroup[] {
  const heads = document.images.filter((image) => !image.intermediate);
  const place = new Map(heads.map((image, index) => [image.id, index]));
  const building = new Map<string, Building>();
  const known = new Map<string, { readonly layer: ScanLayer; readonly group: Building }>();
  const groupOf = (layer: ScanLayer): Building => {
    // Most layers have the users of the layer below: no need to look for their group.
    const below = layer.parent === null ? undefined : known.get(layer.parent);
    if (below && layer.images.length > 0 && sameList(below.layer.images, layer.images)) return below.group;
    const places = layer.images
      .map((id) => place.get(id))
      .filter((index) => index !== undefined)
      .sort((a, b) => a - b);
    const held = layer.images.length > 0 ? '' : layer.containers.length > 0 ? 'container' : 'cache';
    const key = places.length > 0 ? places.join() : held;
    let group = building.get(key);
    if (!group) {
      const images = places.map((index) => heads[index]?.id ?? '');
      group = { images, containers: new Set(), layers: [], bytes: 0, unmeasured: 0 };
      building.set(key, group);
    }
    return group;
  };
  for (const layer of document.layers) {
    const group = groupOf(layer);
    known.set(layer.chainId, { layer, group });
    group.layers.push(layer.chainId);
    for (const id of layer.containers) group.containers.add(id);
    const bytes = sizeOf(layer);
    if (bytes === null) group.unmeasured += 1;
    else group.bytes += bytes;
  }
  return [...building.values()]
    .map((group) => ({
      ...group,
      id: group.layers[0] ?? '',
      containers: [...group.containers],
      hue: hueOf(group, stateOfImage),
    }))
    .sort((a, b) => b.bytes - a.bytes);
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}

function hueOf(group: Building, stateOfImage: ReadonlyMap<string, ImageState>): Hue {
  const state = strongest(group.images.map((id) => stateOfImage.get(id) ?? 'running'));
  if (state) return state;
  return group.containers.size > 0 ? 'stopped' : 'dangling';
}
