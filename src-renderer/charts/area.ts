import type { ScanAccount } from '../../src-main/contract/scan-document.ts';
import { greatest } from '../lib/greatest.ts';
import type { Hue } from '../lib/hue.ts';

/** The kinds of the account as the chart stacks them, the steadiest at the bottom. */
export interface Series {
  readonly key: string;
  readonly title: string;
  readonly hue: Hue;
  readonly of: readonly (keyof ScanAccount)[];
}

export const SERIES: readonly Series[] = [
  { key: 'images', title: 'Images', hue: 'unused', of: ['imageLayers'] },
  { key: 'volumes', title: 'Volumes', hue: 'volume', of: ['volumes'] },
  { key: 'cache', title: 'Build cache', hue: 'dangling', of: ['buildCache'] },
  { key: 'containers', title: 'Containers', hue: 'stopped', of: ['writableLayers'] },
  { key: 'logs', title: 'Logs', hue: 'log', of: ['logs'] },
  { key: 'orphans', title: 'Orphans', hue: 'orphan', of: ['orphans'] },
  {
    key: 'rest',
    title: 'Engine and other',
    hue: 'meta',
    of: ['inactiveStore', 'engineMetadata', 'other'],
  },
];

export interface HistoryScan {
  readonly takenAt: string;
  readonly account: ScanAccount;
}

export interface AreaLayout {
  readonly areas: readonly { readonly series: Series; readonly path: string }[];
  /** Where each scan stands, in the order given. */
  readonly xs: readonly number[];
  readonly maxBytes: number;
}

/**
 * Stacked areas over time, oldest first; height is bytes from 0. Scans whose account was not measured have a place in
 * time but no height: the areas leave them out.
 */
export function layoutAreas(
  scans: readonly HistoryScan[],
  size: { readonly width: number; readonly height: number },
): AreaLayout {
  const times = scans.map((scan) => Date.parse(scan.takenAt));
  const first = times.reduce((least, time) => Math.min(least, time), Infinity);
  const span = greatest(times, (time) => time - first);
  const xs = times.map((time) => (span === 0 ? size.width / 2 : ((time - first) / span) * size.width));
  const measured = scans.flatMap((scan, place) =>
    scan.account.dataRootDiskBytes === null ? [] : [{ account: scan.account, x: xs[place] ?? 0 }],
  );
  const maxBytes = greatest(measured, ({ account }) => account.dataRootDiskBytes);
  const y = (bytes: number): number =>
    maxBytes === 0 ? size.height : size.height - (bytes / maxBytes) * size.height;
  let floor = measured.map(() => 0);
  const areas = SERIES.map((series) => {
    const below = floor;
    const above = measured.map(({ account }, place) => (below[place] ?? 0) + bytesOf(account, series));
    floor = above;
    const top = above.map((bytes, place) => `${round(measured[place]?.x ?? 0)},${round(y(bytes))}`);
    const bottom = below
      .map((bytes, place) => `${round(measured[place]?.x ?? 0)},${round(y(bytes))}`)
      .reverse();
    return { series, path: top.length < 2 ? '' : `M${[...top, ...bottom].join('L')}Z` };
  });
  return { areas, xs, maxBytes };
}

export function bytesOf(account: ScanAccount, series: Series): number {
  return series.of.reduce((bytes, key) => bytes + (account[key] ?? 0), 0);
}

function round(pixels: number): string {
  return pixels.toFixed(2);
}
