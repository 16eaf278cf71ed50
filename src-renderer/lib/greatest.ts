/**
 * The greatest value, at least `floor`; unknown ones don't count. `Math.max(...all)` takes one argument an item, and
 * fails where there are some 100,000 of them.
 */
export function greatest<T>(items: readonly T[], valueOf: (item: T) => number | null, floor = 0): number {
  let most = floor;
  for (const item of items) most = Math.max(most, valueOf(item) ?? floor);
  return most;
}
