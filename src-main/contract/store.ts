/** What a front end may ask about the store: the connection, the account, one thing in detail, and why it is there. */
import type { ScanDocument } from './scan-document.ts';

export interface StoreApi {
  /** Where we stand with engine and data root. Never throws for "no engine": that is a state. */
  'connection.get': { params: null; result: Connection };
  /** Looks for an engine again. Answers when it has looked. */
  'connection.retry': { params: null; result: Connection };
  /** What was found and tried, for people: endpoints, contexts, access, and how to get more. */
  'doctor.get': { params: null; result: DoctorReport };
  /** Starts a scan, or joins the one that runs. Progress and end come as events of this operation. */
  'scan.start': { params: { readonly verify?: boolean }; result: { readonly operationId: string } };
  /**
   * The last complete account; starts and awaits a scan when there is none. For screens, `soFar`: waits for names only,
   * and what is measured by then may be all there is (`partial`); `document-changed` says when there is more.
   */
  'scan.document': { params: { readonly soFar: true } | null; result: ScanDocument };
  'image.get': { params: { readonly imageId: string }; result: ImageDetail };
  /** THING as in the CLI's `why`: image, tag, digest, ChainID, DiffID, container, overlay2 folder, l/ name, path. */
  'why.get': { params: { readonly thing: string }; result: WhyAnswer };
  /** What leaves the disk when all of the selection are removed together, and what would unlock more. */
  'frees.get': { params: { readonly selection: Selection }; result: Frees };
  /** Repositories with more versions than the newest `keep`, and what removing the older ones would free. */
  'versions.get': { params: { readonly keep: number }; result: OldVersions };
  'operation.cancel': { params: { readonly operationId: string }; result: null };
}

export interface Connection {
  readonly state: 'ready' | 'no-engine' | 'no-permission' | 'demo' | 'file' | 'archive' | 'lost';
  /** The endpoint in use, or the demo's, file's or archive's name. */
  readonly endpoint: string;
  readonly tried: readonly {
    readonly endpoint: string;
    readonly error: string;
    readonly code: string | null;
  }[];
  readonly access: 'direct' | 'bridge' | 'file' | 'archive' | 'api' | null;
  /** Why the data root's files are not read, in plain words; null when they are. */
  readonly accessWhy: string | null;
  /** `graphdriver`, or why views are limited. */
  readonly limits: readonly string[];
  readonly dataRoot: string | null;
  /** Of the data root's filesystem: free bytes, and these with the used ones (none reserved). Null when not local. */
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number } | null;
  /** Mutating calls are allowed on this transport. */
  readonly mayPrune: boolean;
  /** Set for `file`: whose scan of when. */
  readonly takenAt: string | null;
  readonly version: string;
}

export interface DoctorReport {
  readonly lines: readonly DoctorLine[];
}

export interface DoctorLine {
  readonly topic: string;
  readonly state: 'ok' | 'warning' | 'problem' | 'info';
  readonly text: string;
  /** What to do about it, exact commands included; null when nothing is needed. */
  readonly advice: string | null;
}

export interface ImageDetail {
  readonly imageId: string;
  readonly os: string;
  readonly stack: readonly StackEntry[];
}

/** One build step, base first. Empty ones have no layer. Masked where a value looks like a credential. */
export interface StackEntry {
  readonly createdBy: string;
  readonly created: string | null;
  readonly layer: {
    readonly chainId: string;
    readonly diffId: string | null;
    readonly cacheId: string | null;
    readonly path: string | null;
    readonly bytes: number | null;
    readonly diskBytes: number | null;
    readonly files: number | null;
    /** Other head images on the same layer, by id. */
    readonly sharedWith: readonly string[];
  } | null;
}

export interface WhyAnswer {
  readonly thing: string;
  readonly kind:
    'image' | 'layer' | 'container' | 'volume' | 'build-cache' | 'orphan' | 'folder' | 'path' | 'unknown';
  /** What it is, one sentence. */
  readonly what: string;
  readonly diskBytes: number | null;
  /** The shortest chain of users that keeps it, nearest first; empty when nothing does. */
  readonly keptBy: readonly WhyLink[];
  /** What removing it alone would free, or why it can't be removed alone; one sentence. */
  readonly verdict: string;
}

export interface WhyLink {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly because: string;
}

/** Ids and names as in ScanDocument; orphans by path. */
export interface Selection {
  readonly images: readonly string[];
  readonly containers: readonly string[];
  readonly volumes: readonly string[];
  readonly buildCache: readonly string[];
  readonly orphans: readonly string[];
}

export interface Frees {
  readonly diskBytes: number | null;
  /** Not all of it is measured yet: it frees more. */
  readonly atLeast?: true;
  /** What stays although selected, and why. */
  readonly stays: readonly { readonly id: string; readonly name: string; readonly because: string }[];
  /** Add these to free that much more; best first, at most 10. */
  readonly unlocks: readonly {
    readonly kind: 'image' | 'container' | 'build-cache';
    readonly id: string;
    readonly name: string;
    readonly diskBytes: number;
  }[];
}

export interface OldVersions {
  readonly keep: number;
  /** Of all old versions that may go, removed together; null when it is not known. */
  readonly freesDiskBytes: number | null;
  /** What frees most first. */
  readonly repositories: readonly RepositoryVersions[];
}

export interface RepositoryVersions {
  readonly repository: string;
  /** Of those of this repository that may go, removed together. */
  readonly freesDiskBytes: number | null;
  /** Newest first. */
  readonly images: readonly {
    readonly id: string;
    /** In this repository; the image may have more names elsewhere. */
    readonly tags: readonly string[];
    readonly created: string | null;
    /** In layers that no other image stands on. */
    readonly uniqueDiskBytes: number | null;
    /** `newest`: among those kept; `stays`: old, but something keeps it. */
    readonly fate: 'newest' | 'goes' | 'stays';
    /** Why it stays; empty for the others. */
    readonly because: string;
  }[];
}
