/** Images: the config on disk with the engine's own figures beside it. */
import type { ChainId, ImageId } from '../model/ids.ts';
import type { Image } from '../model/store.ts';
import type { DiskImage } from './disk/records.ts';
import type { EngineImage, EngineImageDetail } from './engine/records.ts';
import { chainOf } from './join-layers.ts';
import { pairs } from './join-parts.ts';
import type { Joining } from './join-parts.ts';

export function joinImages(
  joining: Joining,
  layers: ReadonlySet<ChainId>,
  details: readonly EngineImageDetail[],
): Image[] {
  const { disk, engine, issues } = joining;
  const detailOf = new Map(details.map((detail) => [detail.id, detail]));
  const found = pairs<DiskImage, EngineImage, ImageId>(disk?.images, engine?.images);
  const parents = new Set(found.map((one) => one.disk?.parentId ?? one.engine?.parentId ?? null));
  const asked = engine?.images != null;

  return found.map((pair): Image => {
    const { id } = pair;
    const tags = pair.engine?.tags ?? pair.disk?.tags ?? [];
    const digests = pair.engine?.digests ?? pair.disk?.digests ?? [];
    const hasChild = parents.has(id);
    const intermediate = tags.length === 0 && digests.length === 0 && hasChild;
    if (pair.disk !== null) {
      const gone = pair.disk.chain.filter((chainId) => !layers.has(chainId));
      const where = `image/overlay2/imagedb/content/sha256/${id.slice('sha256:'.length)}`;
      if (gone.length === 0 && asked && pair.engine === null && !intermediate)
        issues.push({ where, what: 'is on the disk, but the engine does not list it' });
    } else if (disk !== null)
      issues.push({
        where: `GET /images ${id}`,
        what: 'the engine lists it, but it was not on the disk when we read',
      });

    return {
      ...contents(pair.disk, pair.engine, detailOf.get(id)),
      id,
      tags,
      digests,
      intermediate,
      // As the engine's own filter: digest-only counts as untagged, and a container on it keeps it without a name.
      dangling: tags.length === 0 && !hasChild && joining.usersIncomplete === null,
      docker: { bytes: pair.engine?.bytes ?? null, sharedBytes: pair.engine?.sharedBytes ?? null },
      listed: pair.engine !== null,
    };
  });
}

type Contents = Pick<
  Image,
  'createdAtMs' | 'platform' | 'chain' | 'chainUnknown' | 'diffIds' | 'parentId' | 'labels' | 'history'
>;

function contents(
  disk: DiskImage | null,
  engine: EngineImage | null,
  detail: EngineImageDetail | undefined,
): Contents {
  if (disk !== null) {
    const { createdAtMs, platform, chain, diffIds, parentId, labels, history } = disk;
    return { createdAtMs, platform, chain, diffIds, parentId, labels, history };
  }
  return {
    createdAtMs: engine?.createdAtMs ?? null,
    platform: detail?.platform ?? '',
    chain: chainOf(detail?.diffIds ?? []),
    ...(detail === undefined
      ? { chainUnknown: 'files not readable, and the engine was not asked for its layers' }
      : {}),
    diffIds: detail?.diffIds ?? [],
    parentId: engine?.parentId ?? null,
    labels: engine?.labels ?? {},
    history: detail?.history ?? [],
  };
}
