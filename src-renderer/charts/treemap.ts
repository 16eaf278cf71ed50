import { hierarchy, treemap, treemapSquarify } from 'd3-hierarchy';

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
 * `minArea` square pixels are drawn as one.
 */
export function layoutTreemap<T extends Weighted>(
  items: readonly T[],
  size: { readonly width: number; readonly height: number },
  minArea = 12,
): TreemapLayout<T> {
  const sorted = items.filter((item) => item.bytes > 0).sort((a, b) => b.bytes - a.bytes);
  const total = sorted.reduce((bytes, item) => bytes + item.bytes, 0);
  if (total === 0 || size.width <= 0 || size.height <= 0) return { cells: [], small: null };
  const minBytes = (minArea * total) / (size.width * size.height);
  const firstSmall = sorted.findIndex((item) => item.bytes < minBytes);
  // One small item alone is drawn as itself.
  const cut = firstSmall === -1 || firstSmall === sorted.length - 1 ? sorted.length : firstSmall;
  const small = sorted.slice(cut);
  const smallBytes = small.reduce((bytes, item) => bytes + item.bytes, 0);

  interface Node {
    readonly item: T | null;
    readonly bytes: number;
    readonly children?: readonly Node[];
  }
  const leaves: Node[] = sorted.slice(0, cut).map((item) => ({ item, bytes: item.bytes }));
  if (small.length > 0) leaves.push({ item: null, bytes: smallBytes });
  const root = hierarchy<Node>({ item: null, bytes: 0, children: leaves }, (node) => node.children)
    .sum((node) => node.bytes)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const placed = treemap<Node>().tile(treemapSquarify.ratio(1.3)).size([size.width, size.height])(root);

  const cells: Cell<T>[] = [];
  let smallCell: Cell<null> | null = null;
  for (const { data, x0, y0, x1, y1 } of placed.leaves()) {
    const box = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
    if (data.item === null) smallCell = { item: null, ...box };
    else cells.push({ item: data.item, ...box });
  }
  return { cells, small: smallCell && { items: small, bytes: smallBytes, cell: smallCell } };
}
