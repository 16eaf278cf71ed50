import { MAX_LEAVES } from './mark.ts';

/**
 * The strata: a layer is as wide as all bytes that stand on it, its own included. What no layer above covers is its
 * own. Bases lie at the bottom.
 */
export interface Stratum {
  readonly id: string;
  readonly parent: string | null;
  /** Own bytes; unknown ones count as 0 wide and are marked by the caller. */
  readonly bytes: number;
  /** A seam is drawn thin: a layer that holds next to nothing. */
  readonly seam: boolean;
}

export interface StratumCell {
  readonly id: string;
  readonly x: number;
  /** From the bottom of the picture to the bottom of the cell. */
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
  /** Own bytes and those of everything above. */
  readonly totalBytes: number;
  readonly depth: number;
}

export interface IcicleLayout {
  /** Parents before children. */
  readonly cells: readonly StratumCell[];
  /** How many of the first cells are the way down from the focus, not the picture itself. */
  readonly below: number;
  readonly totalBytes: number;
  readonly height: number;
}

export interface IcicleTree {
  readonly roots: readonly string[];
  readonly childrenOf: ReadonlyMap<string, readonly string[]>;
  readonly totalOf: ReadonlyMap<string, number>;
  readonly byId: ReadonlyMap<string, Stratum>;
}

/** Links the layers into trees. A missing parent makes a root; a loop of parents is cut where it is first met. */
export function icicleTree(strata: readonly Stratum[]): IcicleTree {
  const byId = new Map(strata.map((stratum) => [stratum.id, stratum]));
  const childrenOf = new Map<string, string[]>();
  const roots: string[] = [];
  for (const { id, parent } of byId.values()) {
    if (parent === null || parent === id || !byId.has(parent)) roots.push(id);
    else push(childrenOf, parent, id);
  }
  const order: string[] = [];
  const reached = new Set<string>();
  const reach = (root: string): void => {
    const open = [root];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (reached.has(id)) continue;
      reached.add(id);
      order.push(id);
      for (const child of childrenOf.get(id) ?? []) open.push(child);
    }
  };
  for (const root of roots) reach(root);
  for (const { id, parent } of byId.values()) {
    if (reached.has(id)) continue;
    roots.push(id);
    if (parent !== null)
      childrenOf.set(
        parent,
        (childrenOf.get(parent) ?? []).filter((child) => child !== id),
      );
    reach(id);
  }
  const totalOf = new Map<string, number>();
  for (const id of order.reverse()) {
    const above = (childrenOf.get(id) ?? []).reduce((bytes, child) => bytes + (totalOf.get(child) ?? 0), 0);
    totalOf.set(id, above + (byId.get(id)?.bytes ?? 0));
  }
  const bySize = (a: string, b: string): number =>
    (totalOf.get(b) ?? 0) - (totalOf.get(a) ?? 0) || (a < b ? -1 : 1);
  for (const children of childrenOf.values()) children.sort(bySize);
  return { roots: roots.sort(bySize), childrenOf, totalOf, byId };
}

export interface IcicleOptions {
  readonly width: number;
  readonly rowHeight: number;
  readonly seamHeight: number;
  /** Show only this layer's column over its whole way down; null shows everything. */
  readonly focus: string | null;
  /** Columns narrower than this are left out. */
  readonly minWidth: number;
}

/** At most `MAX_LEAVES` cells, the widest: in a store that has more, narrow columns end early. */
export function layoutIcicle(tree: IcicleTree, options: IcicleOptions): IcicleLayout {
  const { width, focus, minWidth } = options;
  const heightOf = (id: string): number => (tree.byId.get(id)?.seam ? options.seamHeight : options.rowHeight);
  const cells: StratumCell[] = [];
  let height = 0;
  let bottom = 0;
  const below = focus === null ? [] : pathBelow(tree, focus);
  for (const [depth, id] of below.entries()) {
    cells.push({
      id,
      x: 0,
      bottom,
      width,
      height: heightOf(id),
      totalBytes: tree.totalOf.get(id) ?? 0,
      depth,
    });
    bottom += heightOf(id);
  }
  const starts = focus !== null && tree.byId.has(focus) ? [focus] : tree.roots;
  const totalBytes = starts.reduce((bytes, id) => bytes + (tree.totalOf.get(id) ?? 0), 0);
  const scale = totalBytes === 0 ? 0 : width / totalBytes;
  const least = leastBytes(tree, starts, minWidth / scale);
  const open = place(starts, 0, bottom, below.length);
  for (let next = open.pop(); next && cells.length < MAX_LEAVES; next = open.pop()) {
    const cell = { ...next, height: heightOf(next.id) };
    cells.push(cell);
    height = Math.max(height, cell.bottom + cell.height);
    const above = tree.childrenOf.get(next.id) ?? [];
    for (const one of place(above, cell.x, cell.bottom + cell.height, next.depth + 1)) open.push(one);
  }
  return { cells, below: below.length, totalBytes, height: Math.max(height, bottom) };

  function place(
    ids: readonly string[],
    from: number,
    at: number,
    depth: number,
  ): Omit<StratumCell, 'height'>[] {
    const placed: Omit<StratumCell, 'height'>[] = [];
    let x = from;
    // Biggest first: after one too narrow come only narrower ones.
    for (const id of ids) {
      const totalBytes = tree.totalOf.get(id) ?? 0;
      const width = totalBytes * scale;
      if (totalBytes < least) break;
      placed.push({ id, x, bottom: at, width, totalBytes, depth });
      x += width;
    }
    return placed;
  }
}

/** What a layer with all above it must hold to be drawn: `wide` bytes, or more when too many hold that. */
function leastBytes(tree: IcicleTree, starts: readonly string[], wide: number): number {
  if (tree.byId.size <= MAX_LEAVES) return wide;
  const totals: number[] = [];
  const open = [...starts];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const total = tree.totalOf.get(id) ?? 0;
    if (total < wide) continue;
    totals.push(total);
    for (const child of tree.childrenOf.get(id) ?? []) open.push(child);
  }
  return totals.length <= MAX_LEAVES ? wide : (totals.sort((a, b) => b - a)[MAX_LEAVES - 1] ?? wide);
}

function pathBelow(tree: IcicleTree, id: string): readonly string[] {
  const path: string[] = [];
  const seen = new Set([id]);
  for (let at = tree.byId.get(id)?.parent ?? null; at !== null; at = tree.byId.get(at)?.parent ?? null) {
    if (seen.has(at) || !tree.byId.has(at)) break;
    seen.add(at);
    path.unshift(at);
  }
  return path;
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
