/** A StoreSnapshot from a file: input like any other, checked whole before it is believed. */
import * as v from 'valibot';
import {
  parseCacheId,
  parseChainId,
  parseContainerId,
  parseDiffId,
  parseImageId,
  type CacheId,
  type ChainId,
  type ContainerId,
  type DiffId,
  type ImageId,
} from '../model/ids.ts';
import type { Measured } from '../model/measured.ts';
import type {
  BuildCacheRecord,
  Container,
  EngineFacts,
  FolderOwner,
  Image,
  Layer,
  OverlayFolder,
  ParentLink,
  StoreSnapshot,
  Volume,
} from '../model/store.ts';

type Schema<T> = v.GenericSchema<unknown, T>;
/** Every field named, optional ones too: one the schema forgets would be lost without a word. */
type Fields<T> = { readonly [K in keyof T]-?: v.GenericSchema };

/** A label or a build step may be as long as an image config, which is read up to 8 MB. */
const text = v.pipe(v.string(), v.maxLength(8 * 1024 * 1024));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const countOrNull = v.nullable(count);
/** A moment in ms since 1970; files may be older than that. */
const momentOrNull = v.nullable(v.pipe(v.number(), v.minValue(-8.64e15), v.maxValue(8.64e15)));
const labels = v.record(text, text);

const id = <T extends string>(name: string, parse: (text: string) => T | undefined): Schema<T> =>
  v.custom<T>((value) => typeof value === 'string' && parse(value) === value, `not a ${name}`);
const imageId: Schema<ImageId> = id('image id', parseImageId);
const diffId: Schema<DiffId> = id('DiffID', parseDiffId);
const chainId: Schema<ChainId> = id('ChainID', parseChainId);
const cacheId: Schema<CacheId> = id('cache-id', parseCacheId);
const containerId: Schema<ContainerId> = id('container id', parseContainerId);

const measured: Schema<Measured> = v.variant('state', [
  v.object({ state: v.literal('known'), bytes: count }),
  v.object({ state: v.literal('unknown'), why: text, atLeast: v.exactOptional(count) }),
]);

const parentLink: Schema<ParentLink> = v.variant('kind', [
  v.object({ kind: v.literal('base') }),
  v.object({ kind: v.literal('parent'), id: chainId }),
  v.object({ kind: v.literal('broken'), why: text }),
]);

const engine: Schema<EngineFacts> = v.object({
  endpoint: text,
  version: text,
  apiVersion: text,
  driver: text,
  dataRoot: text,
  rootless: v.boolean(),
  startedAtMs: momentOrNull,
} satisfies Fields<EngineFacts>);

const image: Schema<Image> = v.object({
  id: imageId,
  tags: v.array(text),
  digests: v.array(text),
  createdAtMs: momentOrNull,
  platform: text,
  chain: v.array(chainId),
  chainUnknown: v.exactOptional(text),
  diffIds: v.array(diffId),
  parentId: v.nullable(imageId),
  intermediate: v.boolean(),
  dangling: v.boolean(),
  labels,
  history: v.array(
    v.object({ createdBy: text, comment: text, createdAtMs: momentOrNull, emptyLayer: v.boolean() }),
  ),
  docker: v.object({ bytes: countOrNull, sharedBytes: countOrNull }),
  listed: v.boolean(),
} satisfies Fields<Image>);

const layer: Schema<Layer> = v.object({
  chainId,
  diffId: v.nullable(diffId),
  parent: parentLink,
  cacheId: v.nullable(cacheId),
  bytes: measured,
  diskBytes: measured,
  linkDiskBytes: measured,
  files: countOrNull,
  buildCache: v.array(text),
  hasTarSplit: v.boolean(),
} satisfies Fields<Layer>);

