import { shortId } from '../../model/ids.ts';
import { StrataError } from '../../contract/errors.ts';
import { imageNamed } from '../../contract/image-named.ts';
import type { ArchiveReport } from '../../contract/archive.ts';
import type { ArchiveImage } from '../../sources/archive/records.ts';
import type { ArchiveFile, OpenedArchive } from './archive-file.ts';
import { readLayers, type Reader } from './archive-reading.ts';
import { archiveReport } from './archive-report.ts';
import type { ImageTrees, InsideImage } from './image-trees.ts';
import { chainIdBeginning, layerAsImage } from './layer-as-image.ts';

export interface ArchiveTrees extends ImageTrees {
  /** One image of the archive, or all: at once as far as it is known, or after all their layers were read. */
  report(name: string | null, verify: boolean, signal: AbortSignal): Promise<ArchiveReport>;
  /** Reads all layers in the background. */
  readAll(): { readonly operationId: string };
}

/** The images of an archive, the same questions as of a store. */
export function archiveImages(file: ArchiveFile, reader: Reader): ArchiveTrees {
  const origins = new WeakMap<InsideImage, ArchiveImage>();
  const inside = ({ edition }: OpenedArchive, image: ArchiveImage): InsideImage => {
    const { id, tags, history, env, labels } = image;
    const chain = image.layers.map((layer) => layer.chainId);
    const one = { id, name: tags[0] ?? shortId(id), chain, edition, history, env, labels };
    origins.set(one, image);
    return one;
  };
  const layerOf = (image: InsideImage, layer: number) => {
    const found = origins.get(image)?.layers[layer];
    if (found === undefined) throw new StrataError('not-found', `${image.name} has no layer ${layer}`);
    return found;
  };
  return {
    async find(name) {
      const opened = await file.open();
      const { images } = opened.archive;
      const found = imageNamed(images, name);
      if (typeof found !== 'string') return inside(opened, found);
      const all = images.map((image) => inside(opened, image));
      const layer = layerAsImage(all, chainIdBeginning(name));
      const origin = images.find(({ id }) => id === layer?.id);
      if (layer !== undefined && origin !== undefined) {
        const cut = { ...layer, edition: opened.edition };
        origins.set(cut, origin);
        return cut;
      }
      const names = all.map((image) => image.name).join(', ');
      throw new StrataError(
        'not-found',
        `There is no image ${name} in the archive; it has: ${names || 'none'}`,
      );
    },
    async all() {
      const opened = await file.open();
      return opened.archive.images.map((image) => inside(opened, image));
    },
    async tree(image, layer, signal) {
      const opened = await file.open();
      return { tree: await opened.tree(layerOf(image, layer), signal), source: 'archive' };
    },
    async readFiles(image, layer, wanted, take) {
      const { archive } = await file.open();
      await archive.readFiles(layerOf(image, layer), wanted, take);
      return [];
    },
    async *contents(image, layer, paths) {
      const { archive } = await file.open();
      yield* archive.contents(layerOf(image, layer), paths);
    },
    async report(name, verify, signal) {
      const opened = await file.open();
      const images = name === null ? opened.archive.images : [origins.get(await this.find(name))!];
      const layers = images.flatMap((image) => image.layers);
      if (verify) await readLayers(file, layers, signal);
      return archiveReport(opened, images, reader.state(opened.edition));
    },
    readAll: () => reader.start(),
  };
}
