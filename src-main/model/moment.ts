/** Further from 1970 a Date has no text: it throws. */
const FURTHEST_MS = 8.64e15;

/** Whether a number from a disk, an engine or a file is a moment that can be written as a date. */
export function isMoment(ms: number): boolean {
  return Math.abs(ms) <= FURTHEST_MS;
}
