/** What the planner chooses from: items with their regret, and the bytes that leave when certain items all go. PURE. */
import { storeGraph, type StoreGraph } from '../analysis/graph.ts';
import type { Measured } from '../model/measured.ts';
import type { Image } from '../model/store.ts';
import { nameOf, settle } from './conflicts.ts';
import { itemKey, type Candidate, type World } from './items.ts';
import { cacheClass } from './rules.ts';

const DAY_MS = 86_400_000;

export interface Choice {
  readonly candidate: Candidate;
  readonly name: string;
  /** How much one would miss it, above 0. */
  readonly regret: number;
  readonly why: string;
  /** Places of the items that must go as well. */
  readonly needs: readonly number[];
}

export interface Choices {
  readonly items: readonly Choice[];
  /** Bytes that leave when all of `users` (places of items) go. */
  readonly units: readonly { readonly users: readonly number[]; readonly bytes: number }[];
}

export function choicesOf(pool: readonly Candidate[], world: World): Choices {
  const { going } = settle(pool, [], world);
  const graph = storeGraph(world.snapshot);
  const candidates = pool.filter((one) => one.kind !== 'tag' && going[one.kind].has(one.id));
  const place = new Map(candidates.map((one, at) => [itemKey(one.kind, one.id), at]));
  const at = (kind: Candidate['kind'], id: string): number => place.get(itemKey(kind, id)) ?? -1;
  return {
    items: candidates.map((candidate) => ({
      candidate,
      name: nameOf(candidate.kind, candidate.id, world),
      ...regretOf(candidate, world),
      needs: needsOf(candidate, at, graph),
    })),
    units: [...layerUnits(at, graph), ...cacheUnits(at, world), ...ownUnits(candidates, world)],
  };
}

/**
 * 1 for what nobody names, 2 for what a build makes again, 5 for what a registry may still have, 10 for what exists
 * only here; more for each further tag and for young things. Containers and volumes only when asked for, and last.
 */
export function regretOf(candidate: Candidate, { find, nowMs }: World): { regret: number; why: string } {
  switch (candidate.kind) {
    case 'image': {
      const image = find.image.get(candidate.id);
      if (image === undefined || image.dangling) return { regret: 1, why: 'cheap to lose: dangling' };
      const extra = Math.max(0, image.tags.length - 1) + youth(image.createdAtMs, nowMs);
      return image.digests.length > 0
        ? { regret: 5 + extra, why: 'has a registry digest (registry not asked)' }
        : { regret: 10 + extra, why: 'local only, taken for its bytes' };
    }
    case 'build-cache': {
      const record = find.record.get(candidate.id);
      const dear = record !== undefined && cacheClass(record) === 'exec.cachemount' ? 2 : 0;
      const used = youth(record?.lastUsedAtMs ?? record?.createdAtMs ?? null, nowMs) / 2;
      return { regret: 2 + dear + used, why: 'build cache: made again when needed' };
    }
    case 'orphan':
      return { regret: 1, why: 'nobody uses it' };
    case 'container':
      return { regret: 20, why: 'a stopped container' };
    case 'volume':
    case 'tag':
      return { regret: 100, why: 'you named it' };
    default:
      return candidate.kind satisfies never;
  }
}

/** 0 for old, up to 4 for this week's; unknown counts as young. */
function youth(atMs: number | null, nowMs: number): number {
  const days = atMs === null ? 0 : (nowMs - atMs) / DAY_MS;
  return days < 7 ? 4 : days < 30 ? 2 : days < 180 ? 1 : 0;
}

type PlaceOf = (kind: Candidate['kind'], id: string) => number;

/** An image needs its containers and the heads above it gone, a record those that stand on it, a volume its containers. */
function needsOf(candidate: Candidate, at: PlaceOf, graph: StoreGraph): readonly number[] {
  const { snapshot } = graph;
  const places: number[] = [];
  if (candidate.kind === 'image') {
    const own = graph.imageAt.get(candidate.id) ?? -1;
    const below = new Set<number>([own]);
    for (const image of below) {
      for (const child of graph.children[image] ?? []) below.add(child);
      for (const user of graph.imageContainers[image] ?? []) {
        places.push(at('container', snapshot.containers[user]!.id));
      }
    }
    for (const image of below) if (image !== own) places.push(at('image', snapshot.images[image]?.id ?? ''));
  } else if (candidate.kind === 'build-cache') {
    for (const child of graph.recordChildren[graph.recordAt.get(candidate.id) ?? -1] ?? []) {
      places.push(at('build-cache', snapshot.buildCache[child]!.id));
    }
  } else if (candidate.kind === 'volume') {
    const users = snapshot.volumes.find((one) => one.name === candidate.id)?.containers ?? [];
    for (const user of users) places.push(at('container', user));
  }
  return [...new Set(places)].filter((place) => place >= 0);
}

