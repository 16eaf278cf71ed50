import { ENTRY_KIND, entryPath } from '../../model/tree.ts';
import type { ChainId } from '../../model/ids.ts';
import { shortId } from '../../model/ids.ts';
import type { Image, ParentLink, StoreSnapshot } from '../../model/store.ts';
import { StrataError } from '../../contract/errors.ts';
import { imageNamed } from '../../contract/image-named.ts';
import { readImageEnv } from '../../sources/disk/image-env.ts';
import { folderContents } from '../../sources/extract/folder-contents.ts';
import { readFileInside } from '../../sources/tree/read-inside.ts';
import { diffFolder, readLayerTree } from '../../sources/tree/store-trees.ts';
import { tarSplitFile } from '../../sources/tree/tar-split-file.ts';
import type { ServiceContext } from '../context.ts';
import type { ImageTrees, InsideImage, InsideTree } from './image-trees.ts';
import { KEPT_TREE_ENTRIES, KeptByEntries } from './kept-by-entries.ts';
import { chainIdBeginning, layerAsImage } from './layer-as-image.ts';
import { rememberedTree } from './remembered-trees.ts';

/** Images of the live data root. Trees stay in memory, the least recently used leave first: layers never change. */
export function storeImages(context: ServiceContext): ImageTrees {
  const trees = new KeptByEntries<InsideTree>(KEPT_TREE_ENTRIES);
  const folderOf = async (image: InsideImage, layer: number): Promise<string> => {
    const { snapshot, dataRoot } = await readable(context);
    const cacheId = snapshot.layers.find((one) => one.chainId === image.chain[layer])?.cacheId;
    if (cacheId == null) throw new StrataError('not-found', `layer ${layer} of ${image.name} has no folder`);
    return diffFolder(dataRoot, cacheId);
  };
  return {
    async find(name) {
      const { snapshot, dataRoot } = await readable(context);
      const image = imageNamed(snapshot.images, name);
      if (typeof image !== 'string') return inside(image, dataRoot);
      const images = snapshot.images.map((one) => inside(one, dataRoot));
      const beginning = chainIdBeginning(name);
      const layer = layerAsImage([...images, ...carriersOf(snapshot, beginning)], beginning);
      if (layer === undefined) throw new StrataError('not-found', image);
      return layer;
    },
    async all() {
      const { snapshot, dataRoot } = await readable(context);
      return snapshot.images.filter((image) => !image.intermediate).map((image) => inside(image, dataRoot));
    },
    async tree(image, layer, signal) {
      const chainId = image.chain[layer];
      if (chainId === undefined)
        throw new StrataError(
          'not-found',
          `${image.name} has no layer ${layer}: it has ${image.chain.length}`,
        );
      const known = trees.get(chainId);
      if (known !== undefined) return known;
      const { snapshot, dataRoot } = await readable(context);
      const cacheId = snapshot.layers.find((one) => one.chainId === chainId)?.cacheId ?? null;
      try {
        const read = await rememberedTree(await context.history(), tarSplitFile(dataRoot, chainId), () =>
          readLayerTree(dataRoot, { chainId, cacheId }, signal),
        );
        trees.keep(chainId, read, read.tree.length);
        return read;
      } catch (thrown) {
        if (signal.aborted) throw new StrataError('cancelled', 'Cancelled');
        throw new StrataError(
          'failed',
          `The files of layer ${shortId(chainId)} can't be read: ${(thrown as Error).message}`,
          { cause: thrown },
        );
      }
    },
    async readFiles(image, layer, wanted, take) {
      const folder = await folderOf(image, layer);
      const { tree } = await this.tree(image, layer, new AbortController().signal);
      const unread: string[] = [];
      for (let entry = 1; entry < tree.length; entry += 1) {
        if (tree.kinds[entry] !== ENTRY_KIND.file || tree.hardLinks.has(entry)) continue;
        const path = entryPath(tree, entry);
        const limit = wanted(path, tree.sizes[entry]!);
        if (limit === 0) continue;
        try {
          take(path, (await readFileInside(folder, path, limit)).bytes);
        } catch (thrown) {
          unread.push(`${path}: ${StrataError.from(thrown).message}`);
        }
      }
      return unread;
    },
    async *contents(image, layer, paths) {
      yield* folderContents(await folderOf(image, layer), paths);
    },
  };
}

/** @throws StrataError 'unsupported' where there never are files of a data root */
export function mustBeLive(context: ServiceContext): void {
  if (context.kind === 'engine') return;
  if (context.kind === 'archive')
    throw new StrataError('unsupported', 'An archive has images only: no containers and nothing they wrote');
  const what = context.kind === 'demo' ? 'The demo store has no files' : 'A saved scan has no files';
  throw new StrataError(
    'unsupported',
    `${what}: looking inside needs the data root, or an image archive (--archive FILE)`,
  );
}

/** The snapshot and its data root, when their files are readable here; else why not and what to do. */
export async function readable(
  context: ServiceContext,
): Promise<{ snapshot: StoreSnapshot; dataRoot: string }> {
  mustBeLive(context);
  const snapshot = await context.scans.shown();
  if (snapshot.engine === null && (await context.source.state()).state === 'demo') {
    throw new StrataError('unsupported', 'The demo store has no files: looking inside needs an engine');
  }
  if (snapshot.access !== 'direct' || snapshot.dataRoot === null) {
    const why = (await context.source.state()).accessWhy ?? 'the files of the data root are not readable';
    throw new StrataError(
      'no-permission',
      `${why}. Looking inside needs them: run Strata as root, or docker save the image and open the archive.`,
    );
  }
  return { snapshot, dataRoot: snapshot.dataRoot };
}

function inside(image: Image, dataRoot: string): InsideImage {
  return {
    id: image.id,
    name: image.tags[0] ?? shortId(image.id),
    chain: image.chain,
    history: image.history,
    labels: image.labels,
    get env() {
      return readImageEnv(dataRoot, image.id);
    },
  };
}

/** A layer may outlive its images, under a container or in the build cache: its own chain carries it then. */
function carriersOf({ layers }: StoreSnapshot, beginning: string | undefined): InsideImage[] {
  if (beginning === undefined) return [];
  const byId = new Map(layers.map((layer) => [layer.chainId, layer]));
  const found = layers.filter(({ chainId }) => chainId.startsWith(`sha256:${beginning}`));
  return found.map(({ chainId }) => {
    const chain = new Set<ChainId>();
    for (let at: ChainId | null = chainId; at !== null && !chain.has(at);) {
      chain.add(at);
      const parent: ParentLink | undefined = byId.get(at)?.parent;
      at = parent?.kind === 'parent' ? parent.id : null;
    }
    const name = shortId(chainId);
    return { id: chainId, name, chain: [...chain].reverse(), history: [], env: [], labels: {} };
  });
}
