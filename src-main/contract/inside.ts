/** What a front end may ask about the inside of layers, images, containers and archives. Paths are absolute inside the image. */

import type { ArchiveReport } from './archive.ts';
import type { SameContentApi } from './same-content.ts';

export interface InsideApi extends SameContentApi {
  /** One folder's children in an image's stacked tree or in one layer's own. Paged: at most 5,000 rows. */
  'inside.list': { params: ListParams; result: FolderListing };
  /** Every entry whose path fits the glob (`*`, `**`, `?`), at most 5,000 rows, biggest first. */
  'inside.find': { params: FindParams; result: FolderListing };
  /**
   * What the archive (`--archive FILE`) holds. `verify` reads the layers whole before it answers; without, it says at
   * once what is known by now.
   */
  'inside.archive': {
    params: { readonly image: string | null; readonly verify: boolean };
    result: ArchiveReport;
  };
  /** Reads all layers of the archive, or joins that; `document-changed` tells of each that is known. */
  'inside.verify': { params: null; result: { readonly operationId: string } };
  'inside.waste': { params: { readonly image: string }; result: WasteReport };
  'inside.diff': { params: { readonly container: string }; result: ContainerDiff };
  'inside.compare': { params: { readonly here: string; readonly there: string }; result: Comparison };
  /** The first megabyte of one regular file as text, escaped for display by the caller. */
  'inside.preview': { params: PreviewParams; result: Preview };
  /** A container's changed text file against the image's, as unified lines. */
  'inside.textDiff': { params: { readonly container: string; readonly path: string }; result: TextDiff };
  /** Credentials in the images' layers, steps, environment and labels. Long: answers when done, progress by event. */
  'inside.secrets': { params: { readonly images: readonly string[] }; result: SecretsReport };
  /** The whole value of one finding, asked for one by one, never stored or logged. */
  'inside.reveal': { params: { readonly findingId: string }; result: { readonly value: string } };
}

export interface ListParams {
  /** An image id or tag, or the ChainID of a layer (whole or its beginning). */
  readonly image: string;
  /** Index of the layer, base = 0; null = the top of the stack. */
  readonly layer: number | null;
  /** `own`: what this layer itself holds; `stacked`: what a container would see up to it; `auto`: `own` for a ChainID. */
  readonly view: 'own' | 'stacked' | 'auto';
  readonly path: string;
}

export interface FindParams {
  readonly image: string;
  readonly layer: number | null;
  readonly view: 'own' | 'stacked' | 'auto';
  readonly glob: string;
}

export interface FolderListing {
  readonly path: string;
  readonly entries: readonly TreeEntry[];
  /** More rows than are sent. */
  readonly truncated: boolean;
  /** Where the tree comes from, or why it is only a part. */
  readonly source: 'tar-split' | 'disk' | 'archive' | 'engine';
  readonly problem: string | null;
}

export type EntryType = 'file' | 'folder' | 'symlink' | 'hardlink' | 'device' | 'fifo' | 'socket';

export interface TreeEntry {
  readonly name: string;
  readonly path: string;
  readonly type: EntryType;
  /** Added, modified or removed by the layer looked at; unchanged = from below. */
  readonly change: 'A' | 'M' | 'D' | 'unchanged';
  /** Of a folder: of everything in it. */
  readonly bytes: number | null;
  readonly diskBytes: number | null;
  readonly files: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number | null;
  readonly linkTarget: string | null;
  /** Index of the layer that holds it. */
  readonly layer: number;
  readonly opaque: boolean;
}

export interface WasteReport {
  readonly image: string;
  /** Bytes in all layers, hard links once. */
  readonly totalBytes: number;
  /** Bytes visible at the end. */
  readonly visibleBytes: number;
  /** total − visible. */
  readonly wastedBytes: number;
  /** dive's own published score, for those who know it: 0..1, and its wasted bytes. */
  readonly dive: { readonly efficiency: number; readonly wastedBytes: number };
  readonly layers: readonly {
    readonly layer: number;
    readonly createdBy: string;
    readonly bytes: number;
    readonly wastedBytes: number;
  }[];
  /** Biggest first, at most 1,000. */
  readonly paths: readonly WastedPath[];
  readonly hints: readonly string[];
  /** Layers whose tree could not be read: the report is a lower bound then. */
  readonly missingLayers: readonly string[];
}

