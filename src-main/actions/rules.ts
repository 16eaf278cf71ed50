/** Selectors: what a set of rules wants gone, each thing with its reason. What can't go is the plan's to say. PURE. */
import { newestOfRepositories } from '../analysis/repositories.ts';
import { StrataError } from '../contract/errors.ts';
import type { CacheClass, Rules } from '../contract/reclaim.ts';
import type { BuildCacheRecord, Image } from '../model/store.ts';
import { fitsGlob, hasLabel, isStopped, repositoriesOf, type Candidate, type World } from './items.ts';
import { resolveThing } from './resolve.ts';

const DAY_MS = 86_400_000;

/** Every candidate once, the first reason given to it stands. Throws `not-found` for a name that nothing has. */
export function candidatesOf(rules: Rules, world: World): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  const add = (candidate: Candidate): void => {
    const key = `${candidate.kind}:${candidate.id}`;
    if (!found.has(key)) found.set(key, candidate);
  };
  for (const thing of rules.things ?? []) resolveThing(thing, world).forEach(add);
  for (const name of rules.volumes ?? []) add(namedVolume(name, world));
  const images = imagesOf(rules, world);
  images.forEach(add);
  if (rules.stopped === true) stoppedContainers(rules, world).forEach(add);
  const going = new Set([...found.values()].filter((one) => one.kind === 'image').map((one) => one.id));
  cacheOf(rules, world, going).forEach(add);
  if (rules.orphans === true) {
    for (const orphan of world.orphans) {
      add({
        kind: 'orphan',
        id: orphan.path,
        because: `${orphan.evidence[0] ?? 'nothing names it'}; moves to the quarantine`,
      });
    }
  }
  return [...found.values()];
}

function namedVolume(name: string, { snapshot }: World): Candidate {
  if (!snapshot.volumes.some((volume) => volume.name === name)) {
    throw new StrataError('not-found', `No volume is called ${name}; see "strata volumes" for the names.`);
  }
  return { kind: 'volume', id: name, because: 'you named this volume' };
}

/** Heads only: an intermediate image goes with its last child, by the plan. */
function imagesOf(rules: Rules, world: World): readonly Candidate[] {
  const narrowed = [rules.olderThanDays, rules.keepLast, rules.repo, rules.label].some(
    (one) => one !== undefined,
  );
  const elsewhere = rules.stopped === true || rules.cache !== undefined || rules.orphans === true;
  const all = narrowed && !elsewhere && rules.dangling !== true && rules.unused !== true;
  const users = world.find.containersOf;
  const kept =
    rules.keepLast === undefined ? new Set<string>() : newestOfRepositories(rules.keepLast, world.snapshot);
  const candidates: Candidate[] = [];
  for (const image of world.snapshot.images) {
    if (image.intermediate || !image.listed) continue;
    const reasons: string[] = [];
    if (image.dangling) {
      if (!(rules.dangling === true || rules.unused === true || all)) continue;
      reasons.push('dangling: no tag, no child image');
    } else if (rules.unused === true && !users.has(image.id)) {
      reasons.push('no container, running or stopped, was created from it');
    } else if (!all) continue;
    const narrow = narrowReasons(image, { rules, kept, nowMs: world.nowMs });
    if (narrow !== null) {
      const because = [...reasons, ...narrow].join('; ');
      candidates.push({ kind: 'image', id: image.id, because });
    }
  }
  return candidates;
}

/** Why it is inside the narrowing selectors; null when it is outside of one. */
function narrowReasons(
  image: Image,
  by: { rules: Rules; kept: ReadonlySet<string>; nowMs: number },
): readonly string[] | null {
  const { rules, kept, nowMs } = by;
  const reasons: string[] = [];
  if (rules.olderThanDays !== undefined) {
    const age = ageDays(image.createdAtMs, nowMs);
    if (age === null || age <= rules.olderThanDays) return null;
    reasons.push(`created ${String(Math.floor(age))} days ago`);
  }
  if (rules.repo !== undefined) {
    const glob = rules.repo;
    const repositories = repositoriesOf(image);
    // An image that another repository also names would lose that name too.
    if (repositories.length === 0 || !repositories.every((one) => fitsGlob(one, glob))) return null;
    reasons.push(`of ${repositories.join(', ')}`);
  }
  if (rules.keepLast !== undefined) {
    if (kept.has(image.id)) return null;
    const untagged = image.tags.length === 0;
    if (untagged && rules.dangling !== true && rules.unused !== true) return null;
    if (!untagged) reasons.push(`not among the newest ${String(rules.keepLast)} of its repository`);
  }
  if (rules.label !== undefined) {
    if (!hasLabel(image.labels, rules.label)) return null;
    reasons.push(`has the label ${rules.label}`);
  }
  return reasons;
}

function stoppedContainers(rules: Rules, { snapshot, nowMs }: World): readonly Candidate[] {
  return snapshot.containers
    .filter((one) => one.listed && isStopped(one))
    .filter((one) => rules.label === undefined || hasLabel(one.labels, rules.label))
    .filter((one) => isOlder(one.createdAtMs, rules.olderThanDays, nowMs))
    .map((one) => ({ kind: 'container', id: one.id, because: `stopped (${one.state})` }));
}

/** `source.git.checkout` and its like belong to their class; a record without type is a regular one. */
export function cacheClass(record: BuildCacheRecord): CacheClass {
  if (record.type.startsWith('source.git')) return 'source.git';
  if (record.type === 'source.local' || record.type === 'exec.cachemount') return record.type;
  return record.type === 'frontend' || record.type === 'internal' ? record.type : 'regular';
}

/** In plain words, for people who never met BuildKit. */
export const CACHE_WORDS: Readonly<Record<CacheClass, string>> = {
  regular: 'result of a build step',
  'source.local': 'copy of a build context',
  'source.git': 'git checkout of a build',
  'exec.cachemount': 'cache folder of RUN --mount=type=cache',
  frontend: 'the program that reads a Dockerfile',
  internal: "the builder's own",
};

function cacheOf(rules: Rules, world: World, goingImages: ReadonlySet<string>): readonly Candidate[] {
  const classes = new Set(rules.cache ?? []);
  if (classes.size === 0) return [];
  // A shared record's bytes are an image's: taking it makes sense when all of those images go too.
  const heldLayers = new Set(
    world.snapshot.images.filter((image) => !goingImages.has(image.id)).flatMap((image) => image.chain),
  );
  return world.snapshot.buildCache
    .filter((one) => classes.has(cacheClass(one)) && !one.inUse)
    .filter((one) => !one.shared || (one.chainId !== null && !heldLayers.has(one.chainId)))
    .filter((one) => isOlder(one.lastUsedAtMs ?? one.createdAtMs, rules.olderThanDays, world.nowMs))
    .map((one) => ({
      kind: 'build-cache',
      id: one.id,
      because: `build cache, not in use: ${CACHE_WORDS[cacheClass(one)]} (${cacheClass(one)})`,
    }));
}

/** Whole and part days; null when the time is not known. */
function ageDays(atMs: number | null, nowMs: number): number | null {
  return atMs === null ? null : (nowMs - atMs) / DAY_MS;
}

/** Not older than anything while its time is unknown. */
function isOlder(atMs: number | null, days: number | undefined, nowMs: number): boolean {
  if (days === undefined) return true;
  const age = ageDays(atMs, nowMs);
  return age !== null && age > days;
}
