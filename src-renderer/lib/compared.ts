import type { ComparedPath, Comparison } from '../../src-main/contract/inside.ts';
import { sortedBy, type Sort } from './grid.ts';

export type Side = 'here' | 'there' | 'different';

/** The rows of one part of a comparison, sorted. */
export function comparedRows(result: Comparison, side: Side, sort: Sort): readonly ComparedPath[] {
  const rows = { here: result.onlyHere, there: result.onlyThere, different: result.different }[side];
  const valueOf = (row: ComparedPath): number | string | null => {
    if (sort.key === 'path') return row.path;
    if (sort.key === 'here') return row.bytesHere;
    if (sort.key === 'there') return row.bytesThere;
    return Math.max(row.bytesHere ?? 0, row.bytesThere ?? 0);
  };
  return sortedBy(rows, valueOf, sort.down);
}

/** How many layers two chains have in common from the base up. */
export function commonLayers(here: readonly string[], there: readonly string[]): number {
  let common = 0;
  while (common < here.length && here[common] === there[common]) common += 1;
  return common;
}
