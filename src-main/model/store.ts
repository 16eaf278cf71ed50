/**
 * What a store is: the records of engine and disk joined, sizes measured where we could.
 * Plain data, made by `sources/join.ts`, read by `analysis`. Sizes: `bytes` = sum of st_size of distinct inodes that
 * are not folders (the measure of Docker's own `size`); `diskBytes` = st_blocks × 512 of distinct inodes, folders too.
 */
import type { CacheId, ChainId, ContainerId, DiffId, ImageId } from './ids.ts';
import type { Issue } from './issue.ts';
import type { Measured } from './measured.ts';

/** `archive`: no store, but saved images in a file. */
export type Access = 'direct' | 'bridge' | 'file' | 'archive' | 'api';
export type StoreKind = 'graphdriver' | 'containerd' | 'unknown';

export interface EngineFacts {
  readonly endpoint: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly driver: string;
  readonly dataRoot: string;
  readonly rootless: boolean;
  /** Start of the engine process, when the machine could tell. */
  readonly startedAtMs: number | null;
}

export interface StoreSnapshot {
  readonly takenAtMs: number;
  readonly engine: EngineFacts | null;
  readonly store: StoreKind;
  readonly access: Access;
  readonly dataRoot: string | null;
  readonly images: readonly Image[];
  readonly layers: readonly Layer[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
  readonly buildCache: readonly BuildCacheRecord[];
  readonly folders: readonly OverlayFolder[];
  /** Everything measured under the data root, each inode in exactly one entry; empty when the disk was not read. */
  readonly ledger: readonly LedgerEntry[];
  /** Docker's own figures, shown beside ours; null where the engine was not asked or did not say. */
  readonly docker: DockerFigures;
  /** Why the owners of folders are not all known; null when they are. While set, no folder is an orphan. */
  readonly ownersIncomplete: string | null;
  /** Why not all users of layers are known, so that any layer may be in use; absent or null when they are. */
  readonly usersIncomplete?: string | null;
  /** Set while the first scan runs, and when it was cancelled: what is not measured yet is unknown and says so. */
  readonly partial?: ScanPart | null;
  readonly issues: readonly Issue[];
}

/** How far a scan has come, counted in folders it walks, or in images it asks the engine for. */
export interface ScanPart {
  readonly measured: number;
  readonly total: number;
  readonly of: 'folders' | 'images';
}

export interface Image {
  readonly id: ImageId;
  readonly tags: readonly string[];
  /** `name@sha256:…` references. */
  readonly digests: readonly string[];
  readonly createdAtMs: number | null;
  readonly platform: string;
  /** Base first. Empty for an image without layers. */
  readonly chain: readonly ChainId[];
  /** Set when the chain could not be learnt: `chain` says nothing then, and the image may hold any layer. */
  readonly chainUnknown?: string;
  readonly diffIds: readonly DiffId[];
  /** The classic builder's parent image. */
  readonly parentId: ImageId | null;
  readonly intermediate: boolean;
  readonly dangling: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly history: readonly BuildStep[];
  /** The engine's own Size and SharedSize (-1 there = null here). */
  readonly docker: { readonly bytes: number | null; readonly sharedBytes: number | null };
  /** The engine lists it (false: on disk only, the engine hides it). */
  readonly listed: boolean;
}

export interface BuildStep {
  readonly createdBy: string;
  readonly comment: string;
  readonly createdAtMs: number | null;
  readonly emptyLayer: boolean;
}

/** A base has no parent; a broken link is not a base, or its chain would look unused. */
export type ParentLink =
  | { readonly kind: 'base' }
  | { readonly kind: 'parent'; readonly id: ChainId }
  | { readonly kind: 'broken'; readonly why: string };

export interface Layer {
  readonly chainId: ChainId;
  readonly diffId: DiffId | null;
  readonly parent: ParentLink;
  readonly cacheId: CacheId | null;
  /** Of `size` in layerdb. */
  readonly bytes: Measured;
  /** Allocated blocks of its whole folder under overlay2/. */
  readonly diskBytes: Measured;
  /** Allocated blocks of its short name in overlay2/l (4 KiB each on ext4): leaves with the layer. */
  readonly linkDiskBytes: Measured;
  readonly files: number | null;
  /** Ids of build-cache records that stand on it. */
  readonly buildCache: readonly string[];
  readonly hasTarSplit: boolean;
}

export type ContainerState =
  'running' | 'paused' | 'restarting' | 'created' | 'exited' | 'dead' | 'removing' | 'unknown';

export interface Container {
  readonly id: ContainerId;
  readonly name: string;
  readonly imageId: ImageId | null;
  readonly imageName: string;
  readonly state: ContainerState;
  readonly createdAtMs: number | null;
  readonly finishedAtMs: number | null;
  /** The chain its writable layer stands on, base first; null = unknown, and unknown means in use. */
  readonly chain: readonly ChainId[] | null;
  /** Folders in overlay2/. */
  readonly mountId: CacheId | null;
  readonly initId: CacheId | null;
  readonly writableBytes: Measured;
  /** Whole folders of mount-id and init-id. */
  readonly writableDiskBytes: Measured;
  readonly linkDiskBytes: Measured;
  readonly files: number | null;
  readonly logDiskBytes: Measured;
  readonly logBytes: Measured;
  readonly mounts: readonly MountPoint[];
  readonly labels: Readonly<Record<string, string>>;
  readonly docker: { readonly writableBytes: number | null };
  readonly listed: boolean;
}

export interface MountPoint {
  readonly type: 'volume' | 'bind' | 'tmpfs' | 'other';
  /** The volume's name; empty for others. */
  readonly name: string;
  readonly source: string;
  readonly destination: string;
}

export interface Volume {
  readonly name: string;
  readonly driver: string;
  readonly anonymous: boolean;
  readonly createdAtMs: number | null;
  readonly bytes: Measured;
  readonly diskBytes: Measured;
  readonly files: number | null;
  readonly containers: readonly ContainerId[];
  readonly labels: Readonly<Record<string, string>>;
  readonly docker: { readonly bytes: number | null };
}

export interface BuildCacheRecord {
  readonly id: string;
  /** regular, source.local, exec.cachemount, frontend, internal … as the engine says. */
  readonly type: string;
  readonly description: string;
  readonly inUse: boolean;
  /** Set when nobody could tell whether a build uses it: `inUse` is true then, and this says why. */
  readonly useUnknown?: string;
  /** Its bytes are an image layer's and counted there. */
  readonly shared: boolean;
  readonly createdAtMs: number | null;
  readonly lastUsedAtMs: number | null;
  readonly usageCount: number | null;
  readonly parents: readonly string[];
  readonly cacheId: CacheId | null;
  readonly chainId: ChainId | null;
  readonly diskBytes: Measured;
  readonly docker: { readonly bytes: number | null };
}

/** Who owns a folder of overlay2/. `unowned` is a candidate only: `analysis/orphans.ts` judges it. */
export type FolderOwner =
  | { readonly kind: 'layer'; readonly chainId: ChainId }
  | { readonly kind: 'writable' | 'init'; readonly containerId: string }
  | { readonly kind: 'build-cache'; readonly recordIds: readonly string[] }
  | { readonly kind: 'removing'; readonly entry: string }
  | { readonly kind: 'unowned' };

export interface OverlayFolder {
  /** As listed; by grammar a CacheId or not (`odd` names are never touched). */
  readonly name: string;
  readonly owner: FolderOwner;
  /** The 26-character short name below overlay2/l. */
  readonly link: string | null;
  readonly modifiedMs: number | null;
  readonly mounted: boolean;
  readonly bytes: Measured;
  readonly diskBytes: Measured;
  readonly linkDiskBytes: Measured;
  readonly files: number | null;
  /** Named by no pass of the reading before and after the listing. Only such ones can be orphans. */
  readonly unchangedBetweenLooks: boolean;
}

/** `path` relative to the data root: `.`, `overlay2`, `overlay2/<cache-id>`, `volumes/<name>`, `containers/<id>`, `image` … */
export interface LedgerEntry {
  readonly path: string;
  readonly diskBytes: Measured;
  /** Of diskBytes, those of container log files. */
  readonly logDiskBytes: number;
}

export interface DockerFigures {
  readonly layersBytes: number | null;
  readonly imagesReclaimableBytes: number | null;
  readonly containersBytes: number | null;
  readonly volumesBytes: number | null;
  readonly buildCacheBytes: number | null;
  /** They are asked for and have not come yet. */
  readonly pending?: boolean;
}
