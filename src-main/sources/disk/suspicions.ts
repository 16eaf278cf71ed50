/** What no single file shows: parts that do not fit together, and whole folders missing where others need them. */
import type { Owners } from './owners.ts';
import type { DiskContainer, DiskFolder, DiskImage } from './records.ts';
import type { Reading } from './reading.ts';

interface Parts {
  readonly images: readonly DiskImage[];
  readonly owners: Owners;
  readonly containers: readonly DiskContainer[] | null;
  readonly folders: readonly DiskFolder[];
}

const BUILDKIT_NAME = /^[a-z0-9]{25}$/;

export function suspicions(reading: Reading, { images, owners, containers, folders }: Parts): void {
  const { layerdb, mounts, snapshots } = owners;
  if (!layerdb.present && images.some((image) => image.chain.length > 0))
    reading.ownersIssue('image/overlay2/layerdb/sha256', 'is missing, though images have layers');
  if (mounts === null && (containers?.length ?? 0) > 0)
    reading.ownersIssue('image/overlay2/layerdb/mounts', 'is missing, though there are containers');
  if (snapshots === null && folders.some(isUnownedOfBuildkit))
    reading.ownersIssue('buildkit/snapshots.db', 'is missing, though there are folders that a build made');
  missingLayers(reading, images, owners);
}

const isUnownedOfBuildkit = (folder: DiskFolder): boolean =>
  folder.unchangedBetweenLooks && BUILDKIT_NAME.test(folder.name);

/** The engine hides an image whose layer is gone; its config stays on the disk. */
function missingLayers(reading: Reading, images: readonly DiskImage[], { layerdb }: Owners): void {
  const present = new Set(layerdb.layers.map((layer) => layer.chainId));
  for (const image of images) {
    const missing = image.chain.find((chainId) => !present.has(chainId));
    if (missing) reading.issue(`image ${image.id}`, `needs the layer ${missing}, which is not in layerdb`);
  }
}
