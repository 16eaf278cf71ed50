/**
 * Which of the candidates may go together, in the engine's own terms. Hard: the engine refuses even with force, or
 * force would be the only way (a running container, a child image, a volume in use). Soft: one more item in the plan
 * solves it (a stopped container). We never use force. PURE.
 */
import { imageName } from '../analysis/going.ts';
import type { PlanStay } from '../contract/reclaim.ts';
import type { Container, Image, StoreSnapshot } from '../model/store.ts';
import {
  cacheName,
  childrenByImage,
  containersByImage,
  isStopped,
  itemKey,
  type Candidate,
  type ItemKind,
  type World,
} from './items.ts';
import { pinnedBecause } from './pins.ts';

/** What goes, by kind, each id with its reason. */
export type Going = Readonly<Record<ItemKind, ReadonlyMap<string, string>>>;
type Draft = Record<ItemKind, Map<string, string>>;
type Refusal = Pick<PlanStay, 'because' | 'conflict'>;

export interface Settled {
  readonly going: Going;
  readonly stays: readonly PlanStay[];
}

/** Takes out what can't go until nothing changes, then adds the intermediate images that go with their last child. */
export function settle(candidates: readonly Candidate[], without: readonly string[], world: World): Settled {
  const going = emptyDraft();
  const stays: PlanStay[] = [];
  const leftOut = new Set(without);
  for (const candidate of candidates) {
    if (leftOut.has(itemKey(candidate.kind, candidate.id))) continue;
    const pin = pinnedBecause(candidate, world);
    if (pin === null) going[candidate.kind].set(candidate.id, candidate.because);
    else stays.push(stay(candidate.kind, candidate.id, { because: pin, conflict: 'choice' }, world.snapshot));
  }
  tagsThatAreAll(going, world.snapshot);
  const refuse = refusals(going, world);
  for (let changed = true; changed;) {
    changed = false;
    for (const kind of KINDS) {
      for (const id of [...going[kind].keys()]) {
        const refusal = refuse[kind](id);
        if (refusal === null) continue;
        going[kind].delete(id);
        stays.push(stay(kind, id, refusal, world.snapshot));
        changed = true;
      }
    }
  }
  addIntermediates(going, world.snapshot);
  return { going, stays };
}

const KINDS: readonly ItemKind[] = ['container', 'image', 'tag', 'build-cache', 'volume', 'orphan'];

function emptyDraft(): Draft {
  const none = (): Map<string, string> => new Map();
  return {
    container: none(),
    image: none(),
    tag: none(),
    'build-cache': none(),
    volume: none(),
    orphan: none(),
  };
}

/** Every tag of an image named one by one means the image; a tag of an image that goes anyway is no item. */
function tagsThatAreAll(going: Draft, snapshot: StoreSnapshot): void {
  for (const image of snapshot.images) {
    const named = image.tags.filter((tag) => going.tag.has(tag));
    if (named.length === 0) continue;
    if (named.length < image.tags.length && !going.image.has(image.id)) continue;
    const because = going.tag.get(named[0] ?? '') ?? '';
    if (!going.image.has(image.id)) going.image.set(image.id, because);
    for (const tag of named) going.tag.delete(tag);
  }
}

