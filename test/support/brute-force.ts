/** The definition of "freed by a set" written down without any cleverness, to hold the fast one against. */
import type { StoreSnapshot } from '../../src-main/model/store.ts';

export interface BruteGoing {
  readonly images: readonly string[];
  readonly containers: readonly string[];
  readonly buildCache: readonly string[];
}

/** Chain ids of the layers that nobody is left to stand on, though somebody did. */
export function layersFreedBruteForce(store: StoreSnapshot, going: BruteGoing): Set<string> {
  const containersLeft = store.containers.filter((one) => !going.containers.includes(one.id));
  let recordsLeft = store.buildCache.map((record) => record.id);
  let imagesLeft = store.images.map((image) => image.id as string);
  for (let before = Infinity; before > imagesLeft.length + recordsLeft.length;) {
    before = imagesLeft.length + recordsLeft.length;
    imagesLeft = imagesLeft.filter((id) => {
      const image = store.images.find((one) => one.id === id)!;
      const wanted = going.images.includes(id) || image.intermediate;
      const child = store.images.some((one) => one.parentId === id && imagesLeft.includes(one.id));
      const askedFor = going.images.includes(id) || store.images.some((one) => one.parentId === id);
      const user = containersLeft.some((one) => one.imageId === id);
      return !(wanted && askedFor && !child && !user);
    });
    recordsLeft = recordsLeft.filter((id) => {
      const children = store.buildCache.filter((one) => one.parents.includes(id)).map((one) => one.id);
      return !going.buildCache.includes(id) || children.some((child) => recordsLeft.includes(child));
    });
  }
  if (containersLeft.some((one) => one.chain === null)) return new Set();
  const held = (
    layer: StoreSnapshot['layers'][number],
    images: readonly string[],
    records: readonly string[],
    containers: StoreSnapshot['containers'],
  ): boolean =>
    store.images.some((image) => images.includes(image.id) && image.chain.includes(layer.chainId)) ||
    containers.some((one) => one.chain?.includes(layer.chainId)) ||
    layer.buildCache.some((id) => records.includes(id));
  const all = { images: store.images.map((one) => one.id), records: store.buildCache.map((one) => one.id) };
  const used = store.layers.filter((layer) => held(layer, all.images, all.records, store.containers));
  const lost = store.layers.filter((layer) => !used.includes(layer));
  const below = new Set<string>();
  for (const layer of lost)
    for (let at = layer.parent; at.kind === 'parent';) {
      below.add(at.id);
      const id = at.id;
      at = store.layers.find((one) => one.chainId === id)?.parent ?? { kind: 'base' };
    }
  const free = used.filter(
    (layer) => !held(layer, imagesLeft, recordsLeft, containersLeft) && !below.has(layer.chainId),
  );
  return new Set(free.map((layer) => layer.chainId));
}
