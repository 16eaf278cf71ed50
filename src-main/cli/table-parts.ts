/** Which columns each table has and how its rows may be ordered. */
import type {
  ScanBuildCache,
  ScanContainer,
  ScanDocument,
  ScanImage,
  ScanLayer,
  ScanOrphan,
  ScanVolume,
} from '../contract/scan-document.ts';
import { shortId } from '../model/ids.ts';
import { formatBytes } from '../support/bytes.ts';
import type { Column } from './table.ts';

export interface Part<T> {
  readonly name: string;
  readonly description: string;
  /** Said on stderr when there is no row. */
  readonly none: string;
  readonly rows: (document: ScanDocument) => readonly T[];
  readonly columns: (document: ScanDocument) => readonly Column<T>[];
  readonly sorts: Readonly<Record<string, (a: T, b: T) => number>>;
}

const IMAGE_IN_STORE: readonly Column<ScanImage>[] = [
  { title: 'Disk', align: 'right', cell: (image) => formatBytes(image.diskBytes) },
  { title: 'Shared', align: 'right', cell: (image) => formatBytes(image.sharedDiskBytes) },
  { title: 'Unique', align: 'right', cell: (image) => formatBytes(image.uniqueDiskBytes) },
  { title: 'Used', align: 'right', cell: (image) => String(image.containers.length) },
];

/** It lies on no disk of an engine, and nobody knows who uses it. */
const IMAGE_IN_ARCHIVE: readonly Column<ScanImage>[] = [
  { title: 'Bytes', align: 'right', cell: (image) => formatBytes(image.bytes) },
  { title: 'Layers', align: 'right', cell: (image) => String(image.chain.length) },
  { title: 'Platform', cell: (image) => image.platform },
];

const images: Part<ScanImage> = {
  name: 'images',
  description: 'images, with what each shares and what removing it frees',
  none: 'There are no images.',
  rows: (document) => document.images,
  columns: ({ access }) => [
    { title: 'Image', shrinksTo: 16, cell: imageName },
    { title: 'Id', cell: (image) => shortId(image.id) },
    ...(access === 'archive' ? IMAGE_IN_ARCHIVE : IMAGE_IN_STORE),
    { title: 'Created', cell: (image) => day(image.created) },
  ],
  sorts: {
    disk: bySize((image) => image.diskBytes),
    unique: bySize((image) => image.uniqueDiskBytes),
    shared: bySize((image) => image.sharedDiskBytes),
    created: byText((image) => image.created ?? '', 'last first'),
    name: byText(imageName),
  },
};

const LAYER_FOLDER: readonly Column<ScanLayer>[] = [
  { title: 'Folder', shrinksTo: 8, cell: (layer) => (layer.cacheId ?? '?').slice(0, 12) },
  { title: 'Disk', align: 'right', cell: (layer) => formatBytes(layer.diskBytes) },
];
const LAYER_USES: readonly Column<ScanLayer>[] = [
  { title: 'Cont.', align: 'right', cell: (layer) => String(layer.containers.length) },
  { title: '', cell: (layer) => (layer.dangling ? 'dangling' : '') },
];

const layers: Part<ScanLayer> = {
  name: 'layers',
  description: 'layers, with who stands on each',
  none: 'There are no layers.',
  rows: (document) => document.layers,
  columns: ({ access }) => [
    { title: 'ChainID', cell: (layer) => shortId(layer.chainId) },
    { title: 'DiffID', cell: (layer) => (layer.diffId === null ? '?' : shortId(layer.diffId)) },
    ...(access === 'archive'
      ? [{ title: 'Bytes', align: 'right', cell: (layer: ScanLayer) => formatBytes(layer.bytes) } as const]
      : LAYER_FOLDER),
    { title: 'Files', align: 'right', cell: (layer) => count(layer.files) },
    { title: 'Images', align: 'right', cell: (layer) => String(layer.images.length) },
    ...(access === 'archive' ? [] : LAYER_USES),
  ],
  sorts: {
    disk: bySize((layer) => layer.diskBytes),
    files: bySize((layer) => layer.files),
    images: bySize((layer) => layer.images.length),
  },
};

