import { maskSecrets } from '../../analysis/secrets/find-secrets.ts';
import type { ArchiveReading, ArchiveReport } from '../../contract/archive.ts';
import { bytesOrNull } from '../../model/measured.ts';
import type { ArchiveImage } from '../../sources/archive/records.ts';
import type { OpenedArchive } from './archive-file.ts';
import { stepsOf } from './image-trees.ts';

/** What is in an archive, with what is known of its layers by now. */
export function archiveReport(
  opened: OpenedArchive,
  images: readonly ArchiveImage[],
  reading: ArchiveReading,
): ArchiveReport {
  return {
    images: images.map((image) => describe(opened, image)),
    notes: opened.archive.notes,
    reading,
  };
}

function describe(opened: OpenedArchive, image: ArchiveImage): ArchiveReport['images'][number] {
  const { id, manifestDigest, tags, platform, createdAtMs, layers, history, problems } = image;
  const steps = stepsOf({ chain: layers.map(({ chainId }) => chainId), history });
  return {
    id,
    manifestDigest,
    tags,
    platform,
    created: createdAtMs === null ? null : new Date(createdAtMs).toISOString(),
    layers: layers.map((layer, at) => {
      const { chainId, diffId, digest, storedBytes, mediaType, compression } = layer;
      const facts = opened.factsOf(layer);
      return {
        chainId,
        diffId,
        digest,
        mediaType,
        compression,
        storedBytes,
        bytes: facts === undefined ? null : bytesOrNull(facts.bytes),
        files: facts?.files ?? null,
        createdBy: maskSecrets(steps[at] ?? ''),
        problems: facts?.problems ?? null,
      };
    }),
    problems,
  };
}
