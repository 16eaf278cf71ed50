/** Two images side by side: what only one has, what both have differently. Content by size and tar-split's checksum. */
import { ENTRY_KIND } from '../../model/tree.ts';
import { copyEntry, findNode, nodePath, type Stack } from './stack.ts';

export interface PathDifference {
  readonly path: string;
  readonly bytesHere: number | null;
  readonly bytesThere: number | null;
  readonly by: 'content' | 'metadata' | 'type' | 'presence';
  /** Sizes equal and no checksum on one side: only a content hash could settle it. */
  readonly unsettled: boolean;
}

export interface TreeDifferences {
  readonly onlyHere: PathDifference[];
  readonly onlyThere: PathDifference[];
  readonly different: PathDifference[];
}

export function compareTrees(here: Stack, there: Stack): TreeDifferences {
  const result: TreeDifferences = { onlyHere: [], onlyThere: [], different: [] };
  for (const path of filePaths(here)) {
    const a = visibleCopy(here, path.path)!;
    const b = visibleCopy(there, path.path);
    if (b === undefined) {
      result.onlyHere.push({
        path: path.path,
        bytesHere: bytesOf(a),
        bytesThere: null,
        by: 'presence',
        unsettled: false,
      });
      continue;
    }
    const by = difference(a, b);
    if (by !== undefined) {
      result.different.push({ path: path.path, bytesHere: bytesOf(a), bytesThere: bytesOf(b), ...by });
    }
  }
  for (const path of filePaths(there)) {
    if (visibleCopy(here, path.path) !== undefined) continue;
    const b = visibleCopy(there, path.path)!;
    result.onlyThere.push({
      path: path.path,
      bytesHere: null,
      bytesThere: bytesOf(b),
      by: 'presence',
      unsettled: false,
    });
  }
  for (const list of [result.onlyHere, result.onlyThere, result.different]) list.sort(biggestFirst);
  return result;
}

type At = ReturnType<typeof copyEntry>;

/** Everything visible that is no folder, and folders that are empty on their own: what a person would call a path. */
function* filePaths(stack: Stack): Iterable<{ path: string }> {
  for (let node = 1; node < stack.names.length; node += 1) {
    const copy = stack.current[node]!;
    if (!stack.visible[node] || copy < 0) continue;
    const { tree, entry } = copyEntry(stack, copy);
    if (tree.kinds[entry] !== ENTRY_KIND.folder) yield { path: nodePath(stack, node) };
  }
}

function visibleCopy(stack: Stack, path: string): At | undefined {
  const node = findNode(stack, path);
  if (node === undefined || !stack.visible[node] || stack.current[node]! < 0) return undefined;
  return copyEntry(stack, stack.current[node]!);
}

function difference(a: At, b: At): Pick<PathDifference, 'by' | 'unsettled'> | undefined {
  if (a.tree.kinds[a.entry] !== b.tree.kinds[b.entry]) return { by: 'type', unsettled: false };
  if (a.tree.sizes[a.entry] !== b.tree.sizes[b.entry]) return { by: 'content', unsettled: false };
  if (a.tree.linkTargets.get(a.entry) !== b.tree.linkTargets.get(b.entry))
    return { by: 'content', unsettled: false };
  const [x, y] = [checksum(a), checksum(b)];
  if (x !== undefined && y !== undefined && x !== y) return { by: 'content', unsettled: false };
  const metadata =
    a.tree.modes[a.entry] !== b.tree.modes[b.entry] ||
    a.tree.uids[a.entry] !== b.tree.uids[b.entry] ||
    a.tree.gids[a.entry] !== b.tree.gids[b.entry];
  if (x === undefined || y === undefined) {
    if (a.tree === b.tree && a.entry === b.entry) return undefined;
    if (bytesOf(a) > 0 && a.tree.kinds[a.entry] === ENTRY_KIND.file)
      return { by: 'content', unsettled: true };
  }
  return metadata ? { by: 'metadata', unsettled: false } : undefined;
}

/** tar-split has no checksum for an empty file: two empty files are equal by their size. */
function checksum({ tree, entry }: At): bigint | undefined {
  const first = tree.hardLinks.get(entry) ?? entry;
  const sum = tree.checksums?.[first];
  return sum === undefined || sum === 0n ? undefined : sum;
}

function bytesOf({ tree, entry }: At): number {
  return tree.sizes[entry]!;
}

function biggestFirst(a: PathDifference, b: PathDifference): number {
  const bytes = (one: PathDifference) => Math.max(one.bytesHere ?? 0, one.bytesThere ?? 0);
  return bytes(b) - bytes(a) || (a.path < b.path ? -1 : 1);
}
