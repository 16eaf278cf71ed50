/** What takes most, across all kinds, by what removing each alone would free. */
import { freedBy } from './freed-by.ts';
import { imageName } from './going.ts';
import type { StoreGraph } from './graph.ts';
import { orphansOf } from './orphans.ts';

export interface Hog {
  readonly kind: 'image' | 'container' | 'volume' | 'build-cache' | 'orphan';
  /** As in the scan document; an orphan's is its path. */
  readonly id: string;
  readonly name: string;
  /** What removing it alone frees; for one that can't go alone, nothing, and it is not listed. */
  readonly freesDiskBytes: number;
}

/** Largest first, at most `most`. What frees nothing or an unknown amount is left out. */
export function hogsOf(graph: StoreGraph, most = 10): Hog[] {
  const { images, containers, volumes, buildCache } = graph.snapshot;
  const hogs: Hog[] = [];
  const add = (
    kind: Hog['kind'],
    id: string,
    name: string,
    list: keyof Parameters<typeof freedBy>[1],
  ): void => {
    const freed = freedBy(graph, { [list]: [id] }).diskBytes;
    if (freed.state === 'known' && freed.bytes > 0)
      hogs.push({ kind, id, name, freesDiskBytes: freed.bytes });
  };
  for (const image of images) add('image', image.id, imageName(image), 'images');
  for (const one of containers) add('container', one.id, one.name || one.id.slice(0, 12), 'containers');
  for (const volume of volumes) add('volume', volume.name, volume.name, 'volumes');
  for (const record of buildCache)
    add('build-cache', record.id, record.description || record.id, 'buildCache');
  for (const { path } of orphansOf(graph.snapshot)) add('orphan', path, path, 'orphans');
  return hogs.sort((a, b) => b.freesDiskBytes - a.freesDiskBytes).slice(0, most);
}
