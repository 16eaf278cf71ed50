/**
 * A store made up for tests of the screens: families of images over common bases, all numbers consistent with each
 * other. The same seed gives the same store.
 */
import type {
  ScanContainer,
  ScanDocument,
  ScanImage,
  ScanLayer,
} from '../../src-main/contract/scan-document.ts';
import { randomFrom } from './random.ts';
import { sampleThings } from './sample-things.ts';

export interface SampleOptions {
  readonly images: number;
  readonly seed?: number;
  /** An image has one to so many layers of its own over what it is built on. */
  readonly ownLayers?: number;
}

const REPOSITORIES = [
  'api',
  'web',
  'worker',
  'billing',
  'search',
  'gateway',
  'reports',
  'mailer',
  'ingest',
  'auth',
];
const BASES = ['debian:12', 'node:22', 'python:3.13', 'alpine:3.20', 'golang:1.24', 'postgres:17'];
const NOW = Date.parse('2026-11-20T12:00:00Z');

export function sampleDocument({ images: count, seed = 1, ownLayers = 5 }: SampleOptions): ScanDocument {
  const random = randomFrom(seed);
  const hex = (): string => Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join('');
  const ago = (days: number): string => new Date(NOW - days * 86_400_000).toISOString();
  const size = (most: number): number => 4096 * Math.ceil((most * random() ** 3) / 4096);
  interface Draft {
    layer: ScanLayer;
    images: string[];
    containers: string[];
  }
  const drafts = new Map<string, Draft>();
  const addLayer = (parent: string | null, diskBytes: number): string => {
    const chainId = `sha256:${hex()}`;
    const cacheId = hex();
    const layer: ScanLayer = {
      chainId,
      diffId: `sha256:${hex()}`,
      parent,
      cacheId,
      path: `overlay2/${cacheId}`,
      bytes: Math.round(diskBytes * 0.97),
      diskBytes,
      linkDiskBytes: 4096,
      files: Math.ceil(diskBytes / 30_000),
      images: [],
      containers: [],
      buildCache: [],
      dangling: false,
    };
    drafts.set(chainId, { layer, images: [], containers: [] });
    return chainId;
  };
  const chainTo = (top: string | null): string[] => {
    const chain: string[] = [];
    for (let at = top; at !== null; at = drafts.get(at)?.layer.parent ?? null) chain.unshift(at);
    return chain;
  };

  const bases = BASES.map((name, index) => {
    let top = addLayer(null, 80_000_000 + size(300_000_000));
    for (let step = 0; step < index % 4; step += 1)
      top = addLayer(top, step === 1 ? 8192 : size(200_000_000));
    return { name, top };
  });
  const repositoryTops = REPOSITORIES.map((_, index) =>
    addLayer(bases[index % bases.length]?.top ?? null, size(400_000_000)),
  );

  interface ImageDraft {
    id: string;
    tags: string[];
    chain: string[];
    dangling: boolean;
    days: number;
  }
  const imageDrafts: ImageDraft[] = bases.map(({ name, top }) => ({
    id: `sha256:${hex()}`,
    tags: [name],
    chain: chainTo(top),
    dangling: false,
    days: 90,
  }));
  while (imageDrafts.length < count) {
    const index = imageDrafts.length;
    const repository = index % REPOSITORIES.length;
    let top = repositoryTops[repository] ?? '';
    const layers = 1 + Math.floor(random() * ownLayers);
    for (let step = 0; step < layers; step += 1)
      top = addLayer(top, random() < 0.25 ? 8192 : size(180_000_000));
    // No chain grows without end: real ones have at most 127 layers, most have ten.
    if (random() < 0.2 && chainTo(top).length < 24) repositoryTops[repository] = top;
    const dangling = random() < 0.22;
    imageDrafts.push({
      id: `sha256:${hex()}`,
      tags: dangling ? [] : [`registry.example/shop/${REPOSITORIES[repository]}:1.${index}`],
      chain: chainTo(top),
      dangling,
      days: Math.floor(random() * 200),
    });
  }
  for (const image of imageDrafts) for (const id of image.chain) drafts.get(id)?.images.push(image.id);
  const usersOf = new Map<string, string[]>();

  const containers: ScanContainer[] = [];
  for (const [index, image] of imageDrafts.entries()) {
    if (index % 7 !== 3 || image.dangling) continue;
    const id = hex();
    const writable = size(300_000_000);
    const log = size(250_000_000);
    containers.push({
      id,
      name: `${image.tags[0]?.split('/').at(-1)?.split(':')[0] ?? 'box'}-${containers.length + 1}`,
      imageId: image.id,
      imageName: image.tags[0] ?? image.id,
      state: containers.length % 3 === 0 ? 'exited' : 'running',
      created: ago(index % 40),
      writableBytes: writable - 2048,
      writableDiskBytes: writable,
      freesDiskBytes: writable + log + 8192,
      files: Math.ceil(writable / 40_000),
      logDiskBytes: log,
      volumes: [],
      labels: { 'com.docker.compose.project': 'shop' },
    });
    usersOf.set(image.id, [id]);
    for (const layer of image.chain) drafts.get(layer)?.containers.push(id);
  }
  const danglingIds = new Set(imageDrafts.filter((image) => image.dangling).map((image) => image.id));
  const layers = [...drafts.values()].map((draft) => ({
    ...draft.layer,
    images: draft.images,
    containers: draft.containers,
    dangling: draft.images.length > 0 && draft.images.every((id) => danglingIds.has(id)),
  }));
  const layerOf = new Map(layers.map((layer) => [layer.chainId, layer]));
  const diskOf = (id: string): number => layerOf.get(id)?.diskBytes ?? 0;
  const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);
  const images: ScanImage[] = imageDrafts.map((draft) => {
    const users = usersOf.get(draft.id) ?? [];
    const unique = draft.chain.filter((id) => layerOf.get(id)?.images.length === 1);
    const diskBytes = sum(draft.chain.map(diskOf));
    const uniqueDiskBytes = sum(unique.map(diskOf));
    return {
      id: draft.id,
      tags: draft.tags,
      digests:
        draft.days % 2 === 0 && draft.tags[0]
          ? [`${draft.tags[0].split(':')[0]}@sha256:${draft.id.slice(7)}`]
          : [],
      created: ago(draft.days),
      platform: 'linux/amd64',
      bytes: Math.round(diskBytes * 0.97),
      diskBytes,
      sharedDiskBytes: diskBytes - uniqueDiskBytes,
      uniqueDiskBytes,
      freesDiskBytes: users.length > 0 ? 0 : uniqueDiskBytes,
      chain: draft.chain,
      containers: users,
      children: [],
      intermediate: false,
      dangling: draft.dangling,
      hasDigest: draft.days % 2 === 0,
      labels: {},
      docker: {
        bytes: Math.round(diskBytes * 0.97),
        sharedBytes: Math.round((diskBytes - uniqueDiskBytes) * 0.97),
      },
    };
  });
  const { volumes, buildCache, orphans } = sampleThings(
    { hex, size, ago },
    containers.map((container) => container.id),
  );
  const disk = (all: readonly { readonly diskBytes: number | null }[]): number =>
    sum(all.map((one) => one.diskBytes ?? 0));
  const dangling = images.filter((image) => image.dangling).map((image) => image.id);
  const unused = images.filter((image) => image.containers.length === 0).map((image) => image.id);
  const freed = (ids: readonly string[]): number => {
    const going = new Set(ids);
    return sum(
      layers
        .filter((layer) => layer.containers.length === 0 && layer.images.every((id) => going.has(id)))
        .map((layer) => diskOf(layer.chainId)),
    );
  };
  const account = {
    imageLayers: sum(layers.map((layer) => diskOf(layer.chainId))),
    writableLayers: sum(containers.map((one) => one.writableDiskBytes ?? 0)),
    buildCache: disk(buildCache),
    volumes: disk(volumes),
    logs: sum(containers.map((one) => one.logDiskBytes ?? 0)),
    orphans: disk(orphans),
    inactiveStore: 0,
    engineMetadata: 12_345_344,
    other: 40_960,
  };
  return {
    schema: 1,
    takenAt: new Date(NOW).toISOString(),
    engine: {
      endpoint: 'unix:///var/run/docker.sock',
      version: '28.5.2',
      apiVersion: '1.51',
      driver: 'overlay2',
      store: 'graphdriver',
      dataRoot: '/var/lib/docker',
      rootless: false,
    },
    access: 'direct',
    account: { dataRootDiskBytes: sum(Object.values(account)), ...account },
    reclaimable: {
      dangling: freed(dangling),
      unused: freed(unused),
      stoppedContainers: sum(
        containers.filter((one) => one.state === 'exited').map((one) => one.freesDiskBytes ?? 0),
      ),
      buildCache: disk(buildCache.filter((record) => !record.inUse && !record.shared)),
      orphans: disk(orphans),
    },
    images,
    layers,
    containers,
    volumes,
    buildCache,
    orphans,
    duplicates: [],
    docker: {
      layersBytes: Math.round(account.imageLayers * 0.97),
      imagesReclaimableBytes: Math.round(account.imageLayers * 0.7),
      containersBytes: account.writableLayers,
      volumesBytes: account.volumes,
      buildCacheBytes: account.buildCache,
    },
    partial: null,
    issues: [],
  };
}
