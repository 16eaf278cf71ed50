import type { ChainId, DiffId, ImageId } from '../../model/ids.ts';
import type { BuildStep } from '../../model/store.ts';

/** One image of an archive, with its layers base first. */
export interface ArchiveImage {
  /** sha256 of its config, as the graphdriver store names images. */
  readonly id: ImageId;
  /** Of its manifest; null where the layout has none in a member of its own. */
  readonly manifestDigest: string | null;
  readonly tags: readonly string[];
  readonly platform: string;
  readonly createdAtMs: number | null;
  readonly history: readonly BuildStep[];
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly layers: readonly ArchiveLayer[];
  /** Digests of manifest and config that are not those of their bytes. */
  readonly problems: readonly string[];
}

export interface ArchiveLayer {
  readonly diffId: DiffId;
  readonly chainId: ChainId;
  /** Member or blob that holds it. */
  readonly member: string;
  /** Bytes as stored, compressed or not. */
  readonly storedBytes: number;
  /** The blob's own digest where the layout names one. */
  readonly digest: string | null;
  /** As the manifest says; null where it does not. */
  readonly mediaType: string | null;
  /** As its first bytes say. */
  readonly compression: Compression;
}

export type Compression = 'none' | 'gzip' | 'zstd';

/** What an index lists beside images: platforms that are not here, attestations. Shown as what they are. */
export interface ArchiveNote {
  /** Or the member's name, for one that is damaged. */
  readonly digest: string;
  readonly what: string;
}

export interface ArchiveContent {
  readonly images: readonly ArchiveImage[];
  readonly notes: readonly ArchiveNote[];
}
