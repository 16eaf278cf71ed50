import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's room for new objects at its first size. It would grow to 48 MB while a large store is read, and what died
 * there goes on to the old space: 280 MB at the peak instead of 170 for 5,000 images, in the same time.
 */
export function keepNurserySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
