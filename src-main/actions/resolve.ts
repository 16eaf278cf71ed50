/** A name or id that the user typed → the one thing it means. PURE. */
import { StrataError } from '../contract/errors.ts';
import type { Candidate, ItemKind, World } from './items.ts';

const BECAUSE = 'you named it';
const MIN_PREFIX = 4;

/**
 * A tag (`app` = `app:latest`), `name@sha256:…`, an image or container id or a prefix of 4 characters or more, a
 * container's name, a cache record's id, an orphan's path or folder name. Never a volume: those are named apart.
 * Throws `not-found`, and `bad-request` when it means several things.
 */
export function resolveThing(thing: string, world: World): readonly Candidate[] {
  const exact = exactly(thing, world);
  if (exact !== null) return [exact];
  const byPrefix = prefixed(thing, world);
  if (byPrefix.length === 1) return byPrefix;
  if (byPrefix.length > 1) {
    const ids = byPrefix.map((one) => `${one.kind} ${one.id}`).join(', ');
    throw new StrataError('bad-request', `"${thing}" means several things: ${ids}. Give more characters.`);
  }
  throw new StrataError(
    'not-found',
    `Nothing here is called "${thing}"; see "strata images" or "strata containers".`,
  );
}

function exactly(thing: string, { snapshot, orphans }: World): Candidate | null {
  const tag = /[:@]/.test(thing.slice(thing.lastIndexOf('/') + 1)) ? thing : `${thing}:latest`;
  const tagged = snapshot.images.find((image) => image.tags.includes(tag) || image.digests.includes(tag));
  if (tagged !== undefined) {
    const only = tagged.tags.length <= 1;
    return only ? candidate('image', tagged.id) : candidate('tag', tag);
  }
  const image = snapshot.images.find((one) => one.id === thing || one.id === `sha256:${thing}`);
  if (image !== undefined) return candidate('image', image.id);
  const container = snapshot.containers.find(
    (one) => one.id === thing || one.name === thing.replace(/^\//, ''),
  );
  if (container !== undefined) return candidate('container', container.id);
  const record = snapshot.buildCache.find((one) => one.id === thing);
  if (record !== undefined) return candidate('build-cache', record.id);
  const orphan = orphans.find((one) => one.path === thing || one.path === `overlay2/${thing}`);
  return orphan === undefined ? null : candidate('orphan', orphan.path);
}

function prefixed(thing: string, { snapshot }: World): readonly Candidate[] {
  const hex = thing.replace(/^sha256:/, '');
  if (hex.length < MIN_PREFIX) return [];
  const found: Candidate[] = [];
  for (const image of snapshot.images) {
    if (image.id.startsWith(`sha256:${hex}`)) found.push(candidate('image', image.id));
  }
  for (const container of snapshot.containers) {
    if (container.id.startsWith(hex)) found.push(candidate('container', container.id));
  }
  for (const record of snapshot.buildCache) {
    if (record.id.startsWith(hex)) found.push(candidate('build-cache', record.id));
  }
  return found;
}

function candidate(kind: ItemKind, id: string): Candidate {
  return { kind, id, because: BECAUSE };
}
