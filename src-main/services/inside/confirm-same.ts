import { StrataError } from '../../contract/errors.ts';
import { hashFileInside } from '../../sources/tree/hash-inside.ts';
import { diffFolder } from '../../sources/tree/store-trees.ts';
import type { Copy, FoundGroup } from './same-places.ts';

/**
 * Reads all copies of a group: those of one hash are the same, one that differs from all others is no copy. A group
 * that can't be read whole stays "probable" and says why.
 */
export async function confirmGroup(
  dataRoot: string,
  group: FoundGroup,
  signal: AbortSignal,
): Promise<readonly FoundGroup[]> {
  if (group.places.length < group.copies)
    return [{ ...group, problem: `It has ${group.copies} copies: too many to read them all` }];
  const byHash = new Map<string, Copy[]>();
  for (const copy of group.places) {
    try {
      if (copy.cacheId === null) throw new StrataError('not-found', 'its layer has no folder');
      const file = { path: copy.path, bytes: group.bytes };
      const hash = await hashFileInside(diffFolder(dataRoot, copy.cacheId), file, signal);
      byHash.set(hash, [...(byHash.get(hash) ?? []), copy]);
    } catch (thrown) {
      const error = StrataError.from(thrown);
      if (signal.aborted || error.code === 'cancelled') throw new StrataError('cancelled', 'Cancelled');
      return [{ ...group, problem: `Not all copies could be read: ${error.message}` }];
    }
  }
  const several = byHash.size > 1;
  return [...byHash]
    .filter(([, places]) => places.length > 1)
    .map(([hash, places]) => ({
      ...group,
      id: several ? `${group.id}-${hash.slice(0, 12)}` : group.id,
      copies: places.length,
      places,
      sameness: 'same' as const,
      problem: null,
    }));
}
