/** What an image archive holds, as far as it was read. */

export interface ArchiveReport {
  readonly images: readonly ArchiveReportImage[];
  /** What the index lists beside images: attestations, artifacts, platforms that are not here. */
  readonly notes: readonly { readonly digest: string; readonly what: string }[];
  readonly reading: ArchiveReading;
}

export interface ArchiveReportImage {
  /** The digest of its config. */
  readonly id: string;
  /** Null where the layout has no manifest of its own. */
  readonly manifestDigest: string | null;
  readonly tags: readonly string[];
  readonly platform: string;
  readonly created: string | null;
  /** Base first. */
  readonly layers: readonly ArchiveReportLayer[];
  /** Of its manifest and config: digests that are not those of their bytes. */
  readonly problems: readonly string[];
}

export interface ArchiveReportLayer {
  readonly chainId: string;
  readonly diffId: string;
  /** The blob's own digest, where the archive's layout names one. */
  readonly digest: string | null;
  /** As the manifest says; null where it does not. */
  readonly mediaType: string | null;
  /** As the first bytes say. */
  readonly compression: 'none' | 'gzip' | 'zstd';
  readonly storedBytes: number;
  /** Of its files; null until it was read, and for a damaged one. */
  readonly bytes: number | null;
  readonly files: number | null;
  /** Masked. */
  readonly createdBy: string;
  /** Digests that are not those of the bytes; empty when all is well, null until the whole layer was read. */
  readonly problems: readonly string[] | null;
}

/** Of the archive's layers in the background. */
export interface ArchiveReading {
  readonly state: 'not-started' | 'running' | 'stopped' | 'done';
  /** Why it stopped; null when it was cancelled. */
  readonly problem: string | null;
}
