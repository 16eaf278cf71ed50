/** What is stored more than once, as lines of a grid: a head for each content or repository, its copies below. */
import type { SameContentReport, SamePlace, SameContentGroup } from '../../src-main/contract/same-content.ts';
import type { ScanDuplicate, ScanLayer } from '../../src-main/contract/scan-document.ts';
import type { OldVersions, RepositoryVersions } from '../../src-main/contract/store.ts';
import type { GridColumn, GridRow } from './grid.ts';
import type { Ref } from './ref.ts';
import type { StoreIndex } from './store-index.ts';

export type TwiceList = 'layers' | 'files' | 'versions';

/** Lines, and what the head lines are about, by their key. */
export interface Grouped<T, H> {
  readonly rows: readonly GridRow<T>[];
  readonly heads: ReadonlyMap<string, H>;
}

/** Bytes, or at least so many: what was not measured is not counted as nothing. */
export interface Cost {
  readonly bytes: number | null;
  readonly atLeast: boolean;
}

export function costOf(parts: readonly (number | null)[]): Cost {
  const known = parts.filter((bytes) => bytes !== null);
  if (known.length === 0 && parts.length > 0) return { bytes: null, atLeast: false };
  return { bytes: known.reduce((sum, bytes) => sum + bytes, 0), atLeast: known.length < parts.length };
}

/** False where the layers of a store are not read: none stored twice would be a guess. */
export function layersKnown({ document }: StoreIndex): boolean {
  return document.layers.length > 0 || document.images.every(({ bytes }) => bytes === 0);
}

/** What layers stored twice cost: all copies but the largest of each. */
export function layersCost(index: StoreIndex): Cost {
  if (!layersKnown(index)) return { bytes: null, atLeast: false };
  return costOf(index.document.duplicates.map(({ wastedDiskBytes }) => wastedDiskBytes));
}

export function layerRows(index: StoreIndex): Grouped<ScanLayer, ScanDuplicate> {
  return grouped(
    index.document.duplicates,
    ({ diffId }) => diffId,
    ({ chainIds }) => chainIds.flatMap((id) => index.layers.get(id) ?? []),
    ({ chainId }) => [chainId, { kind: 'layer', id: chainId }],
  );
}

export function fileRows({ groups }: SameContentReport): Grouped<SamePlace, SameContentGroup> {
  return grouped(
    groups,
    ({ id }) => id,
    ({ places }) => places,
    ({ chainId, path }) => [`${chainId} ${path}`, { kind: 'layer', id: chainId }],
  );
}

export type Version = RepositoryVersions['images'][number];

export function versionRows({ repositories }: OldVersions): Grouped<Version, RepositoryVersions> {
  return grouped(
    repositories,
    ({ repository }) => repository,
    ({ images }) => images,
    ({ id }) => [id, { kind: 'image', id }],
  );
}

/** The old images of a repository that may go. */
export function goingOf({ images }: RepositoryVersions): readonly Ref[] {
  return images.filter(({ fate }) => fate === 'goes').map(({ id }): Ref => ({ kind: 'image', id }));
}

function grouped<T, H>(
  all: readonly H[],
  keyOf: (head: H) => string,
  itemsOf: (head: H) => readonly T[],
  rowOf: (item: T) => readonly [key: string, ref: Ref],
): Grouped<T, H> {
  const heads = new Map<string, H>();
  const rows: GridRow<T>[] = [];
  for (const head of all) {
    const key = `head ${keyOf(head)}`;
    heads.set(key, head);
    rows.push({ key, ref: null, item: null });
    for (const item of itemsOf(head)) {
      const [itemKey, ref] = rowOf(item);
      rows.push({ key: `${key} ${itemKey}`, ref, item });
    }
  }
  return { rows, heads };
}

export const LAYER_COLUMNS: readonly GridColumn[] = [
  { key: 'layer', title: 'Layer', width: '112px' },
  { key: 'images', title: 'Images on it', width: 'minmax(140px, 2fr)' },
  { key: 'folder', title: 'Folder', width: 'minmax(90px, 1fr)', from: 760 },
  { key: 'disk', title: 'On disk', width: '76px', align: 'end' },
];
export const FILE_COLUMNS: readonly GridColumn[] = [
  { key: 'path', title: 'Copy', width: 'minmax(150px, 1.4fr)' },
  { key: 'layer', title: 'Layer', width: '108px', from: 560 },
  { key: 'step', title: 'Step', width: 'minmax(110px, 1fr)', from: 700 },
  { key: 'images', title: 'Images on it', width: 'minmax(110px, 1fr)' },
];
export const VERSION_COLUMNS: readonly GridColumn[] = [
  { key: 'tag', title: 'Version', width: 'minmax(120px, 1fr)' },
  { key: 'created', title: 'Created', width: '110px' },
  {
    key: 'unique',
    title: 'Alone',
    width: '76px',
    align: 'end',
    hint: 'In layers that no other image stands on',
  },
  { key: 'fate', title: 'By this rule', width: 'minmax(120px, 1.4fr)' },
];
