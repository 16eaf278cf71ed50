/** Trees of a graphdriver data root: image layers from tar-split, everything else from its folder. */
import { join } from 'node:path';
import type { CacheId, ChainId } from '../../model/ids.ts';
import type { LayerTree } from '../../model/tree.ts';
import { readList } from './list-readers.ts';
import { treeOfTarSplit } from './tar-split.ts';
import { readTarSplit, tarSplitFile } from './tar-split-file.ts';
import { unpackTree } from './tree-columns.ts';
import { walkTree } from './walk-tree.ts';

export interface ReadTree {
  readonly tree: LayerTree;
  readonly source: 'tar-split' | 'disk';
  /** The same as one block, where a long list came as such: what is worth keeping. */
  readonly packed?: Uint8Array;
}

/** So many lists are read at once: while readers parse some, others come from the disk. */
export const LISTS_AT_ONCE = 8;
/** A packed list this small is read here: a few milliseconds, even if it unpacks to a thousand times its size. */
const SMALL_LIST_BYTES = 16 << 10;

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
  try {
    const listed = await listedTree(tarSplitFile(dataRoot, layer.chainId), signal);
    if (listed !== undefined) return listed;
  } catch (thrown) {
    if (!(thrown instanceof RangeError) || layer.cacheId === null) throw thrown;
  }
  if (layer.cacheId === null) throw new RangeError('neither tar-split nor a folder is there');
  return { tree: await walkTree(diffFolder(dataRoot, layer.cacheId), { signal }), source: 'disk' };
}

/** Undefined when there is no list. Throws RangeError when it is damaged. */
async function listedTree(path: string, signal: AbortSignal | undefined): Promise<ReadTree | undefined> {
  const list = await readTarSplit(path);
  if (list === undefined) return undefined;
  if (list.length <= SMALL_LIST_BYTES) return { tree: await treeOfTarSplit(list), source: 'tar-split' };
  const packed = await readList(list, signal);
  return { tree: unpackTree(packed), source: 'tar-split', packed };
}
