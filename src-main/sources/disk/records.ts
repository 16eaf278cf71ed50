/** What the files of a graphdriver data root say, each record checked at the edge; damage is an Issue beside them. */
import type { CacheId, ChainId, ContainerId, DiffId, ImageId } from '../../model/ids.ts';
import type { Issue } from '../../model/issue.ts';
import type { Measured } from '../../model/measured.ts';
import type { BuildStep, MountPoint, ParentLink } from '../../model/store.ts';

export interface DiskRecords {
  readonly dataRoot: string;
  readonly engineId: string | null;
  readonly images: readonly DiskImage[];
  readonly layers: readonly DiskLayer[];
  /** layerdb/mounts. */
  readonly mounts: readonly DiskMount[];
  /** `<chain>-<n>-removing` entries and layerdb/tmp/write-set-*: their names, and the cache-id they still name. */
  readonly removing: readonly { readonly entry: string; readonly cacheId: CacheId | null }[];
  readonly layerdbTmp: readonly string[];
  readonly containers: readonly DiskContainer[];
  readonly volumes: readonly DiskVolume[];
  readonly folders: readonly DiskFolder[];
  /** overlay2/l names whose target is gone. */
  readonly deadLinks: readonly string[];
  readonly buildkit: BuildkitRecords | null;
  /** Something the ownership of folders is read from was damaged or unreadable: no folder may be called an orphan. */
  readonly ownersIncomplete: string | null;
  /**
   * An image config, a name list, a parent file or a container's config was damaged or unreadable: nothing may be
   * called unused or untagged on the word of the disk alone.
   */
  readonly usersIncomplete?: string | null;
  readonly issues: readonly Issue[];
}

export interface DiskImage {
  readonly id: ImageId;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly parentId: ImageId | null;
  readonly createdAtMs: number | null;
  readonly platform: string;
  readonly diffIds: readonly DiffId[];
  readonly chain: readonly ChainId[];
  readonly history: readonly BuildStep[];
  readonly labels: Readonly<Record<string, string>>;
  /** Env, Cmd, Entrypoint and so on as the config has them: for the secrets search, never sent as they are. */
  readonly env: readonly string[];
}

export interface DiskLayer {
  readonly chainId: ChainId;
  readonly diffId: DiffId | null;
  readonly parent: ParentLink;
  readonly cacheId: CacheId | null;
  readonly bytes: Measured;
  readonly hasTarSplit: boolean;
}

export interface DiskMount {
  readonly containerId: string;
  readonly mountId: CacheId | null;
  readonly initId: CacheId | null;
  /** Absent file = base (a layerless image). */
  readonly parent: ParentLink;
}

export interface DiskContainer {
  readonly id: ContainerId;
  readonly name: string | null;
  readonly imageId: ImageId | null;
  readonly imageName: string;
  readonly running: boolean;
  readonly paused: boolean;
  readonly createdAtMs: number | null;
  readonly finishedAtMs: number | null;
  readonly mounts: readonly MountPoint[];
  readonly labels: Readonly<Record<string, string>>;
  /** Null when a folder of them could not be listed: how much they are is not known then. */
  readonly logs: readonly LogFile[] | null;
  /** `config.v2.json` is missing or damaged: the engine does not load it. */
  readonly broken: string | null;
}

/** json-file logs with their rotated ones, the local driver's, and `container-cached.log`. Path relative to the data root. */
export interface LogFile {
  readonly path: string;
  readonly bytes: number;
  readonly diskBytes: number;
}

export interface DiskVolume {
  readonly name: string;
  /** What volumes/metadata.db (bolt) knows: driver, labels, options; null when it has no entry. */
  readonly driver: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly hasOptions: boolean;
}

export interface DiskFolder {
  readonly name: string;
  /** Own short name in overlay2/l; null when the file is absent. */
  readonly link: string | null;
  /** st_blocks × 512 of the symlink overlay2/l/<link>; 0 when there is none, null when l/ could not be listed. */
  readonly linkDiskBytes: number | null;
  /** mtime of the folder itself or of its `diff`, whichever is newer. */
  readonly modifiedMs: number | null;
  /** /proc/self/mountinfo names its `merged` (or it is a lowerdir/upperdir of a mount). */
  readonly mounted: boolean;
  /** Listed with the same mtime and named by nobody in both looks (before and after). */
  readonly unchangedBetweenLooks: boolean;
}

export interface BuildkitRecords {
  /** snapshots.db: what each snapshot's files are. */
  readonly snapshots: readonly BuildkitSnapshot[];
  /** metadata_v2.db. */
  readonly records: readonly BuildkitRecord[];
}

export interface BuildkitSnapshot {
  readonly key: string;
  readonly parent: string | null;
  readonly committed: string | null;
  readonly chainId: ChainId | null;
  /** The overlay2 folder by the rule of store-formats 3: cache-id of chainid, else committed, else the key. */
  readonly cacheId: CacheId | null;
}

export interface BuildkitRecord {
  readonly id: string;
  readonly description: string;
  readonly type: string;
  readonly snapshot: string | null;
  readonly parents: readonly string[];
  readonly createdAtMs: number | null;
  readonly lastUsedAtMs: number | null;
  readonly usageCount: number | null;
  readonly chainId: ChainId | null;
  /** The mutable record whose files are the same as this committed one's: not listed by the engine, owns nothing. */
  readonly equalMutable: string | null;
}
