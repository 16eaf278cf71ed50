/**
 * Writes resources/demo/store.json.gz, the embedded sample store: the records that engine, disk and walk would give of
 * the store that demo-catalog.ts tells of. `node test/support/make-demo.ts`. The same input gives the same bytes.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { CacheId, ContainerId, DiffId, ImageId } from '../../src-main/model/ids.ts';
import type { MountPoint } from '../../src-main/model/store.ts';
import type {
  DiskContainer,
  DiskFolder,
  DiskImage,
  DiskLayer,
  DiskRecords,
} from '../../src-main/sources/disk/records.ts';
import { chainOf } from '../../src-main/sources/join-layers.ts';
import { CACHE, CONTAINERS, IMAGES, ORPHANS, VOLUMES } from './demo-catalog.ts';
import type { DemoImage, Step } from './demo-catalog.ts';
import { engineOf } from './make-demo-engine.ts';
import { blocks, bytesOf, walkOf } from './make-demo-walk.ts';
import type { Size } from './make-demo-walk.ts';

export const TAKEN_AT_MS = Date.UTC(2026, 10, 20, 9, 12, 44);
const DAY_MS = 86_400_000;
const ROOT = '/var/lib/docker';

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const base36 = (text: string): string =>
  BigInt(`0x${hex(text)}`)
    .toString(36)
    .slice(1, 26);
const ago = (days: number): number =>
  TAKEN_AT_MS - Math.round(days * DAY_MS) - (Math.round(days * 7919) % 3600) * 1000;

const sizes = new Map<string, Size>();
const folders: DiskFolder[] = [];

/** A folder of overlay2 with its short name; `own` bytes below `diff`. */
function folder(name: string, size: Size, modifiedMs: number, mounted = false): CacheId {
  const link = hex(`link ${name}`)
    .replace(/[0189]/g, 'X')
    .toUpperCase()
    .slice(0, 26);
  sizes.set(`overlay2/${name}`, size);
  // A symlink's target of 60 bytes and more takes a block of its own.
  const linkDiskBytes = name.length > 50 ? 4096 : 0;
  folders.push({ name, link, linkDiskBytes, modifiedMs, mounted, unchangedBetweenLooks: true });
  return name as CacheId;
}

const stacks = new Map<string, readonly Exclude<Step, string>[]>();
const layers = new Map<string, DiskLayer>();
for (const image of IMAGES) {
  const below = stacks.get(image.from ?? '') ?? [];
  stacks.set(image.key, [...below, ...image.steps.filter((step) => typeof step !== 'string')]);
}

function diffIds(key: string): DiffId[] {
  return (stacks.get(key) ?? []).map((step) => `sha256:${hex(step.join('|'))}` as DiffId);
}

function imageOf(image: DemoImage): DiskImage {
  const steps = stacks.get(image.key) ?? [];
  const ids = diffIds(image.key);
  const chain = chainOf(ids);
  chain.forEach((chainId, at) => {
    if (layers.has(chainId)) return;
    const [, megabytes, files] = steps[at]!;
    const byBuildkit = image.origin === 'built';
    const name = byBuildkit ? base36(`cache ${chainId}`) : hex(`cache ${chainId}`);
    const parent = chain[at - 1];
    layers.set(chainId, {
      chainId,
      diffId: ids[at]!,
      parent: parent === undefined ? { kind: 'base' } : { kind: 'parent', id: parent },
      cacheId: folder(name, { megabytes, files }, ago(image.ageDays)),
      bytes: { state: 'known', bytes: bytesOf(megabytes) },
      hasTarSplit: true,
    });
  });
  const repository = (image.tags[0] ?? '').replace(/:[^:/]*$/, '');
  const parent = IMAGES.find((other) => other.key === image.from && other.origin === 'classic');
  return {
    id: idOf(image),
    tags: image.tags,
    digests: image.origin === 'pulled' ? [`${repository}@sha256:${hex(`manifest ${image.key}`)}`] : [],
    parentId: image.origin === 'classic' && parent !== undefined ? idOf(parent) : null,
    createdAtMs: ago(image.ageDays),
    platform: 'linux/amd64',
    diffIds: ids,
    chain,
    history: [...historyOf(image)],
    labels: image.key.startsWith('acme/') ? { 'org.opencontainers.image.vendor': 'Acme' } : {},
    env: [],
  };
}

function idOf(image: DemoImage): ImageId {
  return `sha256:${hex(`image ${image.key}`)}` as ImageId;
}

function historyOf(image: DemoImage): DiskImage['history'] {
  const from = IMAGES.find((other) => other.key === image.from);
  const own = image.steps.map((step) => ({
    createdBy: typeof step === 'string' ? step : step[0],
    comment: image.origin === 'built' ? 'buildkit.dockerfile.v0' : '',
    createdAtMs: ago(image.ageDays),
    emptyLayer: typeof step === 'string',
  }));
  return [...(from === undefined ? [] : historyOf(from)), ...own];
}

