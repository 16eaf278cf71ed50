import { compareTrees, type PathDifference } from '../../analysis/inside/compare-trees.ts';
import { ENTRY_KIND } from '../../model/tree.ts';
import type { ComparedPath, Comparison } from '../../contract/inside.ts';
import type { ImageTrees, InsideImage } from './image-trees.ts';
import type { StackOf } from './stacks.ts';

const MAX_ROWS = 5_000;

/** Two images by their paths. Common layers are those of the same ChainID: one folder on disk for both. */
export async function compareImages(
  trees: ImageTrees,
  stackOf: StackOf,
  { here, there, signal }: { here: string; there: string; signal: AbortSignal },
): Promise<Comparison> {
  const [a, b] = [await stackOf(here, null, signal), await stackOf(there, null, signal)];
  const differences = compareTrees(a.stack, b.stack);
  const common = commonLayers(a.image, b.image);
  let commonBytes = 0;
  for (let layer = 0; layer < common; layer += 1) {
    const { tree } = await trees.tree(a.image, layer, signal);
    for (let entry = 1; entry < tree.length; entry += 1) {
      if (tree.kinds[entry] !== ENTRY_KIND.folder && !tree.hardLinks.has(entry))
        commonBytes += tree.sizes[entry]!;
    }
  }
  const { onlyHere, onlyThere, different } = differences;
  const unsettled = different.filter((path) => path.unsettled).length;
  const problems = [a.problem, b.problem].filter((one) => one !== null);
  if (unsettled > 0)
    problems.push(`${unsettled} files of equal size are listed as different: their content was not compared`);
  return {
    here: a.image.id,
    there: b.image.id,
    commonLayers: common,
    commonBytes,
    onlyHere: rows(onlyHere),
    onlyThere: rows(onlyThere),
    different: rows(different),
    onlyHereBytes: total(onlyHere, 'bytesHere'),
    onlyThereBytes: total(onlyThere, 'bytesThere'),
    differentBytes: { here: total(different, 'bytesHere'), there: total(different, 'bytesThere') },
    truncated: [onlyHere, onlyThere, different].some((list) => list.length > MAX_ROWS),
    problem: problems.length === 0 ? null : problems.join('; '),
  };
}

function commonLayers(a: InsideImage, b: InsideImage): number {
  let common = 0;
  while (common < a.chain.length && a.chain[common] === b.chain[common]) common += 1;
  return common;
}

function rows(list: readonly PathDifference[]): ComparedPath[] {
  return list
    .slice(0, MAX_ROWS)
    .map(({ path, bytesHere, bytesThere, by }) => ({ path, bytesHere, bytesThere, by }));
}

function total(list: readonly PathDifference[], side: 'bytesHere' | 'bytesThere'): number {
  return list.reduce((sum, path) => sum + (path[side] ?? 0), 0);
}
