import { MAX_LEAVES } from './mark.ts';

export interface Weighted {
  readonly bytes: number;
}

export interface Cell<T> {
  readonly item: T;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface TreemapLayout<T> {
  readonly cells: readonly Cell<T>[];
  /** Too small to draw one by one; their bytes have one common area, or none without such items. */
  readonly small: { readonly items: readonly T[]; readonly bytes: number; readonly cell: Cell<null> } | null;
}

/**
 * Areas are bytes: each cell's share of the picture is its share of the sum. Cells that would be smaller than
 * `minArea` square pixels are drawn as one, and so are all but the biggest when there are more than `MAX_LEAVES`.
 */
export function layoutTreemap<T extends Weighted>(
  items: readonly T[],
  size: { readonly width: number; readonly height: number },
  minArea = 12,
): TreemapLayout<T> {
  if (size.width <= 0 || size.height <= 0) return { cells: [], small: null };
  const sorted = items.filter((item) => item.bytes > 0).sort((a, b) => b.bytes - a.bytes);
  const total = sorted.reduce((bytes, item) => bytes + item.bytes, 0);
  if (total === 0) return { cells: [], small: null };
  const minBytes = (minArea * total) / (size.width * size.height);
  const firstSmall = sorted.findIndex((item, at) => item.bytes < minBytes || at === MAX_LEAVES - 1);
  // One small item alone is drawn as itself.
  const cut = firstSmall === -1 || firstSmall === sorted.length - 1 ? sorted.length : firstSmall;
  const small = sorted.slice(cut);
  const smallBytes = small.reduce((bytes, item) => bytes + item.bytes, 0);

  const weights = sorted.slice(0, cut).map((item) => item.bytes);
  // The common cell may be bigger than some that are drawn: it stands where its size belongs.
  const place = small.length === 0 ? cut : weights.findLastIndex((bytes) => bytes >= smallBytes) + 1;
  if (small.length > 0) weights.splice(place, 0, smallBytes);
  const boxes = squarify(weights, size);
  const common = small.length === 0 ? undefined : boxes.splice(place, 1)[0];
  return {
    cells: boxes.map((box, at) => ({ item: sorted[at]!, ...box })),
    small: common ? { items: small, bytes: smallBytes, cell: { item: null, ...common } } : null,
  };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Wider than high, so that words fit. */
const ASPECT = 1.3;

/**
 * Squarified treemap (Bruls, Huizing, van Wijk 2000): rows along the shorter side of what is left, each as long as its
 * worst cell gets better. `weights` are positive, biggest first; the boxes come in the same order.
 */
function squarify(weights: readonly number[], { width, height }: { width: number; height: number }): Box[] {
  const boxes: Box[] = [];
  let left = weights.reduce((sum, weight) => sum + weight, 0);
  let [x, y, w, h] = [0, 0, width, height];
  for (let first = 0; first < weights.length;) {
    const across = w < h * ASPECT;
    const side = across ? w / ASPECT : h * ASPECT;
    // A row of `sum` has cells `weight / sum` of the side long and `sum * scale / side` thick.
    const scale = (w * h) / left;
    let sum = 0;
    let worst = Infinity;
    let next = first;
    for (; next < weights.length; next += 1) {
      const grown = sum + weights[next]!;
      const square = (grown * grown * scale) / (side * side);
      const ratio = Math.max(weights[first]! / square, square / weights[next]!);
      if (ratio > worst) break;
      [sum, worst] = [grown, ratio];
    }
    const share = next === weights.length ? 1 : sum / left;
    const thick = (across ? h : w) * share;
    let at = across ? x : y;
    for (; first < next; first += 1) {
      const long = ((across ? w : h) * weights[first]!) / sum;
      boxes.push(
        across ? { x: at, y, width: long, height: thick } : { x, y: at, width: thick, height: long },
      );
      at += long;
    }
    if (across) [y, h] = [y + thick, h - thick];
    else [x, w] = [x + thick, w - thick];
    left -= sum;
  }
  return boxes;
}
