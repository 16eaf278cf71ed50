/** Things that can be removed, each with one key, and the words people know them by. PURE. */
import { orphansOf, type Orphan } from '../analysis/orphans.ts';
import { repositoryOf } from '../analysis/repositories.ts';
import type { BuildCacheRecord, Container, Image, StoreSnapshot, Volume } from '../model/store.ts';
import type { Pins } from '../contract/reclaim.ts';

export type ItemKind = 'container' | 'image' | 'tag' | 'build-cache' | 'volume' | 'orphan';

/** A thing that a rule or the user wants gone. */
export interface Candidate {
  readonly kind: ItemKind;
  readonly id: string;
  readonly because: string;
}

/** Everything that rules and plans look at. */
export interface World {
  readonly snapshot: StoreSnapshot;
  readonly orphans: readonly Orphan[];
  readonly pins: Pins;
  readonly nowMs: number;
  readonly find: Finder;
}

/** The snapshot by id, made once: plans ask for each thing many times. */
export interface Finder {
  readonly image: ReadonlyMap<string, Image>;
  readonly container: ReadonlyMap<string, Container>;
  readonly volume: ReadonlyMap<string, Volume>;
  readonly record: ReadonlyMap<string, BuildCacheRecord>;
  readonly orphan: ReadonlyMap<string, Orphan>;
  /** By tag or digest reference. */
  readonly imageByName: ReadonlyMap<string, Image>;
  /** Containers of any state by the image they were created from. */
  readonly containersOf: ReadonlyMap<string, readonly Container[]>;
  /** Containers whose image id is not known: users of what their image name says. */
  readonly unsureContainers: readonly Container[];
  /** Child images by their classic builder's parent. */
  readonly childrenOf: ReadonlyMap<string, readonly Image[]>;
  /** Records that were built on a record. */
  readonly recordsOn: ReadonlyMap<string, readonly BuildCacheRecord[]>;
}

export function worldOf(snapshot: StoreSnapshot, pins: Pins, nowMs: number): World {
  const orphans = orphansOf(snapshot);
  return { snapshot, orphans, pins, nowMs, find: finderOf(snapshot, orphans) };
}

function finderOf(snapshot: StoreSnapshot, orphans: readonly Orphan[]): Finder {
  const { images, containers, volumes, buildCache } = snapshot;
  return {
    image: new Map(images.map((one) => [one.id, one])),
    container: new Map(containers.map((one) => [one.id, one])),
    volume: new Map(volumes.map((one) => [one.name, one])),
    record: new Map(buildCache.map((one) => [one.id, one])),
    orphan: new Map(orphans.map((one) => [one.path, one])),
    imageByName: new Map(
      images.flatMap((one) => [...one.tags, ...one.digests].map((name) => [name, one] as const)),
    ),
    containersOf: grouped(containers, (one) => (one.imageId === null ? [] : [one.imageId])),
    unsureContainers: containers.filter((one) => one.imageId === null),
    childrenOf: grouped(images, (one) => (one.parentId === null ? [] : [one.parentId])),
    recordsOn: grouped(buildCache, (one) => one.parents),
  };
}

function grouped<T>(
  all: readonly T[],
  keysOf: (one: T) => readonly string[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    for (const key of keysOf(one)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [one]);
      else group.push(one);
    }
  }
  return groups;
}

/** `image:sha256:…`: how a plan, the basket and `without` speak of one thing. */
export function itemKey(kind: ItemKind, id: string): string {
  return `${kind}:${id}`;
}

export function cacheName(record: BuildCacheRecord): string {
  return record.description === '' ? record.id : record.description;
}

/** Every repository that names the image, by tag or digest. */
export function repositoriesOf(image: Image): readonly string[] {
  return [...new Set([...image.tags, ...image.digests].map(repositoryOf))];
}

/** `*` any text, `?` one character; everything else as it stands. Linear: no regular expression made from input. */
export function fitsGlob(text: string, glob: string): boolean {
  let at = 0;
  let inGlob = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    if (glob[inGlob] === '*') {
      star = inGlob++;
      starAt = at;
    } else if (inGlob < glob.length && (glob[inGlob] === '?' || glob[inGlob] === text[at])) {
      inGlob++;
      at++;
    } else if (star >= 0) {
      inGlob = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (glob[inGlob] === '*') inGlob++;
  return inGlob === glob.length;
}

/** `key`, or `key=value`. */
export function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const equals = wanted.indexOf('=');
  if (equals < 0) return Object.hasOwn(labels, wanted);
  const key = wanted.slice(0, equals);
  return Object.hasOwn(labels, key) && labels[key] === wanted.slice(equals + 1);
}

const STOPPED = new Set(['created', 'exited', 'dead']);

/** Stopped for sure: an unknown state counts as running. */
export function isStopped(container: Pick<Container, 'state'>): boolean {
  return STOPPED.has(container.state);
}
