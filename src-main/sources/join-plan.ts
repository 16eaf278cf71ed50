/** The data root cut into units of the walk: every inode in exactly one, so that their sums are the whole. */
import type { DiskLayer, DiskRecords } from './disk/records.ts';
import type { WalkUnit } from './scan/records.ts';

/** One entry of the data root, or a folder deeper in it with an owner of its own. Path relative to the data root. */
export interface DataRootEntry {
  readonly path: string;
  readonly isFolder: boolean;
}

/**
 * One unit each for: a folder of overlay2, a volume, a container's folder; `overlay2`, `volumes`, `containers` without
 * those; every other folder listed; and `.` for the root itself and its plain files. A listed folder inside another
 * listed one is left out there.
 */
export function walkPlan(dataRootListing: readonly DataRootEntry[], disk: DiskRecords): WalkUnit[] {
  const listed = dataRootListing.filter((entry) => entry.isFolder).map((entry) => entry.path);
  const layers = new Map<string | null, DiskLayer>(disk.layers.map((layer) => [layer.cacheId, layer]));
  const owned: Readonly<Record<string, readonly WalkUnit[]>> = {
    overlay2: disk.folders.map(({ name }) => layerUnit(name, layers.get(name))),
    volumes: disk.volumes.map(({ name }) => unit(`volumes/${name}`)),
    containers: disk.containers.map(({ id }) => unit(`containers/${id}`)),
  };

  const units: WalkUnit[] = [
    unit(
      '.',
      listed.filter((path) => !path.includes('/')),
    ),
  ];
  for (const path of listed) {
    const below = owned[path] ?? [];
    const deeper = listed.filter((other) => other.startsWith(`${path}/`));
    units.push(unit(path, [...below.map((one) => one.path), ...deeper]), ...below);
  }
  return units;
}

function layerUnit(name: string, layer: DiskLayer | undefined): WalkUnit {
  if (layer === undefined) return unit(`overlay2/${name}`);
  return {
    path: `overlay2/${name}`,
    without: [],
    immutable: true,
    expectedBytes: layer.bytes.state === 'known' ? layer.bytes.bytes : 0,
    chainId: layer.chainId.replace(/^sha256:/, ''),
  };
}

function unit(path: string, without: readonly string[] = []): WalkUnit {
  return { path, without, immutable: false, expectedBytes: 0, chainId: null };
}
