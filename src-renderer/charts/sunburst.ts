import type { FolderNode } from './folder-tree.ts';

/** A ring's piece. Angles in radians from the top, clockwise; ring 1 lies next to the middle. */
export interface Arc {
  readonly node: FolderNode;
  readonly parent: string;
  readonly ring: number;
  readonly from: number;
  readonly to: number;
}

export const RINGS = 4;
/** Narrower pieces are not drawn: nobody could point at them. */
const LEAST_ANGLE = 0.012;

/** Angles are bytes: each piece's angle is its share of the folder in the middle. */
export function layoutSunburst(root: FolderNode): readonly Arc[] {
  if (root.bytes <= 0) return [];
  const arcs: Arc[] = [];
  const place = (parent: FolderNode, ring: number, start: number, angle: number): void => {
    const total = parent.children.reduce((bytes, child) => bytes + child.bytes, 0);
    let from = start;
    for (const node of parent.children) {
      const to = from + (total === 0 ? 0 : (angle * node.bytes) / total);
      if (to - from < LEAST_ANGLE) break;
      arcs.push({ node, parent: parent.path, ring, from, to });
      if (ring < RINGS) place(node, ring + 1, from, to - from);
      from = to;
    }
  };
  place(root, 1, 0, 2 * Math.PI);
  return arcs;
}

export type Step = 'before' | 'after' | 'in' | 'out';

/** Where an arrow key leads: along the ring, out to the biggest child, in to the parent. Null where there is nothing. */
export function stepFrom(arcs: readonly Arc[], from: string | null, step: Step): Arc | null {
  const at = arcs.find((arc) => arc.node.path === from);
  if (at === undefined) return arcs[0] ?? null;
  if (step === 'in') return arcs.find((arc) => arc.node.path === at.parent) ?? null;
  if (step === 'out') return arcs.find((arc) => arc.parent === at.node.path) ?? null;
  const ring = arcs.filter((arc) => arc.ring === at.ring).sort((a, b) => a.from - b.from);
  const place = ring.indexOf(at) + (step === 'after' ? 1 : -1);
  return ring[(place + ring.length) % ring.length] ?? null;
}

/** The SVG path of a piece between two radii around the middle. A whole ring is drawn as two halves. */
export function ringPath(
  { from, to }: { readonly from: number; readonly to: number },
  { inner, outer }: { readonly inner: number; readonly outer: number },
): string {
  if (to - from > Math.PI * 1.999) {
    const half = { inner, outer };
    const middle = (from + to) / 2;
    return `${ringPath({ from, to: middle }, half)}${ringPath({ from: middle, to }, half)}`;
  }
  const at = (angle: number, radius: number): string =>
    `${(radius * Math.sin(angle)).toFixed(2)},${(-radius * Math.cos(angle)).toFixed(2)}`;
  const large = to - from > Math.PI ? 1 : 0;
  return (
    `M${at(from, outer)}A${outer},${outer},0,${large},1,${at(to, outer)}` +
    `L${at(to, inner)}A${inner},${inner},0,${large},0,${at(from, inner)}Z`
  );
}
