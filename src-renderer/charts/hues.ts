import type { Hue } from '../lib/hue.ts';

/** Hatching of shared bytes: line distance in px by density, the same in SVG, canvas and CSS. */
export const HATCH_STEP = [0, 9, 6, 4] as const;

export const HUES: readonly Hue[] = [
  'running',
  'stopped',
  'unused',
  'dangling',
  'orphan',
  'volume',
  'log',
  'meta',
  'free',
  'goes',
];
