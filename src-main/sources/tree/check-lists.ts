/** The engine's file lists against the disk: what an image layer's tar-split says and what the walk of its folder found. */
import type { Issue } from '../../model/issue.ts';
import { ENTRY_KIND, type EntryKind, type LayerTree } from '../../model/tree.ts';
import type { DiskLayer } from '../disk/records.ts';
import type { TreeTotals, WalkResult } from '../scan/records.ts';
import { eachOf } from '../../support/concurrency.ts';
import { LISTS_AT_ONCE, readLayerTree } from './store-trees.ts';
import { bytesOfTree } from './tar-split.ts';

/** What both can tell: a tar has no sockets, and nobody's allocated blocks. */
type Common = Pick<TreeTotals, 'bytes' | 'files' | 'folders' | 'symlinks' | 'whiteouts'>;

const NAMES = ['bytes', 'files', 'folders', 'symlinks', 'whiteouts'] as const;

/** One issue for each layer where they disagree, or whose list can't be read. Layers that were not walked are left out. */
export async function listsAgainstWalk(
  dataRoot: string,
  layers: readonly DiskLayer[],
  walk: WalkResult,
  signal?: AbortSignal,
): Promise<Issue[]> {
  const units = new Map(walk.units.map((unit) => [unit.path, unit]));
  const issues: Issue[] = [];
  await eachOf(layers, LISTS_AT_ONCE, async ({ chainId, cacheId, hasTarSplit }) => {
    signal?.throwIfAborted();
    const where = `overlay2/${cacheId}`;
    const unit = units.get(where);
    if (!hasTarSplit || !unit?.content || unit.incomplete !== null) return;
    try {
      // Without a folder to fall back on, a damaged list is an error.
      const { tree } = await readLayerTree(dataRoot, { chainId, cacheId: null }, signal);
      const what = differences(totalsOf(tree), unit.content);
      if (what !== null) issues.push({ where, what });
    } catch (thrown) {
      signal?.throwIfAborted();
      issues.push({ where, what: `its file list can't be read: ${(thrown as Error).message}` });
    }
  });
  return issues;
}

function totalsOf(tree: LayerTree): Common {
  const count = (kind: EntryKind): number => tree.kinds.reduce((sum, one) => sum + (one === kind ? 1 : 0), 0);
  return {
    bytes: bytesOfTree(tree),
    files: count(ENTRY_KIND.file),
    folders: count(ENTRY_KIND.folder),
    symlinks: count(ENTRY_KIND.symlink),
    whiteouts: count(ENTRY_KIND.whiteout),
  };
}

function differences(listed: Common, walked: Common): string | null {
  const parts = NAMES.filter((name) => listed[name] !== walked[name]).map(
    (name) => `${name} ${listed[name]} listed, ${walked[name]} on disk`,
  );
  return parts.length === 0 ? null : `the engine's file list and the disk disagree: ${parts.join('; ')}`;
}
