/**
 * `scan --json`, the whole account as one document (schema 1). It changes only by adding. Sizes are integers in bytes,
 * `null` where not measured; ids are full; times ISO 8601 UTC.
 */
export interface ScanDocument {
  readonly schema: 1;
  readonly takenAt: string;
  readonly engine: ScanEngine | null;
  readonly access: 'direct' | 'bridge' | 'file' | 'archive' | 'api';
  readonly account: ScanAccount;
  readonly reclaimable: ScanReclaimable;
  readonly images: readonly ScanImage[];
  readonly layers: readonly ScanLayer[];
  readonly containers: readonly ScanContainer[];
  readonly volumes: readonly ScanVolume[];
  readonly buildCache: readonly ScanBuildCache[];
  readonly orphans: readonly ScanOrphan[];
  readonly duplicates: readonly ScanDuplicate[];
  readonly docker: ScanDocker;
  /**
   * Null in every whole account, so in all that `scan --json` prints. Else `account` and `reclaimable`, and images and
   * containers marked `atLeast`, hold what is measured so far: lower bounds.
   */
  readonly partial: ScanPartial | null;
  readonly issues: readonly { readonly where: string; readonly what: string }[];
}

/** How far the scan has come: folders it walked, or images it asked the engine for. */
export interface ScanPartial {
  readonly measured: number;
  readonly total: number;
  readonly of: 'folders' | 'images';
}

export interface ScanEngine {
  readonly endpoint: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly driver: string;
  readonly store: 'graphdriver' | 'containerd' | 'unknown';
  readonly dataRoot: string;
  readonly rootless: boolean;
}

/** The nine categories sum to dataRootDiskBytes; all are null together when the data root was not read. */
export interface ScanAccount {
  readonly dataRootDiskBytes: number | null;
  readonly imageLayers: number | null;
  readonly writableLayers: number | null;
  readonly buildCache: number | null;
  readonly volumes: number | null;
  readonly logs: number | null;
  readonly orphans: number | null;
  readonly inactiveStore: number | null;
  readonly engineMetadata: number | null;
  readonly other: number | null;
}

/** Disk bytes, each exact for its own set removed alone. */
export interface ScanReclaimable {
  readonly dangling: number | null;
  readonly unused: number | null;
  readonly stoppedContainers: number | null;
  readonly buildCache: number | null;
  readonly orphans: number | null;
}

export interface ScanImage {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly created: string | null;
  readonly platform: string;
  readonly bytes: number | null;
  readonly diskBytes: number | null;
  readonly sharedDiskBytes: number | null;
  readonly uniqueDiskBytes: number | null;
  /** What removing it alone frees now: 0 while a container, a child or the build cache holds all of it. */
  readonly freesDiskBytes: number | null;
  readonly chain: readonly string[];
  readonly containers: readonly string[];
  readonly children: readonly string[];
  readonly intermediate: boolean;
  readonly dangling: boolean;
  readonly hasDigest: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly docker: { readonly bytes: number | null; readonly sharedBytes: number | null };
  /** Only in a partial account: not all of its layers are measured, its disk sizes are lower bounds. */
  readonly atLeast?: true;
}

export interface ScanLayer {
  readonly chainId: string;
  readonly diffId: string | null;
  readonly parent: string | null;
  readonly cacheId: string | null;
  readonly path: string | null;
  readonly bytes: number | null;
  readonly diskBytes: number | null;
  readonly linkDiskBytes: number | null;
  readonly files: number | null;
  readonly images: readonly string[];
  readonly containers: readonly string[];
  readonly buildCache: readonly string[];
  readonly dangling: boolean;
}

export interface ScanContainer {
  readonly id: string;
  readonly name: string;
  readonly imageId: string | null;
  readonly imageName: string;
  readonly state: string;
  readonly created: string | null;
  readonly writableBytes: number | null;
  readonly writableDiskBytes: number | null;
  /** What removing it alone frees: both folders, their short names, and its log. */
  readonly freesDiskBytes: number | null;
  readonly files: number | null;
  readonly logDiskBytes: number | null;
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Only in a partial account: it frees at least what is said. */
  readonly atLeast?: true;
}

export interface ScanVolume {
  readonly name: string;
  readonly driver: string;
  readonly created: string | null;
  readonly bytes: number | null;
  readonly diskBytes: number | null;
  readonly files: number | null;
  readonly containers: readonly string[];
  readonly anonymous: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ScanBuildCache {
  readonly id: string;
  readonly type: string;
  readonly description: string;
  readonly diskBytes: number | null;
  readonly inUse: boolean;
  /** Set when nobody could tell whether a build uses it: `inUse` is true then, and this says why. */
  readonly useUnknown?: string;
  readonly shared: boolean;
  readonly created: string | null;
  readonly lastUsed: string | null;
  readonly usageCount: number | null;
  readonly parents: readonly string[];
  readonly path: string | null;
}

export interface ScanOrphan {
  readonly path: string;
  readonly diskBytes: number | null;
  readonly files: number | null;
  readonly modified: string | null;
  readonly evidence: readonly string[];
}

export interface ScanDuplicate {
  readonly diffId: string;
  readonly chainIds: readonly string[];
  readonly wastedDiskBytes: number | null;
}

/** Docker's own figures (apparent bytes), for "Docker says" beside ours. */
export interface ScanDocker {
  readonly layersBytes: number | null;
  readonly imagesReclaimableBytes: number | null;
  readonly containersBytes: number | null;
  readonly volumesBytes: number | null;
  readonly buildCacheBytes: number | null;
  /** They are asked for and have not come yet; never in what `scan --json` prints. */
  readonly pending?: boolean;
}
