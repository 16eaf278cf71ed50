/** `image/overlay2/repositories.json`: which names point at which image. */
import type { ImageId } from '../../model/ids.ts';
import { parseImageId } from '../../model/ids.ts';
import { DamagedError, listFolder, readJson } from './files.ts';
import type { Reading } from './reading.ts';

const WHERE = 'image/overlay2/repositories.json';

export interface Names {
  /** `name:tag`. */
  readonly tags: string[];
  /** `name@sha256:…`. */
  readonly digests: string[];
}

/** Names by image id. An absent file is a store without names; a damaged one makes every "untagged" doubtful. */
export function readRepositories(reading: Reading): ReadonlyMap<ImageId, Names> {
  const names = new Map<ImageId, Names>();
  const damaged = (what: string): void => reading.usersIssue(WHERE, what);
  const repositories = reading.attempt(() => {
    listFolder(reading.root, 'image', 'overlay2');
    return repositoriesIn(readJson(`${reading.root}/${WHERE}`));
  }, damaged);
  for (const repository of repositories ?? []) {
    for (const [name, text] of Object.entries(repository)) {
      const id = typeof text === 'string' ? parseImageId(text) : undefined;
      if (id) add(names, id, name);
      else damaged(`${JSON.stringify(name)} points at no image id`);
    }
  }
  for (const { tags, digests } of names.values()) {
    tags.sort();
    digests.sort();
  }
  return names;
}

function repositoriesIn(json: unknown): object[] {
  if (json === null) return [];
  const repositories = (json as { Repositories?: unknown }).Repositories;
  if (typeof repositories !== 'object' || repositories === null)
    throw new DamagedError('has no Repositories');
  const all: unknown[] = Object.values(repositories);
  if (!all.every((one) => typeof one === 'object' && one !== null))
    throw new DamagedError('has a repository that is no list of names');
  return all as object[];
}

function add(names: Map<ImageId, Names>, id: ImageId, name: string): void {
  const entry = names.get(id) ?? { tags: [], digests: [] };
  (name.includes('@sha256:') ? entry.digests : entry.tags).push(name);
  names.set(id, entry);
}
