import { pinnedBecause } from '../actions/pins.ts';
import type { World } from '../actions/items.ts';
import { oldVersions } from '../analysis/old-versions.ts';
import type { StoreGraph } from '../analysis/graph.ts';
import type { OldVersions } from '../contract/store.ts';
import { bytesOrNull } from '../model/measured.ts';
import { isMoment } from '../model/moment.ts';

/** Repositories with more versions than the newest `keep`. What is pinned stays, as in every plan. */
export function oldVersionsOf(graph: StoreGraph, world: World, keep: number): OldVersions {
  const { repositories, diskBytes } = oldVersions(graph, {
    keep,
    protectedBecause: ({ id }) => pinnedBecause({ kind: 'image', id, because: '' }, world),
  });
  return {
    keep,
    freesDiskBytes: bytesOrNull(diskBytes),
    repositories: repositories.map(({ repository, images, diskBytes: freed }) => ({
      repository,
      freesDiskBytes: bytesOrNull(freed),
      images: images.map(({ image, tags, uniqueDiskBytes, fate, because }) => ({
        id: image.id,
        tags,
        created:
          image.createdAtMs !== null && isMoment(image.createdAtMs)
            ? new Date(image.createdAtMs).toISOString()
            : null,
        uniqueDiskBytes: bytesOrNull(uniqueDiskBytes),
        fate,
        because,
      })),
    })),
  };
}
