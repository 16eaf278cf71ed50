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
  twice: 'Stored twice',
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

const NOTHING = 'Nothing in an archive can be removed.';

/** Screens of what an archive never has, each with why. */
export const NOT_IN_ARCHIVES: Partial<Readonly<Record<Screen, string>>> = {
  containers: 'An archive has no containers: it holds images only.',
  volumes: 'An archive has no volumes: it holds images only.',
  cache: 'An archive has no build cache: it holds images only.',
  plan: 'An archive has nothing to remove: it is one file.',
  history: 'An archive has no history: it does not change.',
  basket: NOTHING,
  receipts: NOTHING,
};
