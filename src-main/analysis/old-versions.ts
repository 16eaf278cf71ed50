/** Old versions of a repository: what each holds alone, and what all but the newest free together. */
import type { Image } from '../model/store.ts';
import type { Measured } from '../model/measured.ts';
import { freedBy } from './freed-by.ts';
import type { StoreGraph } from './graph.ts';
import { imagesByRepository, newestOfRepositories, repositoryOf } from './repositories.ts';
import { sharingOf } from './sharing.ts';

export interface Versions {
  readonly repository: string;
  /** Newest first. */
  readonly images: readonly Version[];
  /** What the old ones that may go free together. */
  readonly diskBytes: Measured;
}

export interface Version {
  readonly image: Image;
  /** Its tags in this repository. */
  readonly tags: readonly string[];
  readonly uniqueDiskBytes: Measured;
  readonly fate: 'newest' | 'goes' | 'stays';
  /** Why it stays; empty for the others. */
  readonly because: string;
}

export interface OldVersionsWish {
  /** How many of each repository are kept. An image that is among the newest of another repository is kept, too. */
  readonly keep: number;
  /** Why an image must not be taken (pinned), or null. */
  readonly protectedBecause: (image: Image) => string | null;
}

/** Repositories with more versions than are kept, what costs most first, and what all of them together would free. */
export function oldVersions(
  graph: StoreGraph,
  wish: OldVersionsWish,
): { readonly repositories: readonly Versions[]; readonly diskBytes: Measured } {
  const { snapshot } = graph;
  const newest = newestOfRepositories(wish.keep, snapshot);
  const stays = new Map<string, string>();
  for (const image of snapshot.images) {
    const because = image.listed ? wish.protectedBecause(image) : 'the engine does not list it';
    if (because !== null) stays.set(image.id, because);
  }
  const wanted = snapshot.images.filter(
    (image) => image.tags.length > 0 && !newest.has(image.id) && !stays.has(image.id),
  );
  const all = freedBy(graph, { images: wanted.map(({ id }) => id) });
  for (const { id, because } of all.stays) stays.set(id, because);
  const fateOf = ({ id }: Image): Version['fate'] =>
    newest.has(id) ? 'newest' : stays.has(id) ? 'stays' : 'goes';

  const repositories: Versions[] = [];
  for (const [repository, images] of imagesByRepository(snapshot)) {
    if (images.every(({ id }) => newest.has(id))) continue;
    const going = images.filter((image) => fateOf(image) === 'goes').map(({ id }) => id);
    repositories.push({
      repository,
      images: images.map((image) => ({
        image,
        tags: image.tags.filter((tag) => repositoryOf(tag) === repository),
        uniqueDiskBytes: sharingOf(graph, graph.imageAt.get(image.id)!).uniqueDiskBytes,
        fate: fateOf(image),
        because: fateOf(image) === 'stays' ? (stays.get(image.id) ?? '') : '',
      })),
      diskBytes: freedBy(graph, { images: going }).diskBytes,
    });
  }
  const bytesOf = ({ diskBytes }: Versions): number => (diskBytes.state === 'known' ? diskBytes.bytes : -1);
  repositories.sort((a, b) => bytesOf(b) - bytesOf(a) || (a.repository < b.repository ? -1 : 1));
  return { repositories, diskBytes: all.diskBytes };
}
