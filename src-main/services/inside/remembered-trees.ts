/** Long file lists are kept in the history, packed: reading one back takes a small part of reading it anew. */
import { stat } from 'node:fs/promises';
import { StrataError } from '../../contract/errors.ts';
import type { HistoryStore } from '../../history/index.ts';
import type { ReadTree } from '../../sources/tree/store-trees.ts';
import { compressTree, decodeTree } from '../../sources/tree/tree-columns.ts';

/**
 * The tree that was kept for exactly this tar-split file, else what `read` gives. The memory is a help only: when it
 * fails or holds a damaged list, the tree is read anew and nobody is the worse for it.
 */
export async function rememberedTree(
  history: HistoryStore,
  tarSplitFile: string,
  read: () => Promise<ReadTree>,
): Promise<ReadTree> {
  const identity = await identityOf(tarSplitFile);
  if (identity === null || history.problem !== null) return read();
  const kept = await helped(async () => {
    const blob = await history.layers.readTree(tarSplitFile, identity);
    return blob && decodeTree(blob);
  });
  if (kept) return { tree: kept, source: 'tar-split' };
  const { packed, ...fresh } = await read();
  if (packed !== undefined) {
    await helped(async () => history.layers.keepTree(tarSplitFile, identity, await compressTree(packed)));
  }
  return fresh;
}

/** Null when the memory could not help; anything but its own errors is a mistake of ours and thrown. */
async function helped<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof StrataError) return null;
    throw thrown;
  }
}

/** Null when there is no such file: the layer's folder is walked then, every time. */
async function identityOf(file: string): Promise<string | null> {
  const stats = await stat(file, { bigint: true }).catch(() => null);
  return stats && `${stats.dev}:${stats.ino} ${stats.size} ${stats.ctimeNs}`;
}
