/**
 * Does exactly a plan, or refuses. The store is looked at first: when a fact the plan stands on has changed, nothing is
 * removed. Each step is checked again right before, recorded before and after, measured on the disk. The first surprise
 * ends it. Never force, never the engine's own prune of images and containers.
 */
import { StrataError } from '../contract/errors.ts';
import type { OperationProgress } from '../contract/api.ts';
import type { ApplyResult, Plan, PlanStep, StepOutcome } from '../contract/reclaim.ts';
import type { StoreSnapshot } from '../model/store.ts';
import { storeGraph } from '../analysis/graph.ts';
import type { EngineActions } from '../sources/engine/index.ts';
import type { EngineRecords } from '../sources/engine/records.ts';
import { differences } from './facts.ts';
import { worldOf, type World } from './items.ts';
import { freeBytes, measurePaths } from './measure.ts';
import { remakePlan } from './plan.ts';
import { surpriseAt } from './recheck.ts';
import { freesInOrder } from './step-bytes.ts';

export type ApplyRecord =
  | { readonly kind: 'step-begins'; readonly step: number }
  | { readonly kind: 'step-ended'; readonly outcome: StepOutcome };

export interface ApplyTools {
  readonly actions: EngineActions;
  /** A whole fresh look. */
  readonly look: (signal: AbortSignal) => Promise<StoreSnapshot>;
  /** Names only, quick. */
  readonly names: () => Promise<EngineRecords>;
  /** Rejects when it could not be written: then nothing is done. */
  readonly record: (entry: ApplyRecord) => Promise<void>;
  readonly pins: World['pins'];
  readonly hash: (text: string) => string;
  /** Proves the folder an orphan once more and moves it. Throws when it is none. */
  readonly quarantine: (path: string) => Promise<void>;
  /** Waits for the engine as long as it answers anything at all; throws `no-engine` when it hangs. */
  readonly patiently: <T>(work: Promise<T>) => Promise<T>;
  /** Saves the image to a checked file where a backup of it was asked for. */
  readonly backup: (imageId: string) => Promise<void>;
  readonly signal: AbortSignal;
  readonly report: (progress: OperationProgress) => void;
}

/** What was done, also when it ended early: `failure` says why. Throws `stale` before anything was done. */
export async function applyPlan(
  plan: Plan,
  tools: ApplyTools,
): Promise<ApplyResult & { readonly failure: StrataError | null }> {
  const snapshot = await tools.look(tools.signal);
  refuseWhenStale(plan, worldOf(snapshot, tools.pins, snapshot.takenAtMs), tools.hash);
  const dataRoot = snapshot.access === 'direct' ? snapshot.dataRoot : null;
  const disk = await DiskMeasure.start(plan, snapshot, dataRoot);
  const outcomes: StepOutcome[] = [];
  let failure: StrataError | null = null;
  for (const [index, step] of plan.steps.entries()) {
    if (tools.signal.aborted)
      failure ??= new StrataError('cancelled', 'Cancelled; what was done is in the receipt.');
    if (failure !== null) {
      outcomes.push({ step: index, result: 'skipped', message: null, freedDiskBytes: null });
      continue;
    }
    tools.report(progressAt(index, plan, disk.freed));
    const outcome = await runStep(index, { plan, snapshot, disk, tools });
    outcomes.push(outcome);
    if (outcome.result === 'failed')
      failure = new StrataError('failed', `${wordsFor(step)}: ${outcome.message ?? ''}`);
  }
  tools.report(progressAt(plan.steps.length, plan, disk.freed));
  return {
    planId: plan.id,
    outcomes,
    promisedDiskBytes: plan.freesDiskBytes,
    freedDiskBytes: await disk.total(),
    freeSpaceRoseBytes: await disk.freeSpaceRose(),
    failure,
  };
}

function refuseWhenStale(plan: Plan, world: World, hash: (text: string) => string): void {
  const now = remakePlan(plan, world, { id: plan.id, madeAt: plan.madeAt, hash });
  if (now.fingerprint === plan.fingerprint && promiseOf(now) === promiseOf(plan)) return;
  const stays = now.stays.map((one) => `${one.name} stays: ${one.because}`);
  const changed = [...stays, ...differences(plan.dependsOn, now.dependsOn)];
  if (changed.length === 0) changed.push('the plan was altered after it was made');
  throw new StrataError(
    'stale',
    `The store is no longer what the plan was made for; nothing was removed. Make a new plan. Changed:\n${changed.join('\n')}`,
  );
}

/**
 * All that the user agreed to, as the store tells it: what goes, by which name, what it frees, what is lost with it.
 * Not `because`: only rules know it, and a plan from a file says that its reasons are the file's.
 */
function promiseOf({ steps, lost, freesDiskBytes }: Plan): string {
  return JSON.stringify([
    freesDiskBytes,
    steps.map((step) => [step.kind, step.target, step.name, step.freesDiskBytes, step.hasDigest, step.item]),
    lost.map((loss) => [loss.kind, loss.target, loss.name, loss.bytes, loss.what]),
  ]);
}

interface Running {
  readonly plan: Plan;
  readonly snapshot: StoreSnapshot;
  readonly disk: DiskMeasure;
  readonly tools: ApplyTools;
}

