import type { Screen } from './route.ts';

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
  basket: 'Basket',
  receipts: 'Removals',
  compare: 'Compare',
  secrets: 'Secrets',
  twice: 'Stored twice',
};
