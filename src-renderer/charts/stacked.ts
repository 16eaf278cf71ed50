import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import type { Hue } from '../lib/hue.ts';

/** A part of the one bar of the whole data root. */
export interface Part {
  readonly key: string;
  readonly title: string;
  readonly hue: Hue;
  readonly bytes: number;
  /** Where a click leads. */
  readonly screen: string | null;
  readonly explains: string;
}

/**
 * The nine categories of the account, image layers split by state, in the order they are drawn. They sum to the data
 * root. Null when the data root was not read: there is nothing honest to draw then.
 */
export function accountParts(
  document: ScanDocument,
  stateBytes: ReadonlyMap<Hue, number>,
): readonly Part[] | null {
  const { account } = document;
  if (account.dataRootDiskBytes === null) return null;
  const images = account.imageLayers ?? 0;
  const split = IMAGE_PARTS.map((part) => ({
    ...part,
    bytes: stateBytes.get(part.hue) ?? 0,
    screen: 'images',
  }));
  const known = split.reduce((bytes, part) => bytes + part.bytes, 0);
  // The picture never shows more than the account: layers that could not be split by state stay one part.
  const imageParts: Part[] =
    known === images
      ? split
      : [
          {
            key: 'imageLayers',
            title: 'Images',
            hue: 'unused',
            bytes: images,
            screen: 'images',
            explains: IMAGES,
          },
        ];
  return [
    ...imageParts,
    ...OTHER_PARTS.map(({ key, ...part }) => ({ ...part, key, bytes: account[key] ?? 0 })),
  ].filter((part) => part.bytes > 0);
}

const IMAGES = 'Layers that images stand on, each drawn once.';

const IMAGE_PARTS = [
  {
    key: 'images-running',
    title: 'Images running',
    hue: 'running',
    explains: 'Layers under running containers.',
  },
  {
    key: 'images-stopped',
    title: 'Images stopped',
    hue: 'stopped',
    explains: 'Layers under stopped containers only.',
  },
  {
    key: 'images-unused',
    title: 'Images unused',
    hue: 'unused',
    explains: 'Tagged images no container uses.',
  },
  { key: 'images-dangling', title: 'Images dangling', hue: 'dangling', explains: 'Layers no tag leads to.' },
] as const;

const OTHER_PARTS = [
  {
    key: 'writableLayers',
    title: 'Containers',
    hue: 'stopped',
    screen: 'containers',
    explains: 'What containers wrote on top of their images.',
  },
  { key: 'logs', title: 'Logs', hue: 'log', screen: 'containers', explains: 'Log files of containers.' },
  {
    key: 'volumes',
    title: 'Volumes',
    hue: 'volume',
    screen: 'volumes',
    explains: 'Data of named and anonymous volumes.',
  },
  {
    key: 'buildCache',
    title: 'Build cache',
    hue: 'dangling',
    screen: 'cache',
    explains: 'What builds keep to be faster next time.',
  },
  {
    key: 'orphans',
    title: 'Orphans',
    hue: 'orphan',
    screen: 'cache',
    explains: 'Folders nothing names: left behind by a crash or a full disk.',
  },
  {
    key: 'inactiveStore',
    title: 'Inactive store',
    hue: 'orphan',
    screen: 'settings',
    explains: 'A second image store that this engine does not use.',
  },
  {
    key: 'engineMetadata',
    title: 'Engine',
    hue: 'meta',
    screen: 'settings',
    explains: 'The engine’s own records.',
  },
  {
    key: 'other',
    title: 'Other',
    hue: 'meta',
    screen: 'settings',
    explains: 'Everything else in the data root.',
  },
] as const;

export interface Segment<T> {
  readonly part: T;
  readonly x: number;
  readonly width: number;
}

/** Widths are bytes. */
export function layoutStacked<T extends { readonly bytes: number }>(
  parts: readonly T[],
  width: number,
): readonly Segment<T>[] {
  const total = parts.reduce((bytes, part) => bytes + part.bytes, 0);
  let x = 0;
  return parts.map((part) => {
    const segment = { part, x, width: total === 0 ? 0 : (part.bytes / total) * width };
    x += segment.width;
    return segment;
  });
}
