import { childIndex, ENTRY_KIND, type LayerTree } from '../../model/tree.ts';

/**
 * Which folders of a writable layer are opaque, told from the engine's list of changes: a path that is deleted without a
 * whiteout of its own is hidden by its folder. For where the overlay attribute itself can't be read.
 */
export function opaqueFromChanges(
  tree: LayerTree,
  changes: readonly { readonly path: string; readonly kind: string }[],
): LayerTree {
  const { starts, children } = childIndex(tree);
  const child = (folder: number, name: string): number | undefined => {
    for (let at = starts[folder]!; at < starts[folder + 1]!; at += 1) {
      if (tree.names[children[at]!] === name) return children[at];
    }
    return undefined;
  };
  const opaque = new Set(tree.opaque);
  for (const { path, kind } of changes) {
    if (kind !== 'deleted') continue;
    const parts = path.split('/').filter((part) => part !== '');
    const name = parts.pop();
    let folder: number | undefined = 0;
    for (const part of parts) folder = folder === undefined ? undefined : child(folder, part);
    if (name === undefined || folder === undefined || tree.kinds[folder] !== ENTRY_KIND.folder) continue;
    if (child(folder, name) === undefined) opaque.add(folder);
  }
  return { ...tree, opaque, problems: tree.problems.filter(({ what }) => !what.includes('getfattr')) };
}