const images = IMAGES.filter((image) => !image.key.startsWith('~')).map(imageOf);
const imageAt = new Map(
  IMAGES.filter((image) => !image.key.startsWith('~')).map((image, at) => [image.key, images[at]!]),
);

const mounts: DiskRecords['mounts'] = CONTAINERS.map((one) => {
  const mountId = hex(`mount ${one.name}`);
  const live = one.state === 'running' || one.state === 'paused';
  const top = imageAt.get(one.image)?.chain.at(-1);
  return {
    containerId: hex(`container ${one.name}`),
    mountId: folder(mountId, one, ago(one.ageDays), live),
    initId: folder(`${mountId}-init`, { megabytes: 0, files: 5 }, ago(one.ageDays)),
    parent: top === undefined ? { kind: 'base' } : { kind: 'parent', id: top },
  };
});

const containers: DiskContainer[] = CONTAINERS.map((one): DiskContainer => {
  const id = hex(`container ${one.name}`) as ContainerId;
  const bytes = bytesOf(one.logMegabytes);
  sizes.set(`containers/${id}`, { megabytes: one.logMegabytes, files: 7 });
  return {
    id,
    name: one.name,
    imageId: imageAt.get(one.image)?.id ?? null,
    imageName: one.image.includes('lost') ? (imageAt.get(one.image)?.id.slice(7, 19) ?? '') : one.image,
    running: one.state === 'running' || one.state === 'paused',
    paused: one.state === 'paused',
    createdAtMs: ago(one.ageDays),
    finishedAtMs: one.state === 'exited' ? ago(one.ageDays * 0.8) : null,
    mounts: one.volumes.map(([name, destination]): MountPoint => ({
      type: 'volume',
      name,
      source: `${ROOT}/volumes/${name}/_data`,
      destination,
    })),
    labels: one.name.startsWith('shop-') ? { 'com.docker.compose.project': 'shop' } : {},
    logs: bytes === 0 ? [] : [{ path: `containers/${id}/${id}-json.log`, bytes, diskBytes: blocks(bytes) }],
    broken: null,
  };
});

const records: NonNullable<DiskRecords['buildkit']>['records'][number][] = [];
const snapshots: NonNullable<DiskRecords['buildkit']>['snapshots'][number][] = [];
CACHE.forEach((one, at) => {
  const id = base36(`record ${at}`);
  const chain = one.on === null ? undefined : imageAt.get(one.on[0])?.chain[one.on[1] - 1];
  const isLayer = one.megabytes === 0 && chain !== undefined;
  const parent = one.parent === null ? null : base36(`record ${one.parent}`);
  const own = isLayer ? layers.get(chain)!.cacheId : folder(base36(`snapshot ${at}`), one, ago(one.ageDays));
  snapshots.push({
    key: id,
    parent: parent ?? chain ?? null,
    committed: isLayer ? null : own,
    chainId: isLayer ? chain : null,
    cacheId: own,
  });
  const times = {
    createdAtMs: ago(one.ageDays + one.uses / 4),
    lastUsedAtMs: ago(one.ageDays),
    usageCount: one.uses,
  };
  const { type, description } = one;
  const parents = parent === null ? [] : [parent];
  records.push({
    id,
    type,
    description,
    snapshot: id,
    parents,
    ...times,
    chainId: isLayer ? chain : null,
    equalMutable: null,
  });
});

for (const [at, one] of ORPHANS.entries()) folder(hex(`orphan ${at}`), one, ago(one.ageDays));
for (const one of VOLUMES) sizes.set(`volumes/${one.name}`, one);

const disk: DiskRecords = {
  dataRoot: ROOT,
  engineId: 'f5c0a8de-6a54-4b5f-9c2c-demo00000000',
  images,
  layers: [...layers.values()],
  mounts,
  removing: [],
  layerdbTmp: [],
  containers,
  volumes: VOLUMES.map(({ name }) => ({ name, driver: 'local', labels: {}, hasOptions: false })),
  folders,
  deadLinks: [],
  buildkit: { snapshots, records },
  ownersIncomplete: null,
  issues: [],
};

const demo = {
  takenAtMs: TAKEN_AT_MS,
  engine: engineOf(disk, CONTAINERS, TAKEN_AT_MS),
  disk,
  walk: walkOf(disk, sizes),
};
const target = new URL('../../resources/demo/', import.meta.url);
mkdirSync(target, { recursive: true });
const packed = gzipSync(JSON.stringify(demo), { level: 9 });
writeFileSync(new URL('store.json.gz', target), packed);
console.log(`${images.length} images, ${layers.size} layers, ${packed.length} bytes`);
