import { SCREENS, type Screen } from './route.ts';

export const SCREEN_TITLES: Readonly<Record<Screen, string>> = {
  overview: 'Overview',
  images: 'Images',
  sharing: 'Sharing',
  containers: 'Containers',
  volumes: 'Volumes',
  cache: 'Build cache',
  plan: 'Prune plan',
  history: 'History',
  settings: 'Settings & Doctor',
  archive: 'Archive',
  basket: 'Basket',
  receipts: 'Removals',
  compare: 'Compare',
  secrets: 'Secrets',
};

/** The screens with a key, in their order. What an archive holds stands where a store has its overview. */
export function screensWith(archive: boolean): readonly Screen[] {
  return SCREENS.map((screen) => shownScreen(screen, archive));
}

/** What is shown at an address: an archive has no overview, and what is no archive no such screen. */
export function shownScreen(screen: Screen, archive: boolean): Screen {
  if (screen === 'overview' && archive) return 'archive';
  return screen === 'archive' && !archive ? 'overview' : screen;
}

/** Screens of what an archive never has, each with why. */
export const NOT_IN_ARCHIVES: Partial<Readonly<Record<Screen, string>>> = {
  containers: 'An archive has no containers: it holds images only, and nothing that was made of them.',
  volumes: 'An archive has no volumes: the data of containers is not saved with their images.',
  cache: 'An archive has no build cache and no orphans: both lie in the data root of an engine.',
  plan: 'An archive has nothing to remove: it is one file, and deleting it is up to you.',
  history: 'An archive has no history: it does not change, and no scan of it is kept.',
  basket: 'An archive has no basket: nothing in it can be removed.',
  receipts: 'An archive has no removals: nothing in it can be removed.',
};
