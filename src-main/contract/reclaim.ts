/** What a front end may ask about removing: a plan, its exact execution, receipts, pins, the quarantine. */
import type { Selection } from './store.ts';

export interface ReclaimApi {
  /** Deletes nothing. The plan is kept ten minutes in memory, for one `plan.apply`. */
  'plan.make': { params: PlanRequest; result: Plan };
  /** A plan made here and not yet applied. */
  'plan.get': { params: { readonly planId: string }; result: Plan };
  /** Takes a saved plan back into memory; apply checks it against the store like any other. */
  'plan.load': { params: { readonly plan: Plan }; result: Plan };
  /** The plan as docker commands, one per line, quoted for a POSIX shell. */
  'plan.commands': { params: { readonly planId: string }; result: { readonly commands: readonly string[] } };
  /** Does exactly the plan, or ends as `failed` with code `stale`. Progress and end come as events. */
  'plan.apply': { params: ApplyParams; result: { readonly operationId: string } };
  /** Everything that Strata did to a store, newest first. */
  'receipts.list': { params: null; result: readonly ListedReceipt[] };
  /** By the plan's or the operation's id. */
  'receipt.get': { params: { readonly id: string }; result: Receipt };
  'pins.get': { params: null; result: Pins };
  'pins.set': { params: Pins; result: Pins };
  'quarantine.list': { params: null; result: readonly QuarantineEntry[] };
  'quarantine.putBack': { params: { readonly id: string }; result: QuarantineEntry };
  'quarantine.purge': { params: { readonly id: string }; result: { readonly freedDiskBytes: number | null } };
  /** Loads an image back from the backup that an apply made. */
  'backup.restore': {
    params: { readonly planId: string; readonly imageId: string };
    result: { readonly loaded: string };
  };
}

/** The classes of build-cache records, in the engine's words. */
export type CacheClass =
  'regular' | 'source.local' | 'source.git' | 'exec.cachemount' | 'frontend' | 'internal';

/** Selectors add up; `olderThanDays`, `keepLast`, `repo` and `label` narrow what the others take. */
export interface Rules {
  readonly dangling?: boolean;
  /** Images that no container, running or stopped, was created from. */
  readonly unused?: boolean;
  /** Created (build cache: last used) longer ago than this. */
  readonly olderThanDays?: number;
  /** Keep the newest N of each repository. */
  readonly keepLast?: number;
  /** `app/*`: `*` for any text, `?` for one character. */
  readonly repo?: string;
  /** `key` or `key=value`. */
  readonly label?: string;
  readonly stopped?: boolean;
  readonly cache?: readonly CacheClass[];
  readonly orphans?: boolean;
  /** Names, each given by the user. No rule takes a volume. */
  readonly volumes?: readonly string[];
  /** Names, tags, ids, id prefixes of images, containers, cache records; paths of orphans. */
  readonly things?: readonly string[];
  /** Choose a set that frees at least this much, from what the other selectors take. */
  readonly targetBytes?: number;
}

export interface PlanRequest {
  readonly rules?: Rules;
  /** The basket: exact ids as in ScanDocument. */
  readonly selection?: Selection;
  /** Single items the user took out again: keys of steps (`image:sha256:…`). */
  readonly without?: readonly string[];
}

export type StepKind =
  'remove-container' | 'untag' | 'delete-image' | 'prune-cache' | 'remove-volume' | 'quarantine-orphan';

export interface PlanStep {
  readonly kind: StepKind;
  /** Container id, tag or digest reference, image id, cache record id, volume name, orphan path. */
  readonly target: string;
  /** For people. */
  readonly name: string;
  /** What this step frees in this order; null where it was not measured. */
  readonly freesDiskBytes: number | null;
  readonly because: string;
  /** The image has a registry digest; the registry was not asked. */
  readonly hasDigest: boolean;
  /** `image:sha256:…`: the item this step belongs to, as in `without`. */
  readonly item: string;
}

export interface PlanStay {
  readonly target: string;
  readonly name: string;
  readonly because: string;
  /** In moby's terms: hard can't be done at all, soft only with force; a choice is a pin or a rule of ours. */
  readonly conflict: 'hard' | 'soft' | 'choice';
}

/** What can't be had back from a registry. */
export interface PlanLoss {
  readonly kind: 'writable-layer' | 'volume' | 'local-image';
  readonly target: string;
  readonly name: string;
  /** Bytes of changed files or of the volume; null where not measured. */
  readonly bytes: number | null;
  readonly what: string;
}

