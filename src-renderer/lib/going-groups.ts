import type { Ref } from './ref.ts';
import type { SharingGroup } from './sharing-groups.ts';
import type { StoreIndex } from './store-index.ts';

/** Groups that go with the basket: all images and containers that stand on them are in it. */
export function goingGroups(index: StoreIndex, basket: readonly Ref[]): readonly SharingGroup[] {
  const ids = (kind: Ref['kind']): Set<string> =>
    new Set(basket.filter((ref) => ref.kind === kind).map((ref) => ref.id));
  const images = ids('image');
  const containers = ids('container');
  const touched = new Set<SharingGroup>();
  for (const id of images) {
    for (const layer of index.images.get(id)?.chain ?? []) {
      const group = index.groupOfLayer.get(layer);
      if (group) touched.add(group);
    }
  }
  return [...touched].filter(
    (group) =>
      group.images.every((id) => images.has(id)) && group.containers.every((id) => containers.has(id)),
  );
}