const containers: Part<ScanContainer> = {
  name: 'containers',
  description: 'containers, with their writable layers and logs',
  none: 'There are no containers.',
  rows: (document) => document.containers,
  columns: () => [
    { title: 'Container', shrinksTo: 12, cell: (container) => container.name || shortId(container.id) },
    { title: 'Image', shrinksTo: 10, cell: (container) => container.imageName },
    { title: 'State', cell: (container) => container.state },
    { title: 'Writable', align: 'right', cell: (container) => formatBytes(container.writableDiskBytes) },
    { title: 'Logs', align: 'right', cell: (container) => formatBytes(container.logDiskBytes) },
    { title: 'Frees', align: 'right', cell: (container) => formatBytes(container.freesDiskBytes) },
  ],
  sorts: {
    frees: bySize((container) => container.freesDiskBytes),
    writable: bySize((container) => container.writableDiskBytes),
    logs: bySize((container) => container.logDiskBytes),
    name: byText((container) => container.name),
  },
};

const volumes: Part<ScanVolume> = {
  name: 'volumes',
  description: 'volumes, with who mounts them',
  none: 'There are no volumes.',
  rows: (document) => document.volumes,
  columns: (document) => [
    { title: 'Volume', shrinksTo: 16, cell: (volume) => volume.name },
    { title: 'Driver', shrinksTo: 6, cell: (volume) => volume.driver },
    { title: 'Disk', align: 'right', cell: (volume) => formatBytes(volume.diskBytes) },
    { title: 'Containers', shrinksTo: 12, cell: (volume) => namesOf(volume.containers, document) },
    { title: '', cell: (volume) => (volume.anonymous ? 'anonymous' : '') },
  ],
  sorts: { disk: bySize((volume) => volume.diskBytes), name: byText((volume) => volume.name) },
};

const cache: Part<ScanBuildCache> = {
  name: 'cache',
  description: 'records of the build cache',
  none: 'The build cache is empty.',
  rows: (document) => document.buildCache,
  columns: () => [
    { title: 'Record', cell: (record) => record.id.slice(0, 12) },
    { title: 'Type', shrinksTo: 8, cell: (record) => record.type },
    { title: 'Disk', align: 'right', cell: (record) => formatBytes(record.diskBytes) },
    { title: 'Use', cell: (record) => (record.inUse ? 'in use' : record.shared ? 'shared' : '') },
    { title: 'Last used', cell: (record) => day(record.lastUsed) },
    { title: 'What', shrinksTo: 12, cell: (record) => record.description },
  ],
  sorts: {
    disk: bySize((record) => record.diskBytes),
    used: byText((record) => record.lastUsed ?? '', 'last first'),
    type: byText((record) => record.type),
  },
};

const orphans: Part<ScanOrphan> = {
  name: 'orphans',
  description: 'folders of overlay2 that nothing names, with the evidence',
  none: 'There are no orphans.',
  rows: (document) => document.orphans,
  columns: () => [
    { title: 'Folder', shrinksTo: 22, cell: (orphan) => orphan.path },
    { title: 'Disk', align: 'right', cell: (orphan) => formatBytes(orphan.diskBytes) },
    { title: 'Modified', cell: (orphan) => day(orphan.modified) },
    { title: 'Evidence', shrinksTo: 20, cell: (orphan) => orphan.evidence.join('; ') },
  ],
  sorts: {
    disk: bySize((orphan) => orphan.diskBytes),
    modified: byText((orphan) => orphan.modified ?? ''),
  },
};

/** Each entry's own row type stays inside it. */
export const PARTS: readonly Part<never>[] = [images, layers, containers, volumes, cache, orphans] as never;

function imageName(image: ScanImage): string {
  const name = image.tags[0] ?? image.digests[0]?.replace(/@.*/, '@…') ?? '<none>';
  if (image.tags.length > 1) return `${name} +${image.tags.length - 1}`;
  if (image.dangling) return `${name} dangling`;
  return image.intermediate ? `${name} step` : name;
}

function namesOf(ids: readonly string[], { containers: all }: ScanDocument): string {
  return ids.map((id) => all.find((container) => container.id === id)?.name || shortId(id)).join(', ');
}

function day(time: string | null): string {
  return time?.slice(0, 10) ?? '';
}

function count(files: number | null): string {
  return files === null ? '?' : files.toLocaleString('en');
}

/** Biggest first; what was not measured last. */
function bySize<T>(size: (row: T) => number | null): (a: T, b: T) => number {
  return (a, b) => (size(b) ?? -1) - (size(a) ?? -1);
}

function byText<T>(
  text: (row: T) => string,
  order: 'first first' | 'last first' = 'first first',
): (a: T, b: T) => number {
  const sign = order === 'last first' ? -1 : 1;
  return (a, b) => (text(a) < text(b) ? -sign : text(a) > text(b) ? sign : 0);
}
