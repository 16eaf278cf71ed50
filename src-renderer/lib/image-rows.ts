import type { ScanImage } from '../../src-main/contract/scan-document.ts';
import type { HistoryUses } from '../../src-main/contract/history.ts';
import { seenWords } from './seen-words.ts';
import type { GridRow, Sort } from './grid.ts';
import { sortedBy } from './grid.ts';
import { addGroup, NOTHING, type GroupSum } from './group-sum.ts';
import type { ImageState } from './hue.ts';
import { imageName, imageRepository } from './names.ts';
import { safeText } from './safe-text.ts';
import { sharesOf, type StoreIndex } from './store-index.ts';

export type ImageChip = ImageState | 'no-digest' | 'intermediate';

export interface ImageFilter {
  readonly query: string;
  readonly chips: ReadonlySet<ImageChip>;
}

/** The images a filter lets through. Intermediate ones only when asked for: they are nobody's to remove. */
export function filterImages(index: StoreIndex, { query, chips }: ImageFilter): readonly ScanImage[] {
  const states = new Set([...chips].filter((chip) => chip !== 'no-digest' && chip !== 'intermediate'));
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return index.document.images.filter((image) => {
    if (image.intermediate !== chips.has('intermediate')) return false;
    if (chips.has('no-digest') && image.hasDigest) return false;
    const state = index.stateOfImage.get(image.id) ?? 'unused';
    if (states.size > 0 && !states.has(state)) return false;
    if (words.length === 0) return true;
    const text = searchText(image);
    return words.every((word) => text.includes(word));
  });
}

const texts = new WeakMap<ScanImage, string>();

/** What a search looks through, made once per image. */
function searchText(image: ScanImage): string {
  const made = texts.get(image);
  if (made !== undefined) return made;
  const text = [image.id, ...image.tags, ...image.digests].map(safeText).join(' ').toLowerCase();
  texts.set(image, text);
  return text;
}

const SORTS: Readonly<Record<string, (image: ScanImage, index: StoreIndex) => number | string | null>> = {
  name: imageName,
  size: (image) => shownSize(image).bytes,
  unique: (image, index) => sharesOf(index, image).unique,
  shared: (image, index) => sharesOf(index, image).shared,
  frees: (image) => image.freesDiskBytes,
  users: (image) => image.containers.length,
  created: (image) => (image.created === null ? null : Date.parse(image.created)),
};

/**
 * What its size is told by: disk bytes, or the file sizes that Docker counts. Those stand from the first moment, so that
 * rows keep their places while layers are measured.
 */
export function shownSize({ diskBytes, bytes, atLeast }: ScanImage): {
  bytes: number | null;
  atLeast: boolean;
} {
  if (atLeast && bytes !== null) return { bytes, atLeast: false };
  return { bytes: diskBytes ?? bytes, atLeast: atLeast === true && diskBytes !== null };
}

/** The head of a group: one repository, or the images without a name. */
export interface RepositoryHead {
  readonly name: string;
  readonly images: readonly ScanImage[];
  /** Bytes that only images of this repository stand on. */
  readonly own: GroupSum;
}

export interface ImageTable {
  readonly rows: readonly GridRow<ScanImage>[];
  /** By row key. */
  readonly heads: ReadonlyMap<string, RepositoryHead>;
}

/** Repositories by the first of their sorted images, images sorted within; without grouping one flat list. */
export function imageTable(
  index: StoreIndex,
  images: readonly ScanImage[],
  options: { readonly sort: Sort; readonly grouped: boolean; readonly uses?: HistoryUses | null },
): ImageTable {
  const { sort } = options;
  const { takenAt } = index.document;
  const seen = (image: ScanImage): number | null =>
    seenWords(image, options.uses ?? null, Date.parse(takenAt))?.atMs ?? 0;
  const by = sort.key === 'seen' ? seen : (SORTS[sort.key] ?? imageName);
  const sorted = sortedBy(images, (image) => by(image, index), sort.down);
  const row = (image: ScanImage): GridRow<ScanImage> => ({
    key: image.id,
    ref: { kind: 'image', id: image.id },
    item: image,
  });
  if (!options.grouped) return { rows: sorted.map(row), heads: new Map() };
  const members = new Map<string | null, ScanImage[]>();
  for (const image of sorted) {
    const repository = imageRepository(image);
    const list = members.get(repository);
    if (list) list.push(image);
    else members.set(repository, [image]);
  }
  const own = ownBytesByRepository(index);
  const heads = new Map<string, RepositoryHead>();
  const rows: GridRow<ScanImage>[] = [];
  for (const [repository, list] of members) {
    const key = `repository ${repository ?? ''}`;
    heads.set(key, {
      name: repository ?? 'Untagged',
      images: list,
      own: own.get(repository) ?? NOTHING,
    });
    rows.push({ key, ref: null, item: null }, ...list.map(row));
  }
  return { rows, heads };
}

const owned = new WeakMap<StoreIndex, ReadonlyMap<string | null, GroupSum>>();

/** What a repository's images hold together and nobody else: their unique bytes and what they share among themselves. */
function ownBytesByRepository(index: StoreIndex): ReadonlyMap<string | null, GroupSum> {
  const made = owned.get(index);
  if (made) return made;
  const repositoryOfImage = new Map(index.heads.map((image) => [image.id, imageRepository(image)]));
  const own = new Map<string | null, GroupSum>();
  for (const group of index.groups) {
    const [first] = group.images;
    if (first === undefined) continue;
    const only = repositoryOfImage.get(first) ?? null;
    // The list of a base that all stand on ends at its second repository.
    const whole = group.images.every((id) => (repositoryOfImage.get(id) ?? null) === only);
    if (whole) own.set(only, addGroup(own.get(only) ?? NOTHING, group));
  }
  owned.set(index, own);
  return own;
}
