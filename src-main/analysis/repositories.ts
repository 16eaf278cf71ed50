/** Images by the repository that their tags name, and which of them are its newest. */
import type { Image, StoreSnapshot } from '../model/store.ts';

/** `host:5000/app/api:1.2` → `host:5000/app/api`; of `name@sha256:…` the name. */
export function repositoryOf(reference: string): string {
  const name = reference.split('@')[0] ?? reference;
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

/** The tagged images of each repository, newest first. An unknown age counts as newest. */
export function imagesByRepository({
  images,
}: Pick<StoreSnapshot, 'images'>): ReadonlyMap<string, readonly Image[]> {
  const byRepository = new Map<string, Set<Image>>();
  for (const image of images) {
    for (const tag of image.tags) {
      const repository = repositoryOf(tag);
      byRepository.set(repository, (byRepository.get(repository) ?? new Set()).add(image));
    }
  }
  return new Map(
    [...byRepository].map(([repository, members]) => [
      repository,
      [...members].sort(
        (a, b) => (b.createdAtMs ?? Infinity) - (a.createdAtMs ?? Infinity) || (a.id < b.id ? -1 : 1),
      ),
    ]),
  );
}

/** Image ids that are among the newest N of one of their repositories, or of unknown age. */
export function newestOfRepositories(
  keepLast: number,
  snapshot: Pick<StoreSnapshot, 'images'>,
): ReadonlySet<string> {
  const kept = new Set<string>();
  for (const newest of imagesByRepository(snapshot).values()) {
    for (const image of newest) if (image.createdAtMs === null) kept.add(image.id);
    for (const image of newest.slice(0, keepLast)) kept.add(image.id);
  }
  return kept;
}