/** Layers whose holders are all items, merged by the set of those. */
function layerUnits(at: PlaceOf, graph: StoreGraph): Choices['units'] {
  const { snapshot, holders } = graph;
  if (graph.anyContainers.length + graph.anyImages.length > 0 || snapshot.usersIncomplete != null) return [];
  const users = snapshot.layers.map(() => new Set<number>());
  const found = new Int32Array(snapshot.layers.length);
  const hold = (layers: Int32Array | undefined, items: readonly number[]): void => {
    for (const layer of layers ?? []) {
      found[layer]!++;
      for (const item of items) users[layer]!.add(item);
    }
  };
  snapshot.images.forEach((image, index) => hold(graph.imageLayers[index], headsOf(image, index, at, graph)));
  snapshot.containers.forEach((one, index) => hold(graph.containerLayers[index], [at('container', one.id)]));
  snapshot.buildCache.forEach((one, index) => hold(graph.recordLayers[index], [at('build-cache', one.id)]));
  const merged = new Map<string, { users: readonly number[]; bytes: number }>();
  snapshot.layers.forEach((layer, index) => {
    const items = [...users[index]!].sort((a, b) => a - b);
    if (items.length === 0 || items[0]! < 0 || found[index] !== holders[index]) return;
    const key = items.join(' ');
    const unit = merged.get(key) ?? { users: items, bytes: 0 };
    unit.bytes += atLeast(layer.diskBytes) + atLeast(layer.linkDiskBytes);
    merged.set(key, unit);
  });
  return [...merged.values()];
}

/** The items that take this image along: itself, or the heads above an intermediate one. -1 for one that stays. */
function headsOf(image: Image, index: number, at: PlaceOf, graph: StoreGraph): readonly number[] {
  const own = at('image', image.id);
  if (own >= 0 || !image.intermediate) return [own];
  const above = new Set<number>([index]);
  const heads: number[] = [];
  for (const one of above) {
    const { id, intermediate } = graph.snapshot.images[one]!;
    const place = at('image', id);
    if (place >= 0 || !intermediate) heads.push(place);
    else for (const child of graph.children[one] ?? []) above.add(child);
  }
  return heads;
}

/** Folders that only BuildKit uses: each leaves with the last of its records. */
function cacheUnits(at: PlaceOf, { snapshot }: World): Choices['units'] {
  return snapshot.folders.flatMap(({ owner, diskBytes, linkDiskBytes }) => {
    const users = owner.kind === 'build-cache' ? owner.recordIds.map((id) => at('build-cache', id)) : [];
    if (users.length === 0 || users.includes(-1)) return [];
    return [{ users, bytes: atLeast(diskBytes) + atLeast(linkDiskBytes) }];
  });
}

/** Bytes that only the item itself holds: writable layers with their logs, volumes, orphans. */
function ownUnits(candidates: readonly Candidate[], { find }: World): Choices['units'] {
  return candidates.map(({ kind, id }, item) => {
    const users = [item];
    switch (kind) {
      case 'container': {
        const one = find.container.get(id);
        const sizes = [one?.writableDiskBytes, one?.linkDiskBytes, one?.logDiskBytes];
        return { users, bytes: sizes.reduce((bytes, size) => bytes + atLeast(size), 0) };
      }
      case 'volume':
        return { users, bytes: atLeast(find.volume.get(id)?.diskBytes) };
      case 'orphan': {
        const folder = find.orphan.get(id)?.folder;
        return { users, bytes: atLeast(folder?.diskBytes) + atLeast(folder?.linkDiskBytes) };
      }
      case 'image':
      case 'tag':
      case 'build-cache':
        return { users, bytes: 0 };
      default:
        return kind satisfies never;
    }
  });
}

/** What is not measured counts nothing here: a target is called reached by what is known alone. */
function atLeast(size: Measured | undefined): number {
  return size?.state === 'known' ? size.bytes : 0;
}
