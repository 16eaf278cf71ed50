/** Who owns each folder of overlay2, and the ledger: everything measured, each inode in one entry. */
import { known, unknownBut } from '../model/measured.ts';
import type { FolderOwner, LedgerEntry, OverlayFolder } from '../model/store.ts';
import type { DiskRecords } from './disk/records.ts';
import { linkBytes } from './join-sizes.ts';
import type { CacheJoin } from './join-cache.ts';
import type { Joining } from './join-parts.ts';
import type { WalkResult } from './scan/records.ts';

export function joinFolders(joining: Joining, cache: CacheJoin): OverlayFolder[] {
  const { disk, sizes } = joining;
  if (disk === null) return [];
  const owners = ownersOf(disk, cache);
  return disk.folders.map((folder): OverlayFolder => {
    const path = `overlay2/${folder.name}`;
    return {
      name: folder.name,
      owner: owners.get(folder.name) ?? { kind: 'unowned' },
      link: folder.link,
      modifiedMs: folder.modifiedMs,
      mounted: folder.mounted,
      bytes: sizes.contentBytes(path),
      diskBytes: sizes.disk(path),
      linkDiskBytes: linkBytes(folder),
      files: sizes.contentFiles(path),
      unchangedBetweenLooks: folder.unchangedBetweenLooks,
    };
  });
}

/** A layer's claim comes before BuildKit's: an image layer that BuildKit made is in both. */
function ownersOf(disk: DiskRecords, cache: CacheJoin): Map<string, FolderOwner> {
  const owners = new Map<string, FolderOwner>();
  for (const [folder, recordIds] of cache.folders) owners.set(folder, { kind: 'build-cache', recordIds });
  for (const { entry, cacheId } of disk.removing)
    if (cacheId !== null) owners.set(cacheId, { kind: 'removing', entry });
  for (const { containerId, mountId, initId } of disk.mounts) {
    if (mountId !== null) owners.set(mountId, { kind: 'writable', containerId });
    if (initId !== null) owners.set(initId, { kind: 'init', containerId });
  }
  for (const { chainId, cacheId } of disk.layers)
    if (cacheId !== null) owners.set(cacheId, { kind: 'layer', chainId });
  return owners;
}

/**
 * Logs grow while we look: never more of a folder than the walk found in it. Where they could not be listed the walk
 * could not either, and the whole entry is unknown.
 */
export function ledgerOf(walk: WalkResult | null, disk: DiskRecords | null): LedgerEntry[] {
  if (walk === null) return [];
  const logs = new Map<string, number>();
  for (const container of disk?.containers ?? [])
    logs.set(
      `containers/${container.id}`,
      (container.logs ?? []).reduce((bytes, log) => bytes + log.diskBytes, 0),
    );
  return walk.units.map(({ path, totals, incomplete }): LedgerEntry => {
    const bytes = totals.diskBytes;
    const diskBytes = incomplete === null ? known(bytes) : unknownBut(bytes, `${path}: ${incomplete}`);
    return { path, diskBytes, logDiskBytes: Math.min(logs.get(path) ?? 0, totals.diskBytes) };
  });
}
