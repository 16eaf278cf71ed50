import type { Hue } from '../lib/hue.ts';
import type { Ref } from '../lib/ref.ts';

/** A rectangle of a picture. Every picture is a list of these; SVG and canvas draw the same list. Pixels. */
export interface Mark {
  readonly key: string;
  readonly ref: Ref | null;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly hue: Hue;
  /** How many stand on it: two or more are hatched, the more the denser. */
  readonly users: number;
  /** Shown in the mark where it fits. Escaped. */
  readonly label: string;
  readonly bytes: number;
  /** Some of it is not measured. */
  readonly atLeast?: boolean;
  /** For tooltip and screen reader: what it is and who uses it. Escaped. */
  readonly detail: string;
}

/** SVG below, canvas above: a thousand rectangles are cheap in SVG, ten thousand are not. */
export const MAX_SVG_MARKS = 1500;

/**
 * No layout places more leaves than these: what is smaller is one common mark, or left out of the strata. So laying out
 * takes some 20 ms however many things there are, and needs no worker (`npm run bench:screens` prints it for 20,000 to
 * 200,000): a picture of a million pixels has no room for more that anybody could tell apart.
 */
export const MAX_LEAVES = 20_000;

/** 0 solid, 1 to 3 ever denser hatching. */
export function hatchOf(users: number): 0 | 1 | 2 | 3 {
  if (users < 2) return 0;
  if (users < 4) return 1;
  return users < 10 ? 2 : 3;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The mark an arrow key goes to: the nearest whose middle lies that way, straight ones before slanted ones. */
export function neighbour(marks: readonly Mark[], from: Mark, direction: Direction): Mark | null {
  const horizontal = direction === 'left' || direction === 'right';
  const sign = direction === 'right' || direction === 'down' ? 1 : -1;
  let best: Mark | null = null;
  let bestCost = Infinity;
  for (const mark of marks) {
    if (mark.key === from.key) continue;
    const dx = mark.x + mark.width / 2 - (from.x + from.width / 2);
    const dy = mark.y + mark.height / 2 - (from.y + from.height / 2);
    const along = sign * (horizontal ? dx : dy);
    if (along <= 0.5) continue;
    const overlap = horizontal
      ? Math.min(mark.y + mark.height, from.y + from.height) - Math.max(mark.y, from.y)
      : Math.min(mark.x + mark.width, from.x + from.width) - Math.max(mark.x, from.x);
    const cost = along + (overlap > 0 ? 0 : 3 * Math.abs(horizontal ? dy : dx) + 1000);
    if (cost < bestCost) {
      best = mark;
      bestCost = cost;
    }
  }
  return best;
}