/** One question for each kind: why may this not go? null = it may. */
function refusals(going: Draft, world: World): Record<ItemKind, (id: string) => Refusal | null> {
  const { snapshot } = world;
  const users = containersByImage(snapshot);
  const children = childrenByImage(snapshot);
  const hard = (because: string): Refusal => ({ because, conflict: 'hard' });
  return {
    container: (id) => {
      const container = snapshot.containers.find((one) => one.id === id);
      if (container === undefined) return hard('no such container');
      if (!container.listed) return hard('the engine does not know this container, so it can not remove it');
      return isStopped(container) ? null : hard(`it is ${container.state}; stop it first`);
    },
    image: (id) => {
      const image = snapshot.images.find((one) => one.id === id);
      if (image === undefined) return hard('no such image');
      if (!image.listed && !image.intermediate) return hard('the engine does not list this image');
      const onIt = [...(users.get(id) ?? []), ...unsureUsers(image, snapshot)];
      const used = onIt.find((one) => !going.container.has(one.id));
      if (used !== undefined) return usedBy(used);
      const family = { going, users, children };
      const child = (children.get(id) ?? []).find((one) => !goesWithChildren(one, family));
      return child === undefined
        ? null
        : hard(`image has a dependent child image that stays: ${imageName(child)}`);
    },
    tag: (id) => (snapshot.images.some((one) => one.tags.includes(id)) ? null : hard('no such tag')),
    'build-cache': (id) => {
      const record = snapshot.buildCache.find((one) => one.id === id);
      if (record === undefined) return hard('no such record');
      if (record.inUse) return hard('a build uses it now');
      const child = snapshot.buildCache.find(
        (one) => one.parents.includes(id) && !going['build-cache'].has(one.id),
      );
      return child === undefined ? null : hard(`the record ${cacheName(child)} stands on it and stays`);
    },
    volume: (id) => {
      const volume = snapshot.volumes.find((one) => one.name === id);
      if (volume === undefined) return hard('no such volume');
      const user = volume.containers.find((one) => !going.container.has(one));
      if (user === undefined) return null;
      const name = snapshot.containers.find((one) => one.id === user)?.name ?? user;
      return hard(`volume is in use by the container ${name}`);
    },
    orphan: (id) =>
      world.orphans.some((one) => one.path === id) ? null : hard('it is not proven to be an orphan'),
  };
}

function usedBy(container: Container): Refusal {
  return isStopped(container)
    ? { because: `the stopped container ${container.name} was created from it`, conflict: 'soft' }
    : { because: `the ${container.state} container ${container.name} was created from it`, conflict: 'hard' };
}

/** A container whose image id is not known is a user of what its image name says. */
function unsureUsers(image: Image, snapshot: StoreSnapshot): readonly Container[] {
  const names = new Set([...image.tags, ...image.digests]);
  return snapshot.containers.filter(
    (one) => one.imageId === null && (names.has(one.imageName) || names.has(`${one.imageName}:latest`)),
  );
}

interface Family {
  readonly going: Draft;
  readonly users: ReadonlyMap<string, readonly Container[]>;
  readonly children: ReadonlyMap<string, readonly Image[]>;
}

/** An intermediate image goes when every child goes and no container that stays was created from it. */
function goesWithChildren(image: Image, family: Family): boolean {
  if (family.going.image.has(image.id)) return true;
  if (!image.intermediate || image.tags.length > 0 || image.digests.length > 0) return false;
  const held = (family.users.get(image.id) ?? []).some((one) => !family.going.container.has(one.id));
  return !held && (family.children.get(image.id) ?? []).every((child) => goesWithChildren(child, family));
}

function addIntermediates(going: Draft, snapshot: StoreSnapshot): void {
  const family: Family = {
    going,
    users: containersByImage(snapshot),
    children: childrenByImage(snapshot),
  };
  const byId = new Map(snapshot.images.map((image) => [image.id as string, image]));
  for (const id of [...going.image.keys()]) {
    let parent = byId.get(byId.get(id)?.parentId ?? '');
    while (parent !== undefined && !going.image.has(parent.id) && goesWithChildren(parent, family)) {
      going.image.set(parent.id, 'intermediate image of a build: goes with its last child');
      parent = byId.get(parent.parentId ?? '');
    }
  }
}

/** A thing that was wanted and does not go. */
function stay(kind: ItemKind, id: string, refusal: Refusal, snapshot: StoreSnapshot): PlanStay {
  return { target: id, name: nameOf(kind, id, snapshot), ...refusal };
}

/** What people call it; the id where it has no name. */
export function nameOf(kind: ItemKind, id: string, snapshot: StoreSnapshot): string {
  switch (kind) {
    case 'image': {
      const image = snapshot.images.find((one) => one.id === id);
      return image === undefined ? id : imageName(image);
    }
    case 'container':
      return snapshot.containers.find((one) => one.id === id)?.name ?? id;
    case 'build-cache': {
      const record = snapshot.buildCache.find((one) => one.id === id);
      return record === undefined ? id : cacheName(record);
    }
    case 'tag':
    case 'volume':
    case 'orphan':
      return id;
    default:
      return kind satisfies never;
  }
}
