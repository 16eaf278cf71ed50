import type { ScanImage } from '../../src-main/contract/scan-document.ts';

/** Colour says the state of a thing, never its type; texture says sharing. Names of tokens in `app.css`. */
export type Hue =
  'running' | 'stopped' | 'unused' | 'dangling' | 'orphan' | 'volume' | 'log' | 'meta' | 'free' | 'goes';

/** The state of an image, the strongest first. */
export type ImageState = 'running' | 'stopped' | 'unused' | 'dangling';

export const STATE_WORDS: Readonly<Record<ImageState, string>> = {
  running: 'used by a running container',
  stopped: 'used only by stopped containers',
  unused: 'tagged, nobody uses it',
  dangling: 'dangling: no tag, nobody uses it',
};

const STRENGTH: readonly ImageState[] = ['running', 'stopped', 'unused', 'dangling'];

export function isRunning(state: string): boolean {
  // An unknown state means in use.
  return state === 'running' || state === 'paused' || state === 'restarting' || state === 'unknown';
}

/** `stateOf` gives the state of a container by id; one that is gone from the list still means in use. */
export function imageState(
  image: ScanImage,
  stateOf: (containerId: string) => string | undefined,
): ImageState {
  if (image.containers.length > 0) {
    return image.containers.some((id) => isRunning(stateOf(id) ?? 'unknown')) ? 'running' : 'stopped';
  }
  return image.dangling ? 'dangling' : 'unused';
}

export function strongest(states: Iterable<ImageState>): ImageState | null {
  let best = STRENGTH.length;
  for (const state of states) best = Math.min(best, STRENGTH.indexOf(state));
  return STRENGTH[best] ?? null;
}
