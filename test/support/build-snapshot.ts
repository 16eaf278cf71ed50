/**
 * Small stores in one line: `buildSnapshot({ images: { api: ['base', 'api'], web: ['base', 'web'] } })`.
 * Names become ids by `idOf`, `chainIdOf`, `containerIdOf`; every layer's folder has 1000 disk bytes and its short name 10,
 * a writable layer 500 (+20), a log 7, unless told otherwise.
 */
import { createHash } from 'node:crypto';
import type { CacheId, ChainId, ContainerId, DiffId, ImageId } from '../../src-main/model/ids.ts';
import { known } from '../../src-main/model/measured.ts';
import type { Measured } from '../../src-main/model/measured.ts';
import type {
  BuildCacheRecord,
  Container,
  Image,
  Layer,
  LedgerEntry,
  OverlayFolder,
  StoreSnapshot,
  Volume,
} from '../../src-main/model/store.ts';

export interface Sketch {
  /** Image name → its layers, base first. A layer's place in the store is its whole path: `base/api`. */
  readonly images?: Readonly<Record<string, readonly string[]>>;
  /** Names of images without a tag. */
  readonly untagged?: readonly string[];
  /** Child → parent, of the classic builder. */
  readonly parents?: Readonly<Record<string, string>>;
  /** Container name → the image it was made of; null: made of something we don't know. */
  readonly containers?: Readonly<Record<string, string | null>>;
  readonly running?: readonly string[];
  /** Record → the layers (by name) it stands on. A record without layers has a folder of its own, 300 bytes. */
  readonly buildCache?: Readonly<Record<string, readonly string[]>>;
  readonly cacheParents?: Readonly<Record<string, readonly string[]>>;
  readonly volumes?: Readonly<Record<string, readonly string[]>>;
  /** Layers that stand in layerdb and no image names, by path: `base/lost`. */
  readonly loose?: readonly string[];
  /** Unowned folders of overlay2. */
  readonly unowned?: readonly string[];
  readonly layerDiskBytes?: Readonly<Record<string, Measured>>;
}

export const TAKEN_AT_MS = Date.UTC(2026, 0, 2);

export const hex = (name: string): string => createHash('sha256').update(name).digest('hex');
export const idOf = (image: string): ImageId => `sha256:${hex(`image ${image}`)}` as ImageId;
export const chainIdOf = (path: string): ChainId => `sha256:${hex(`chain ${path}`)}` as ChainId;
export const diffIdOf = (layer: string): DiffId => `sha256:${hex(`diff ${layer}`)}` as DiffId;
export const cacheIdOf = (path: string): CacheId => hex(`folder ${path}`) as CacheId;
export const containerIdOf = (name: string): ContainerId => hex(`container ${name}`) as ContainerId;

export function buildSnapshot(sketch: Sketch, changes: Partial<StoreSnapshot> = {}): StoreSnapshot {
  const images = Object.entries(sketch.images ?? {}).map(([name, layers]) => image(name, layers, sketch));
  const containers = Object.entries(sketch.containers ?? {}).map(([name, of]) => container(name, of, sketch));
  const layers = layersOf(sketch);
  const buildCache = Object.keys(sketch.buildCache ?? {}).map((id) => cacheRecord(id, sketch));
  const volumes = Object.entries(sketch.volumes ?? {}).map(([name, users]) => volume(name, users));
  const folders = foldersOf(layers, containers, buildCache, sketch.unowned ?? []);
  const ledger = [
    entry('.', 4096),
    entry('overlay2', 4096 + links(folders)),
    entry('image', 8192),
    entry('volumes', 4096),
    entry('containers', 4096),
    ...folders.map((folder): LedgerEntry => ({
      path: `overlay2/${folder.name}`,
      diskBytes: folder.diskBytes,
      logDiskBytes: 0,
    })),
    ...volumes.map((one) => entry(`volumes/${one.name}`, 2000)),
    ...containers.map((one) => entry(`containers/${one.id}`, 107, 7)),
  ];
  return {
    takenAtMs: TAKEN_AT_MS,
    engine: null,
    store: 'graphdriver',
    access: 'direct',
    dataRoot: '/var/lib/docker',
    images,
    layers,
    containers,
    volumes,
    buildCache,
    folders,
    ledger,
    docker: {
      layersBytes: null,
      imagesReclaimableBytes: null,
      containersBytes: null,
      volumesBytes: null,
      buildCacheBytes: null,
    },
    ownersIncomplete: null,
    issues: [],
    ...changes,
  };
}

/** `['base', 'api']` → the chain ids of `base` and `base/api`. */
export function chainOfNames(layers: readonly string[]): ChainId[] {
  return layers.map((_, at) => chainIdOf(layers.slice(0, at + 1).join('/')));
}

function image(name: string, layers: readonly string[], sketch: Sketch): Image {
  const untagged = sketch.untagged?.includes(name) ?? false;
  const hasChild = Object.values(sketch.parents ?? {}).includes(name);
  const parent = sketch.parents?.[name];
  return {
    id: idOf(name),
    tags: untagged ? [] : [`${name}:latest`],
    digests: [],
    createdAtMs: TAKEN_AT_MS - 86_400_000,
    platform: 'linux/amd64',
    chain: chainOfNames(layers),
    diffIds: layers.map(diffIdOf),
    parentId: parent === undefined ? null : idOf(parent),
    intermediate: untagged && hasChild,
    dangling: untagged && !hasChild,
    labels: {},
    history: layers.map((layer) => ({
      createdBy: `COPY ${layer} /`,
      comment: '',
      createdAtMs: null,
      emptyLayer: false,
    })),
    docker: { bytes: null, sharedBytes: null },
    listed: true,
  };
}