async function runStep(index: number, { plan, snapshot, disk, tools }: Running): Promise<StepOutcome> {
  const step = plan.steps[index]!;
  const failed = (message: string): StepOutcome => ({
    step: index,
    result: 'failed',
    message,
    freedDiskBytes: null,
  });
  let outcome: StepOutcome;
  try {
    const surprise = surpriseAt(step, snapshot, await tools.patiently(tools.names()));
    if (surprise !== null) outcome = failed(surprise);
    else {
      // The entry comes first: where it can't be written (a full disk), nothing happens unrecorded.
      await tools.record({ kind: 'step-begins', step: index });
      await backUpFirst(index, plan, tools);
      await tools.patiently(perform(step, tools));
      outcome = { step: index, result: 'done', message: null, freedDiskBytes: await disk.after(index) };
    }
  } catch (thrown) {
    outcome = failed(StrataError.from(thrown).message);
  }
  try {
    await tools.record({ kind: 'step-ended', outcome });
    return outcome;
  } catch (thrown) {
    const message = `done, but not recorded: ${StrataError.from(thrown).message}`;
    return outcome.result === 'done' ? { ...outcome, result: 'failed', message } : outcome;
  }
}

/** Before the first name of an image goes: the file is to give back all of them. */
async function backUpFirst(index: number, plan: Plan, tools: ApplyTools): Promise<void> {
  const item = plan.steps[index]!.item;
  const isFirst = plan.steps.findIndex((step) => step.item === item) === index;
  if (isFirst && item.startsWith('image:')) await tools.backup(item.slice('image:'.length));
}

async function perform(step: PlanStep, { actions, quarantine }: ApplyTools): Promise<void> {
  switch (step.kind) {
    case 'remove-container':
      return actions.removeContainer(step.target);
    case 'untag':
      return void (await actions.untag(step.target));
    case 'delete-image': {
      const { deleted } = await actions.removeImage(step.target);
      if (deleted.includes(step.target)) return;
      throw new StrataError('failed', 'the engine took names away but kept the image');
    }
    case 'prune-cache':
      return void (await actions.pruneCache(step.target));
    case 'remove-volume':
      return actions.removeVolume(step.target);
    case 'quarantine-orphan':
      return quarantine(step.target);
    default:
      return step.kind satisfies never;
  }
}

function wordsFor(step: PlanStep): string {
  return `${step.kind} ${step.name}`;
}

function progressAt(done: number, plan: Plan, freed: number | null): OperationProgress {
  const step = plan.steps[done];
  const stage = step === undefined ? 'Done' : wordsFor(step);
  return { stage, done, total: plan.steps.length, files: 0, diskBytes: freed ?? 0 };
}

/** Allocated blocks of everything that the plan says will leave, before the first step and after each. */
class DiskMeasure {
  readonly #dataRoot: string | null;
  readonly #paths: readonly (readonly string[])[];
  readonly #before: ReadonlyMap<string, number | null>;
  readonly #freeBefore: number | null;
  freed: number | null;

  private constructor(
    dataRoot: string | null,
    paths: readonly (readonly string[])[],
    before: { readonly sizes: ReadonlyMap<string, number | null>; readonly free: number | null },
  ) {
    this.#dataRoot = dataRoot;
    this.#paths = paths;
    this.#before = before.sizes;
    this.#freeBefore = before.free;
    this.freed = dataRoot === null ? null : 0;
  }

  static async start(plan: Plan, snapshot: StoreSnapshot, dataRoot: string | null): Promise<DiskMeasure> {
    const order = plan.steps.map((step) => (step.kind === 'untag' ? null : step.item));
    const paths = freesInOrder(order, storeGraph(snapshot)).map((step) => step.paths);
    const sizes = dataRoot === null ? new Map<string, number>() : await measurePaths(dataRoot, paths.flat());
    const free = dataRoot === null ? null : await freeBytes(dataRoot);
    return new DiskMeasure(dataRoot, paths, { sizes, free });
  }

  /** Freed by this step: what its paths had, less what is still there. */
  async after(index: number): Promise<number | null> {
    if (this.#dataRoot === null) return null;
    const paths = this.#paths[index] ?? [];
    const left = await measurePaths(this.#dataRoot, paths);
    let bytes = 0;
    for (const path of paths) {
      const [was, is] = [this.#before.get(path), left.get(path)];
      if (was == null || is == null) {
        this.freed = null;
        return null;
      }
      bytes += was - is;
    }
    if (this.freed !== null) this.freed += bytes;
    return bytes;
  }

  /** Over all steps, a step that was cut short too. */
  async total(): Promise<number | null> {
    if (this.#dataRoot === null) return null;
    const left = await measurePaths(this.#dataRoot, [...this.#before.keys()]);
    let bytes = 0;
    for (const [path, was] of this.#before) {
      const is = left.get(path);
      if (was === null || is == null) return null;
      bytes += was - is;
    }
    return bytes;
  }

  async freeSpaceRose(): Promise<number | null> {
    if (this.#dataRoot === null || this.#freeBefore === null) return null;
    return (await freeBytes(this.#dataRoot)) - this.#freeBefore;
  }
}
