import { maskSecrets } from '../../analysis/secrets/find-secrets.ts';
import { StrataError } from '../../contract/errors.ts';
import type { ArchiveReport } from '../../contract/inside.ts';
import type { ImageArchive } from '../../sources/archive/open-archive.ts';
import type { ArchiveImage } from '../../sources/archive/records.ts';
import { stepsOf } from './image-trees.ts';

/** What is in an archive, with each layer read once to verify its digests. */
export async function archiveReport(
  archive: ImageArchive,
  images: readonly ArchiveImage[],
  signal: AbortSignal,
): Promise<ArchiveReport> {
  const verified = new Map<string, readonly string[]>();
  const shown: ArchiveReport['images'][number][] = [];
  for (const { id, tags, platform, createdAtMs, layers, history, problems } of images) {
    const steps = stepsOf({ chain: layers.map(({ chainId }) => chainId), history });
    const described: ArchiveReport['images'][number]['layers'][number][] = [];
    for (const [index, layer] of layers.entries()) {
      if (signal.aborted) throw new StrataError('cancelled', 'Cancelled');
      const key = `${layer.member} ${layer.diffId} ${layer.digest}`;
      const wrong = verified.get(key) ?? (await problemsOf(archive, layer));
      verified.set(key, wrong);
      const { chainId, diffId, digest, storedBytes } = layer;
      const createdBy = maskSecrets(steps[index] ?? '');
      described.push({ chainId, diffId, digest, storedBytes, createdBy, problems: wrong });
    }
    const created = createdAtMs === null ? null : new Date(createdAtMs).toISOString();
    shown.push({ id, tags, platform, created, layers: described, problems });
  }
  return { images: shown, notes: archive.notes };
}

/** A layer that can't be unpacked has no digest: that is its problem, and the others are still verified. */
async function problemsOf(archive: ImageArchive, layer: ArchiveImage['layers'][number]): Promise<string[]> {
  try {
    return await archive.verify(layer);
  } catch (thrown) {
    if (thrown instanceof RangeError) return [thrown.message];
    throw thrown;
  }
}
