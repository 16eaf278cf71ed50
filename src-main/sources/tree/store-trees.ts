/** Trees of a graphdriver data root: image layers from tar-split, everything else from its folder. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheId, ChainId } from '../../model/ids.ts';
import type { LayerTree } from '../../model/tree.ts';
import { treeOfTarSplit } from './tar-split.ts';
import { walkTree } from './walk-tree.ts';

export interface ReadTree {
  readonly tree: LayerTree;
  readonly source: 'tar-split' | 'disk';
}

/** 1 GiB packed is more than a hundred million entries. */
const MAX_PACKED_BYTES = 1 << 30;

/** Where a folder of overlay2 keeps its files. */
export function diffFolder(dataRoot: string, cacheId: CacheId): string {
  return join(dataRoot, 'overlay2', cacheId, 'diff');
}

/** A layer's tree; its folder is walked when tar-split is absent or damaged. Throws what the folder's reading throws. */
export async function readLayerTree(
  dataRoot: string,
  layer: { readonly chainId: ChainId; readonly cacheId: CacheId | null },
  signal?: AbortSignal,
): Promise<ReadTree> {
  const packed = await readTarSplit(dataRoot, layer.chainId);
  if (packed !== undefined) {
    try {
      return { tree: treeOfTarSplit(packed), source: 'tar-split' };
    } catch (thrown) {
      if (!(thrown instanceof RangeError) || layer.cacheId === null) throw thrown;
    }
  }
  if (layer.cacheId === null) throw new RangeError('neither tar-split nor a folder is there');
  return { tree: await walkTree(diffFolder(dataRoot, layer.cacheId), { signal }), source: 'disk' };
}

/** Where an image layer's file list is kept. */
export function tarSplitFile(dataRoot: string, chainId: ChainId): string {
  const folder = join(dataRoot, 'image/overlay2/layerdb/sha256', chainId.slice('sha256:'.length));
  return join(folder, 'tar-split.json.gz');
}

async function readTarSplit(dataRoot: string, chainId: ChainId): Promise<Buffer | undefined> {
  const path = tarSplitFile(dataRoot, chainId);
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { size } = await file.stat();
      return size > 0 && size <= MAX_PACKED_BYTES ? await file.readFile() : undefined;
    } finally {
      await file.close();
    }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
