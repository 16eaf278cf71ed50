/** Reads all metadata of a graphdriver (overlay2) data root. Nothing is written, no link is followed. */
import { readBuildkit } from './buildkit.ts';
import { readContainers } from './containers.ts';
import { readText } from './files.ts';
import { readImages } from './imagedb.ts';
import { readLayerDb } from './layerdb.ts';
import { locateStore } from './locate.ts';
import { readMounts } from './mounts.ts';
import { readOverlay2 } from './overlay2.ts';
import { cacheIdsOf, markUnchanged } from './owners.ts';
import { Reading } from './reading.ts';
import type { DiskRecords } from './records.ts';
import { readRepositories } from './repositories.ts';
import { suspicions } from './suspicions.ts';
import { readVolumes } from './volumes.ts';

/**
 * Damage anywhere is an issue in the result. Throws StrataError when the root is missing (`not-found`), not readable
 * (`no-permission`), no overlay2 store (`unsupported`), or when the signal aborts (`cancelled`).
 */
export async function readDisk(
  dataRoot: string,
  options: { signal?: AbortSignal } = {},
): Promise<DiskRecords> {
  const root = locateStore(dataRoot);
  const reading = new Reading(root, options.signal);
  reading.checkCancelled();
  const images = await readImages(reading, readRepositories(reading));
  const layerdb = await readLayerDb(reading);
  const mounts = await readMounts(reading);
  const buildkit = await readBuildkit(reading, cacheIdsOf(layerdb.layers));
  const listing = await readOverlay2(reading);
  const owners = { layerdb, mounts, snapshots: buildkit?.snapshots ?? null };
  const folders = await markUnchanged(reading, listing.folders, owners);
  const containers = await readContainers(reading);
  const volumes = await readVolumes(reading);
  suspicions(reading, { images, owners, containers, folders });
  return {
    dataRoot: root,
    engineId: readEngineId(reading),
    images,
    layers: layerdb.layers,
    mounts: mounts ?? [],
    removing: layerdb.removing,
    layerdbTmp: layerdb.tmp,
    containers: containers ?? [],
    volumes,
    folders,
    deadLinks: listing.deadLinks,
    buildkit,
    ownersIncomplete: reading.ownersIncomplete,
    usersIncomplete: reading.usersIncomplete,
    issues: reading.issues,
  };
}

/** Written since engine 26; older ones have none. */
function readEngineId(reading: Reading): string | null {
  const damaged = (what: string): void => reading.issue('engine-id', what);
  return reading.attempt(() => readText(`${reading.root}/engine-id`), damaged);
}
