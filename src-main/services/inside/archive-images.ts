import { shortId } from '../../model/ids.ts';
import { StrataError } from '../../contract/errors.ts';
import type { ArchiveReport } from '../../contract/inside.ts';
import { ImageArchive } from '../../sources/archive/open-archive.ts';
import type { ArchiveImage } from '../../sources/archive/records.ts';
import { archiveReport } from './archive-report.ts';
import type { ImageTrees, InsideImage, InsideTree } from './image-trees.ts';
import { chainIdBeginning, layerAsImage } from './layer-as-image.ts';

export interface ArchiveTrees extends ImageTrees {
  /** One image of the archive, or all, with every digest verified. */
  report(name: string | null, signal: AbortSignal): Promise<ArchiveReport>;
  close(): Promise<void>;
}

/** The images of an archive, the same questions as of a store. Trees stay in memory: reading a packed layer is slow. */
export function archiveImages(path: string): ArchiveTrees {
  let opened: Promise<ImageArchive> | undefined;
  const archive = (): Promise<ImageArchive> => (opened ??= ImageArchive.open(path));
  const trees = new Map<string, InsideTree>();
  const originals = new WeakMap<InsideImage, ArchiveImage>();
  const inside = (image: ArchiveImage): InsideImage => {
    const { id, tags, history, env, labels } = image;
    const one = {
      id,
      name: tags[0] ?? shortId(id),
      chain: image.layers.map((layer) => layer.chainId),
      history,
      env,
      labels,
    };
    originals.set(one, image);
    return one;
  };
  const layerOf = (image: InsideImage, layer: number) => {
    const found = originals.get(image)?.layers[layer];
    if (found === undefined) throw new StrataError('not-found', `${image.name} has no layer ${layer}`);
    return found;
  };
  return {
    async find(name) {
      const { images } = await archive();
      const tagged = name.includes(':') ? name : `${name}:latest`;
      const prefix = name.replace(/^sha256:/, '');
      const found =
        images.find((image) => image.tags.includes(name) || image.tags.includes(tagged)) ??
        images.find((image) => prefix.length >= 4 && image.id.startsWith(`sha256:${prefix}`));
      if (found === undefined) {
        const layer = layerAsImage(images.map(inside), chainIdBeginning(name));
        const origin = images.find(({ id }) => id === layer?.id);
        if (layer !== undefined && origin !== undefined) {
          originals.set(layer, origin);
          return layer;
        }
        const names = images.map((image) => image.tags[0] ?? shortId(image.id)).join(', ');
        throw new StrataError(
          'not-found',
          `There is no image ${name} in the archive; it has: ${names || 'none'}`,
        );
      }
      return inside(found);
    },
    async all() {
      return (await archive()).images.map(inside);
    },
    async tree(image, layer, signal) {
      const from = layerOf(image, layer);
      const known = trees.get(from.chainId);
      if (known !== undefined) return known;
      const read: InsideTree = { tree: await (await archive()).tree(from, signal), source: 'archive' };
      trees.set(from.chainId, read);
      return read;
    },
    async readFiles(image, layer, wanted, take) {
      await (await archive()).readFiles(layerOf(image, layer), wanted, take);
      return [];
    },
    async *contents(image, layer, paths) {
      yield* (await archive()).contents(layerOf(image, layer), paths);
    },
    async report(name, signal) {
      const opened = await archive();
      const images = name === null ? opened.images : [originals.get(await this.find(name))!];
      return archiveReport(opened, images, signal);
    },
    async close() {
      // One that could not be opened has nothing open; the call that asked for it was told why.
      await opened?.then(
        (one) => one.close(),
        () => undefined,
      );
    },
  };
}
