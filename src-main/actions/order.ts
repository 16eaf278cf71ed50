/** The order that the engine accepts without force: containers, images from the top of their chains, cache, volumes. PURE. */
import { repositoryOf } from '../analysis/repositories.ts';
import type { StepKind } from '../contract/reclaim.ts';
import type { Image, StoreSnapshot } from '../model/store.ts';
import type { Going } from './conflicts.ts';
import { itemKey } from './items.ts';

export interface OrderedStep {
  readonly kind: StepKind;
  readonly target: string;
  readonly item: string;
  readonly because: string;
  /** The item leaves with this step (not with the untags before it). */
  readonly last: boolean;
}

export function orderSteps(going: Going, snapshot: StoreSnapshot): readonly OrderedStep[] {
  const steps: OrderedStep[] = [];
  for (const [id, because] of sorted(going.container)) {
    steps.push({ kind: 'remove-container', target: id, item: itemKey('container', id), because, last: true });
  }
  for (const [tag, because] of sorted(going.tag)) {
    steps.push({ kind: 'untag', target: tag, item: itemKey('tag', tag), because, last: false });
  }
  for (const image of imagesInOrder(going, snapshot)) {
    const because = going.image.get(image.id) ?? '';
    const item = itemKey('image', image.id);
    for (const reference of referencesToUntag(image)) {
      steps.push({
        kind: 'untag',
        target: reference,
        item,
        because: 'a name of an image that goes',
        last: false,
      });
    }
    steps.push({ kind: 'delete-image', target: image.id, item, because, last: true });
  }
  for (const id of cacheInOrder(going, snapshot)) {
    const because = going['build-cache'].get(id) ?? '';
    steps.push({ kind: 'prune-cache', target: id, item: itemKey('build-cache', id), because, last: true });
  }
  for (const [name, because] of sorted(going.volume)) {
    steps.push({ kind: 'remove-volume', target: name, item: itemKey('volume', name), because, last: true });
  }
  for (const [path, because] of sorted(going.orphan)) {
    steps.push({
      kind: 'quarantine-orphan',
      target: path,
      item: itemKey('orphan', path),
      because,
      last: true,
    });
  }
  return steps;
}

/**
 * The names to take away first, so that a delete by id meets at most one tag, its digests in the same repository only:
 * more is "referenced in multiple repositories", which needs force. Taking a repository's last tag takes its digests too.
 */
export function referencesToUntag(image: Image): readonly string[] {
  const tags = [...image.tags].sort();
  const kept = tags.pop();
  const keptRepository =
    kept === undefined ? repositoryOf([...image.digests].sort()[0] ?? '') : repositoryOf(kept);
  const tagged = new Set(tags.map(repositoryOf));
  const digests = image.digests
    .filter((digest) => repositoryOf(digest) !== keptRepository && !tagged.has(repositoryOf(digest)))
    .sort();
  return [...tags, ...digests];
}

/** Children before their parents; otherwise longer chains first, so that a base counts where its last user goes. */
function imagesInOrder(going: Going, snapshot: StoreSnapshot): readonly Image[] {
  const images = snapshot.images.filter((image) => going.image.has(image.id));
  images.sort((a, b) => b.chain.length - a.chain.length || (a.id < b.id ? -1 : 1));
  const children = new Map<string, Image[]>();
  for (const image of images) {
    if (image.parentId !== null)
      children.set(image.parentId, [...(children.get(image.parentId) ?? []), image]);
  }
  return depthFirst(images, (image) => children.get(image.id) ?? []);
}

/** A record goes after every record that was built on it. */
function cacheInOrder(going: Going, snapshot: StoreSnapshot): readonly string[] {
  const records = snapshot.buildCache.filter((one) => going['build-cache'].has(one.id));
  records.sort((a, b) => (a.id < b.id ? -1 : 1));
  const onIt = new Map<string, typeof records>();
  for (const record of records) {
    for (const parent of record.parents) onIt.set(parent, [...(onIt.get(parent) ?? []), record]);
  }
  return depthFirst(records, (record) => onIt.get(record.id) ?? []).map((record) => record.id);
}

/** Each item once, after all that `before` names for it. A circle (damaged input) ends where it began. */
function depthFirst<T>(items: readonly T[], before: (item: T) => readonly T[]): readonly T[] {
  const done = new Set<T>();
  const order: T[] = [];
  const visit = (item: T): void => {
    if (done.has(item)) return;
    done.add(item);
    before(item).forEach(visit);
    order.push(item);
  };
  items.forEach(visit);
  return order;
}

function sorted(items: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...items].sort(([a], [b]) => (a < b ? -1 : 1));
}
