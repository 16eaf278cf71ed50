/**
 * Which of the candidates may go together, in the engine's own terms. Hard: the engine refuses even with force, or
 * force would be the only way (a running container, a child image, a volume in use). Soft: one more item in the plan
 * solves it (a stopped container). We never use force. PURE.
 */
import { imageName, whyInUse } from '../analysis/going.ts';
import type { PlanStay } from '../contract/reclaim.ts';
import type { Selection } from '../contract/store.ts';
import type { Container, Image } from '../model/store.ts';
import {
  cacheName,
  isStopped,
  itemKey,
  type Candidate,
  type Finder,
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
    else stays.push(stay(candidate.kind, candidate.id, { because: pin, conflict: 'choice' }, world));
  }
  tagsThatAreAll(going, world);
  const refuse = refusals(going, world);
  for (let changed = true; changed;) {
    changed = false;
    for (const kind of KINDS) {
      for (const id of [...going[kind].keys()]) {
        const refusal = refuse[kind](id);
        if (refusal === null) continue;
        going[kind].delete(id);
        stays.push(stay(kind, id, refusal, world));
        changed = true;
      }
    }
  }
  addIntermediates(going, world);
  return { going, stays };
}

/** Names aside: taking one away frees nothing. */
export function selectionOf(going: Going): Selection {
  return {
    images: [...going.image.keys()],
    containers: [...going.container.keys()],
    volumes: [...going.volume.keys()],
    buildCache: [...going['build-cache'].keys()],
    orphans: [...going.orphan.keys()],
  };
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

/** Every tag of an image named one by one means the image; a name of an image that goes anyway is no item. */
function tagsThatAreAll(going: Draft, { snapshot }: World): void {
  for (const image of going.tag.size === 0 ? [] : snapshot.images) {
    const named = image.tags.filter((tag) => going.tag.has(tag));
    if (named.length > 0 && named.length === image.tags.length && !going.image.has(image.id))
      going.image.set(image.id, going.tag.get(named[0] ?? '') ?? '');
    if (!going.image.has(image.id)) continue;
    for (const name of [...image.tags, ...image.digests]) going.tag.delete(name);
  }
}

/** One question for each kind: why may this not go? null = it may. */
function refusals(going: Draft, world: World): Record<ItemKind, (id: string) => Refusal | null> {
  const { find } = world;
  const family: Family = { going, find };
  const hard = (because: string): Refusal => ({ because, conflict: 'hard' });
  const { usersIncomplete } = world.snapshot;
  const unsure =
    usersIncomplete == null
      ? null
      : hard(`not all images and containers could be read (${usersIncomplete}), so it may be in use`);
  return {
    container: (id) => {
      const container = find.container.get(id);
      if (container === undefined) return hard('no such container');
      if (!container.listed) return hard('the engine does not know this container, so it can not remove it');
      return isStopped(container) ? null : hard(`it is ${container.state}; stop it first`);
    },
    image: (id) => {
      const image = find.image.get(id);
      if (image === undefined) return hard('no such image');
      if (!image.listed && !image.intermediate) return hard('the engine does not list this image');
      const onIt = [...(find.containersOf.get(id) ?? []), ...unsureUsers(image, world)];
      const used = onIt.find((one) => !going.container.has(one.id));
      if (used !== undefined) return usedBy(used);
      if (unsure !== null) return unsure;
      const child = (find.childrenOf.get(id) ?? []).find((one) => !goesWithChildren(one, family));
      return child === undefined
        ? null
        : hard(`image has a dependent child image that stays: ${imageName(child)}`);
    },
    tag: (id) => (find.imageByName.has(id) ? null : hard('no such tag')),
    'build-cache': (id) => {
      const record = find.record.get(id);
      if (record === undefined) return hard('no such record');
      if (record.inUse) return hard(whyInUse(record));
      const child = (find.recordsOn.get(id) ?? []).find((one) => !going['build-cache'].has(one.id));
      return child === undefined ? null : hard(`the record ${cacheName(child)} stands on it and stays`);
    },
    volume: (id) => {
      const volume = find.volume.get(id);
      if (volume === undefined) return hard('no such volume');
      const user = volume.containers.find((one) => !going.container.has(one));
      if (user === undefined) return unsure;
      const name = find.container.get(user)?.name ?? user;
      return hard(`volume is in use by the container ${name}`);
    },
    orphan: (id) => (find.orphan.has(id) ? null : hard('it is not proven to be an orphan')),
  };
}

function usedBy(container: Container): Refusal {
  return isStopped(container)
    ? { because: `the stopped container ${container.name} was created from it`, conflict: 'soft' }
    : { because: `the ${container.state} container ${container.name} was created from it`, conflict: 'hard' };
}

/** A container whose image id is not known is a user of what its image name says. */
function unsureUsers(image: Image, { find }: World): readonly Container[] {
  return find.unsureContainers.filter(({ imageName: name }) =>
    [name, `${name}:latest`].some((one) => find.imageByName.get(one) === image),
  );
}

interface Family {
  readonly going: Draft;
  readonly find: Finder;
}

/** An intermediate image goes when every child goes and no container that stays was created from it. */
function goesWithChildren(image: Image, family: Family): boolean {
  if (family.going.image.has(image.id)) return true;
  if (!image.intermediate || image.tags.length > 0 || image.digests.length > 0) return false;
  const held = (family.find.containersOf.get(image.id) ?? []).some(
    (one) => !family.going.container.has(one.id),
  );
  return (
    !held && (family.find.childrenOf.get(image.id) ?? []).every((child) => goesWithChildren(child, family))
  );
}

function addIntermediates(going: Draft, { find }: World): void {
  for (const id of [...going.image.keys()]) {
    let parent = find.image.get(find.image.get(id)?.parentId ?? '');
    while (parent !== undefined && !going.image.has(parent.id) && goesWithChildren(parent, { going, find })) {
      going.image.set(parent.id, 'intermediate image of a build: goes with its last child');
      parent = find.image.get(parent.parentId ?? '');
    }
  }
}

/** A thing that was wanted and does not go. */
function stay(kind: ItemKind, id: string, refusal: Refusal, world: World): PlanStay {
  return { target: id, name: nameOf(kind, id, world), ...refusal };
}

/** What people call it; the id where it has no name. */
export function nameOf(kind: ItemKind, id: string, { find }: World): string {
  switch (kind) {
    case 'image': {
      const image = find.image.get(id);
      return image === undefined ? id : imageName(image);
    }
    case 'container':
      return find.container.get(id)?.name ?? id;
    case 'build-cache': {
      const record = find.record.get(id);
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