const container: Schema<Container> = v.object({
  id: containerId,
  name: text,
  imageId: v.nullable(imageId),
  imageName: text,
  state: v.picklist(['running', 'paused', 'restarting', 'created', 'exited', 'dead', 'removing', 'unknown']),
  createdAtMs: momentOrNull,
  finishedAtMs: momentOrNull,
  chain: v.nullable(v.array(chainId)),
  mountId: v.nullable(cacheId),
  initId: v.nullable(cacheId),
  writableBytes: measured,
  writableDiskBytes: measured,
  linkDiskBytes: measured,
  files: countOrNull,
  logDiskBytes: measured,
  logBytes: measured,
  mounts: v.array(
    v.object({
      type: v.picklist(['volume', 'bind', 'tmpfs', 'other']),
      name: text,
      source: text,
      destination: text,
    }),
  ),
  labels,
  docker: v.object({ writableBytes: countOrNull }),
  listed: v.boolean(),
} satisfies Fields<Container>);

const volume: Schema<Volume> = v.object({
  name: text,
  driver: text,
  anonymous: v.boolean(),
  createdAtMs: momentOrNull,
  bytes: measured,
  diskBytes: measured,
  files: countOrNull,
  containers: v.array(containerId),
  labels,
  docker: v.object({ bytes: countOrNull }),
} satisfies Fields<Volume>);

const buildCacheRecord: Schema<BuildCacheRecord> = v.object({
  id: text,
  type: text,
  description: text,
  inUse: v.boolean(),
  useUnknown: v.exactOptional(text),
  shared: v.boolean(),
  createdAtMs: momentOrNull,
  lastUsedAtMs: momentOrNull,
  usageCount: countOrNull,
  parents: v.array(text),
  cacheId: v.nullable(cacheId),
  chainId: v.nullable(chainId),
  diskBytes: measured,
  docker: v.object({ bytes: countOrNull }),
} satisfies Fields<BuildCacheRecord>);

const owner: Schema<FolderOwner> = v.variant('kind', [
  v.object({ kind: v.literal('layer'), chainId }),
  v.object({ kind: v.picklist(['writable', 'init']), containerId: text }),
  v.object({ kind: v.literal('build-cache'), recordIds: v.array(text) }),
  v.object({ kind: v.literal('removing'), entry: text }),
  v.object({ kind: v.literal('unowned') }),
]);

const folder: Schema<OverlayFolder> = v.object({
  name: text,
  owner,
  link: v.nullable(text),
  modifiedMs: momentOrNull,
  mounted: v.boolean(),
  bytes: measured,
  diskBytes: measured,
  linkDiskBytes: measured,
  files: countOrNull,
  unchangedBetweenLooks: v.boolean(),
} satisfies Fields<OverlayFolder>);

/** Fields of later versions are dropped; missing ones are errors. */
export const snapshotSchema: Schema<StoreSnapshot> = v.object({
  takenAtMs: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)),
  engine: v.nullable(engine),
  store: v.picklist(['graphdriver', 'containerd', 'unknown']),
  access: v.picklist(['direct', 'bridge', 'file', 'archive', 'api']),
  dataRoot: v.nullable(text),
  images: v.array(image),
  layers: v.array(layer),
  containers: v.array(container),
  volumes: v.array(volume),
  buildCache: v.array(buildCacheRecord),
  folders: v.array(folder),
  ledger: v.array(v.object({ path: text, diskBytes: measured, logDiskBytes: count })),
  docker: v.object({
    layersBytes: countOrNull,
    imagesReclaimableBytes: countOrNull,
    containersBytes: countOrNull,
    volumesBytes: countOrNull,
    buildCacheBytes: countOrNull,
    pending: v.exactOptional(v.boolean()),
  }),
  ownersIncomplete: v.nullable(text),
  usersIncomplete: v.exactOptional(v.nullable(text)),
  /** Only whole accounts are saved. */
  partial: v.exactOptional(v.null()),
  issues: v.array(v.object({ where: text, what: text })),
} satisfies Fields<StoreSnapshot>);