export interface PlanUnlock {
  readonly kind: 'image' | 'container' | 'build-cache';
  readonly target: string;
  readonly name: string;
  readonly freesDiskBytes: number;
}

export interface PlanTarget {
  readonly targetBytes: number;
  readonly reached: boolean;
  /** Next best items that were left out, best first. */
  readonly nextBest: readonly PlanUnlock[];
}

export interface Plan {
  readonly schema: 1;
  readonly id: string;
  readonly madeAt: string;
  readonly fingerprint: string;
  /** The sum of the steps; null when one was not measured. */
  readonly freesDiskBytes: number | null;
  readonly steps: readonly PlanStep[];
  readonly stays: readonly PlanStay[];
  readonly unlocks: readonly PlanUnlock[];
  readonly lost: readonly PlanLoss[];
  readonly target: PlanTarget | null;
  /** What the plan stands on, one fact a line; the fingerprint is their hash. */
  readonly dependsOn: readonly string[];
}

export interface ApplyParams {
  readonly planId: string;
  readonly fingerprint: string;
  /** Images to save to a file before they are deleted. */
  readonly backup?: readonly string[];
}

export interface StepOutcome {
  readonly step: number;
  /** `unknown`: begun, and nobody can say whether the engine did it. `skipped`: not begun. */
  readonly result: 'done' | 'failed' | 'unknown' | 'skipped';
  readonly message: string | null;
  /** Measured on the disk around this step; null where we can't read it. */
  readonly freedDiskBytes: number | null;
}

export interface ApplyResult {
  readonly planId: string;
  readonly outcomes: readonly StepOutcome[];
  readonly promisedDiskBytes: number | null;
  /** Blocks that left the affected folders, measured; null where we can't read them. */
  readonly freedDiskBytes: number | null;
  /** How far the filesystem's free space rose meanwhile; others write too. */
  readonly freeSpaceRoseBytes: number | null;
}

export type ListedReceipt = ReceiptSummary | SingleReceipt;

/** One thing, without a plan: a folder back from the quarantine or gone for good, an image loaded from its backup. */
export interface SingleReceipt {
  readonly kind: 'put-back' | 'purge' | 'restore';
  /** In the quarantine; of a restore the plan whose apply made the backup. */
  readonly id: string;
  /** For people: the folder's path or id, the image. */
  readonly what: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** `interrupted`: Strata ended in the middle; nobody noted how far it came. */
  readonly state: 'running' | 'done' | 'failed' | 'interrupted';
  /** Null in entries of older versions. */
  readonly who: string | null;
  /** Only a purge frees anything; null where it was not measured. */
  readonly freedDiskBytes: number | null;
  readonly message: string | null;
}

export interface ReceiptSummary {
  readonly kind: 'apply';
  readonly planId: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** `interrupted`: Strata ended in the middle; the steps say how far it came. */
  readonly state: 'running' | 'done' | 'failed' | 'cancelled' | 'stale' | 'interrupted';
  readonly who: string;
  readonly stepsDone: number;
  readonly stepsTotal: number;
  readonly promisedDiskBytes: number | null;
  /** Null when it is not known of every step that was begun: `freedAtLeastDiskBytes` says what is. */
  readonly freedDiskBytes: number | null;
  /** What steps are known to have freed, moves to the quarantine aside; 0 where nothing was measured. */
  readonly freedAtLeastDiskBytes: number;
  /** The part of `freedDiskBytes` that only moved to the quarantine on the same disk. */
  readonly movedDiskBytes: number | null;
  readonly message: string | null;
}

export interface Receipt extends ReceiptSummary {
  readonly steps: readonly PlanStep[];
  readonly outcomes: readonly StepOutcome[];
  readonly freeSpaceRoseBytes: number | null;
  /** `docker pull name@sha256:…` for what a registry may still have. */
  readonly pulls: readonly string[];
  readonly backups: readonly { readonly imageId: string; readonly path: string; readonly bytes: number }[];
}

/** What no rule ever takes, nor a selection before it is unpinned. */
export interface Pins {
  /** Ids or `name:tag`. */
  readonly images: readonly string[];
  /** Globs over repository names. */
  readonly repositories: readonly string[];
  readonly volumes: readonly string[];
  /** `key` or `key=value`; for images, containers and volumes. */
  readonly labels: readonly string[];
}

export interface QuarantineEntry {
  readonly id: string;
  /** Where it stood, relative to the data root. */
  readonly path: string;
  readonly movedAt: string;
  readonly diskBytes: number | null;
  readonly evidence: readonly string[];
}
