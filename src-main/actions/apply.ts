/**
 * Does exactly a plan, or refuses. The store is looked at first: when a fact the plan stands on has changed, nothing is
 * removed. Each step is checked again right before, recorded before and after, measured on the disk. The first surprise
 * ends it. Never force, never the engine's own prune of images and containers.
 */
import { NoAnswer, StrataError } from '../contract/errors.ts';
import type { OperationProgress } from '../contract/api.ts';
import type { ApplyResult, Plan, PlanStep, StepOutcome } from '../contract/reclaim.ts';
import type { StoreSnapshot } from '../model/store.ts';
import type { EngineActions } from '../sources/engine/index.ts';
import type { EngineRecords } from '../sources/engine/records.ts';
import { differences } from './facts.ts';
import { worldOf, type World } from './items.ts';
import { DiskMeasure } from './disk-measure.ts';
import { remakePlan } from './plan.ts';
import { surpriseAt } from './recheck.ts';

/** For one question whose answer settles what a cut request did. */
const LOOK_UP_MS = 10_000;

export type ApplyRecord =
  | { readonly kind: 'step-begins'; readonly step: number }
  | { readonly kind: 'step-ended'; readonly outcome: StepOutcome };

export interface ApplyTools {
  readonly actions: EngineActions;
  /** A whole fresh look. */
  readonly look: (signal: AbortSignal) => Promise<StoreSnapshot>;
  /** Names only, quick. */
  readonly names: (signal: AbortSignal) => Promise<EngineRecords>;
  /** Rejects when it could not be written: then nothing is done. */
  readonly record: (entry: ApplyRecord) => Promise<void>;
  readonly pins: World['pins'];
  readonly hash: (text: string) => string;
  /** Proves the folder an orphan once more and moves it. Throws when it is none. */
  readonly quarantine: (path: string, signal: AbortSignal) => Promise<void>;
  /**
   * Waits for the engine as long as it answers anything at all, and after a cancel a little for what is under way. Then
   * it closes the request by the signal it gave and throws `NoAnswer`.
   */
  readonly patiently: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
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
    tools.report(progressAt(index, plan, disk.freed));
    const outcome: StepOutcome =
      failure !== null || tools.signal.aborted
        ? skipped(index)
        : await runStep(index, { plan, snapshot, disk, tools });
    outcomes.push(outcome);
    if (outcome.result === 'done') continue;
    failure ??=
      outcome.result === 'failed' || !tools.signal.aborted
        ? new StrataError('failed', `${wordsFor(step)}: ${outcome.message ?? ''}`)
        : new StrataError('cancelled', 'Cancelled; what was done is in the receipt.');
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

async function runStep(index: number, running: Running): Promise<StepOutcome> {
  const { plan, snapshot, tools } = running;
  const step = plan.steps[index]!;
  const failed = (message: string): StepOutcome => ({ ...skipped(index), result: 'failed', message });
  let outcome: StepOutcome;
  try {
    await backUpFirst(index, plan, tools);
    const surprise = surpriseAt(step, snapshot, await tools.patiently(tools.names));
    if (tools.signal.aborted) return skipped(index);
    if (surprise !== null) outcome = failed(surprise);
    else {
      // The entry comes first: where it can't be written (a full disk), nothing happens unrecorded.
      await tools.record({ kind: 'step-begins', step: index });
      outcome = await performed(index, running);
    }
  } catch (thrown) {
    if (tools.signal.aborted) return skipped(index);
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

/** Never throws. A request without an answer is looked up: the engine may have carried it out all the same. */
async function performed(index: number, { plan, disk, tools }: Running): Promise<StepOutcome> {
  const step = plan.steps[index]!;
  try {
    await tools.patiently((signal) => perform(step, tools, signal));
  } catch (thrown) {
    const { message } = StrataError.from(thrown);
    if (!(thrown instanceof NoAnswer)) return { ...skipped(index), result: 'failed', message };
    if (thrown.code === 'no-engine' || !(await isGone(step, tools)))
      return { ...skipped(index), result: 'unknown', message };
  }
  return { step: index, result: 'done', message: null, freedDiskBytes: await disk.after(index) };
}

/** True when the engine says so. False is no proof that nothing happens: it may still be at it. */
async function isGone(step: PlanStep, { names }: ApplyTools): Promise<boolean> {
  const now = await names(AbortSignal.timeout(LOOK_UP_MS)).catch(() => null); // no answer: still not known
  if (now === null) return false;
  switch (step.kind) {
    case 'remove-container':
      return now.containers?.every((one) => one.id !== step.target) ?? false;
    case 'untag':
      return now.images?.every((one) => ![...one.tags, ...one.digests].includes(step.target)) ?? false;
    case 'delete-image':
      return now.images?.every((one) => one.id !== step.target) ?? false;
    case 'remove-volume':
      return now.volumes?.every((one) => one.name !== step.target) ?? false;
    case 'prune-cache': // names do not list it
    case 'quarantine-orphan':
      return false;
    default:
      return step.kind satisfies never;
  }
}

const skipped = (step: number): StepOutcome => ({
  step,
  result: 'skipped',
  message: null,
  freedDiskBytes: null,
});

/** Before the first name of an image goes: the file is to give back all of them. */
async function backUpFirst(index: number, plan: Plan, tools: ApplyTools): Promise<void> {
  const item = plan.steps[index]!.item;
  const isFirst = plan.steps.findIndex((step) => step.item === item) === index;
  if (isFirst && item.startsWith('image:')) await tools.backup(item.slice('image:'.length));
}

async function perform(
  step: PlanStep,
  { actions, quarantine }: ApplyTools,
  signal: AbortSignal,
): Promise<void> {
  switch (step.kind) {
    case 'remove-container':
      return actions.removeContainer(step.target, signal);
    case 'untag':
      return void (await actions.untag(step.target, signal));
    case 'delete-image': {
      const { deleted } = await actions.removeImage(step.target, { signal });
      if (deleted.includes(step.target)) return;
      throw new StrataError('failed', 'the engine took names away but kept the image');
    }
    case 'prune-cache':
      return void (await actions.pruneCache(step.target, signal));
    case 'remove-volume':
      return actions.removeVolume(step.target, signal);
    case 'quarantine-orphan':
      return quarantine(step.target, signal);
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
  return { stage, done, total: plan.steps.length, files: 0, diskBytes: freed };
}