export interface WastedPath {
  readonly path: string;
  readonly wastedBytes: number;
  readonly reason: 'overwritten' | 'deleted' | 'metadata-only';
  /** Where each copy lies, base first. */
  readonly copies: readonly { readonly layer: number; readonly bytes: number }[];
  /** The layer that hides it. */
  readonly hiddenBy: number;
}

/** `diff --json` of the terminal contract. */
export interface ContainerDiff {
  readonly container: string;
  readonly totals: {
    readonly added: number;
    readonly changed: number;
    readonly deleted: number;
    readonly bytes: number | null;
    readonly diskBytes: number | null;
    readonly copyUpBytes: number | null;
  };
  readonly entries: readonly ContainerDiffEntry[];
  readonly source: 'disk' | 'engine';
  /** Growth of writable layer and log since the scan before this one; null when it is not known. */
  readonly sinceLastLook: { readonly at: string; readonly byDiskBytes: number } | null;
  /** Why `sinceLastLook` is not known; null when it is. */
  readonly sinceUnknown: string | null;
  /** What is not counted here: volumes, bind mounts, tmpfs, the log. */
  readonly notCounted: readonly { readonly kind: string; readonly path: string; readonly note: string }[];
  readonly problem: string | null;
}

export interface ContainerDiffEntry {
  readonly path: string;
  readonly change: 'A' | 'C' | 'D';
  readonly type: EntryType;
  readonly bytes: number | null;
  readonly diskBytes: number | null;
  readonly copyUp: boolean;
  readonly metadataOnly: boolean;
  readonly opaque: boolean;
  /** What lies below it in the image. */
  readonly hides: { readonly chainId: string; readonly bytes: number } | null;
}

export interface Comparison {
  readonly here: string;
  readonly there: string;
  /** Layers both have, from the base up to where they fork. */
  readonly commonLayers: number;
  readonly commonBytes: number;
  readonly onlyHere: readonly ComparedPath[];
  readonly onlyThere: readonly ComparedPath[];
  readonly different: readonly ComparedPath[];
  readonly onlyHereBytes: number;
  readonly onlyThereBytes: number;
  readonly differentBytes: { readonly here: number; readonly there: number };
  readonly truncated: boolean;
  readonly problem: string | null;
}

export interface ComparedPath {
  readonly path: string;
  readonly bytesHere: number | null;
  readonly bytesThere: number | null;
  /** `content`: size or checksum differ; `metadata`: mode or owner only. */
  readonly by: 'content' | 'metadata' | 'type' | 'presence';
}

export interface PreviewParams {
  /** An image (id or tag) with a layer, or a container. */
  readonly image: string | null;
  readonly container: string | null;
  readonly layer: number | null;
  readonly path: string;
}

export interface Preview {
  readonly path: string;
  readonly bytes: number;
  /** Null for a binary file, with its kind said in `problem`. */
  readonly text: string | null;
  readonly truncated: boolean;
  readonly problem: string | null;
}

export interface TextDiff {
  readonly path: string;
  readonly lines: readonly { readonly mark: ' ' | '+' | '-'; readonly text: string }[];
  readonly problem: string | null;
}

export interface SecretsReport {
  readonly findings: readonly SecretFinding[];
  readonly setuid: readonly {
    readonly image: string;
    readonly path: string;
    readonly mode: number;
    readonly layer: number;
  }[];
  readonly worldWritable: readonly {
    readonly image: string;
    readonly path: string;
    readonly mode: number;
    readonly layer: number;
  }[];
  readonly filesRead: number;
  readonly bytesRead: number;
  readonly problems: readonly string[];
}

export interface SecretFinding {
  readonly id: string;
  readonly ruleId: string;
  readonly name: string;
  readonly severity: 'high' | 'medium' | 'low';
  /** `file` in a layer, `env`, `label`, or a build `step`. */
  readonly where: 'file' | 'env' | 'label' | 'step';
  readonly path: string;
  readonly line: number;
  readonly masked: string;
  readonly chainId: string | null;
  readonly createdBy: string | null;
  /** A later layer hides it, but everybody who has the image has it. */
  readonly deletedLater: boolean;
  /** Images that carry it, by id. */
  readonly images: readonly string[];
}