function layersOf(sketch: Sketch): Layer[] {
  const paths = new Set<string>();
  const stacks = [
    ...Object.values(sketch.images ?? {}),
    ...(sketch.loose ?? []).map((path) => path.split('/')),
  ];
  for (const layers of stacks) layers.forEach((_, at) => paths.add(layers.slice(0, at + 1).join('/')));
  return [...paths].map((path): Layer => {
    const names = path.split('/');
    const parent = names.slice(0, -1).join('/');
    const name = names.at(-1) ?? '';
    return {
      chainId: chainIdOf(path),
      diffId: diffIdOf(name),
      parent: parent === '' ? { kind: 'base' } : { kind: 'parent', id: chainIdOf(parent) },
      cacheId: cacheIdOf(path),
      bytes: known(900),
      diskBytes: sketch.layerDiskBytes?.[name] ?? known(1000),
      linkDiskBytes: known(10),
      files: 3,
      buildCache: Object.entries(sketch.buildCache ?? {})
        .filter(([, layers]) => chainOfNames(layers).includes(chainIdOf(path)))
        .map(([id]) => id),
      hasTarSplit: true,
    };
  });
}

function container(name: string, of: string | null, sketch: Sketch): Container {
  const layers = of === null ? undefined : sketch.images?.[of];
  return {
    id: containerIdOf(name),
    name,
    imageId: of === null ? null : idOf(of),
    imageName: of ?? '',
    state: sketch.running?.includes(name) ? 'running' : 'exited',
    createdAtMs: TAKEN_AT_MS - 3_600_000,
    finishedAtMs: null,
    chain: layers === undefined ? null : chainOfNames(layers),
    mountId: cacheIdOf(`mount ${name}`),
    initId: `${cacheIdOf(`mount ${name}`)}-init` as CacheId,
    writableBytes: known(400),
    writableDiskBytes: known(500),
    linkDiskBytes: known(20),
    files: 2,
    logDiskBytes: known(7),
    logBytes: known(5),
    mounts: Object.entries(sketch.volumes ?? {})
      .filter(([, users]) => users.includes(name))
      .map(([volume]) => ({ type: 'volume', name: volume, source: '', destination: '/data' })),
    labels: {},
    docker: { writableBytes: 400 },
    listed: true,
  };
}

function cacheRecord(id: string, sketch: Sketch): BuildCacheRecord {
  const layers = sketch.buildCache?.[id] ?? [];
  const path = layers.join('/');
  return {
    id,
    type: 'regular',
    description: `step ${id}`,
    inUse: false,
    shared: path !== '',
    createdAtMs: null,
    lastUsedAtMs: null,
    usageCount: 1,
    parents: sketch.cacheParents?.[id] ?? [],
    cacheId: path === '' ? cacheIdOf(`cache ${id}`) : cacheIdOf(path),
    chainId: path === '' ? null : chainIdOf(path),
    diskBytes: path === '' ? known(300) : known(1000),
    docker: { bytes: null },
  };
}

function volume(name: string, users: readonly string[]): Volume {
  return {
    name,
    driver: 'local',
    anonymous: false,
    createdAtMs: null,
    bytes: known(1900),
    diskBytes: known(2000),
    files: 1,
    containers: users.map(containerIdOf),
    labels: {},
    docker: { bytes: null },
  };
}

function foldersOf(
  layers: readonly Layer[],
  containers: readonly Container[],
  cache: readonly BuildCacheRecord[],
  unowned: readonly string[],
): OverlayFolder[] {
  return [
    ...layers.map((layer) =>
      folder(layer.cacheId ?? '', { kind: 'layer', chainId: layer.chainId }, layer.diskBytes),
    ),
    ...containers.flatMap((one) => [
      folder(one.mountId ?? '', { kind: 'writable', containerId: one.id }, known(400)),
      folder(one.initId ?? '', { kind: 'init', containerId: one.id }, known(100)),
    ]),
    ...cache
      .filter((record) => !record.shared)
      .map((record) =>
        folder(record.cacheId ?? '', { kind: 'build-cache', recordIds: [record.id] }, known(300)),
      ),
    ...unowned.map((name) => folder(cacheIdOf(name), { kind: 'unowned' }, known(600))),
  ];
}

function folder(name: string, owner: OverlayFolder['owner'], diskBytes: Measured): OverlayFolder {
  return {
    name,
    owner,
    link: hex(`link ${name}`).slice(0, 26).toUpperCase(),
    modifiedMs: TAKEN_AT_MS - 2 * 86_400_000,
    mounted: false,
    bytes: known(90),
    diskBytes,
    linkDiskBytes: known(10),
    files: 1,
    unchangedBetweenLooks: true,
  };
}

function entry(path: string, diskBytes: number, logDiskBytes = 0): LedgerEntry {
  return { path, diskBytes: known(diskBytes), logDiskBytes };
}

function links(folders: readonly OverlayFolder[]): number {
  return folders.length * 10;
}
