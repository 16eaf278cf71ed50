/**
 * Measures the units of a data root: never across a mount, never through a link, every inode once.
 * Walks in worker threads; layers that the memory still knows cost one look.
 */
import { realpathSync } from 'node:fs';
import { StrataError } from '../../contract/errors.ts';
import { workerUrl } from '../../support/worker-url.ts';
import { EarlyResults } from './early-results.ts';
import {
  Keeper,
  type Measuring,
  Progress,
  disagreement,
  emptyPiece,
  inWalkOrder,
  rememberedPiece,
  resultOf,
  startMeasuring,
} from './measuring.ts';
import type { LayerMemory } from './memory.ts';
import { runPool } from './pool.ts';
import { recall } from './recall.ts';
import type { UnitResult, WalkProgress, WalkResult, WalkUnit } from './records.ts';
import { countOnce } from './share.ts';
import { planTasks } from './tasks.ts';
import type { Piece } from './unit-walk.ts';

export interface WalkOptions {
  readonly signal?: AbortSignal | undefined;
  /** At most ten times a second, and once at the end. */
  readonly onProgress?: ((progress: WalkProgress) => void) | undefined;
  /**
   * Results as they come, at most every 250 ms, each unit once and as in the complete result. Units with hard links to
   * elsewhere, and the last ones, come with the complete result only: whose their bytes are is known then.
   */
  readonly onUnits?: ((units: readonly UnitResult[]) => void) | undefined;
  /** Threads. Four is best with cold caches and costs little with warm ones. */
  readonly workers?: number | undefined;
  readonly memory?: LayerMemory | undefined;
  /** Walk what the memory knows too, and report where it and the disk disagree. */
  readonly verify?: boolean | undefined;
}

const DEFAULT_WORKERS = 4;

/** Trouble with a unit is in its result. Throws when the data root can't be found or no thread can be started. */
export async function walkUnits(
  dataRoot: string,
  units: readonly WalkUnit[],
  options: WalkOptions = {},
): Promise<WalkResult> {
  const { memory, signal } = options;
  const all = planTasks(realRoot(dataRoot), units).map(startMeasuring);
  const progress = new Progress(all.length, options.onProgress);
  const keeper = memory ? new Keeper(memory) : null;
  if (memory) await takeFromMemory(all, memory, options);
  const early = new EarlyResults(options.onUnits);
  for (const one of all.filter(({ done }) => done)) {
    progress.finished(one);
    early.add(one);
  }

  const cancelled = await runPool<Measuring, Piece>({
    program: workerUrl('scan-worker', import.meta.url),
    workers: options.workers ?? DEFAULT_WORKERS,
    tasks: all.filter((one) => !one.done).toSorted(inWalkOrder),
    message: (one) => one.task,
    signal,
    onAnswer: (one, answer) => {
      const piece = 'died' in answer ? emptyPiece(one.path, `the walk ended early: ${answer.died}`) : answer;
      addWalked(one, piece);
      if (one.key && isWhole(piece)) keeper?.add(one.key, piece);
      progress.finished(one);
      early.add(one);
    },
    onTick: (files, diskBytes) => {
      progress.tell(files, diskBytes);
      early.tell();
    },
  });
  const notKept = (await keeper?.end()) ?? null;
  progress.tell(0, 0);

  const done = all.filter((one) => one.done);
  countOnce(done);
  return { units: done.map(resultOf), cancelled, ...(notKept ? { issues: [notKept] } : {}) };
}

async function takeFromMemory(
  all: readonly Measuring[],
  memory: LayerMemory,
  options: WalkOptions,
): Promise<void> {
  const askable = all.filter((one) => !one.done && one.unit.immutable && one.task.content !== null);
  for (const { of: one, rest, key, remembered } of await recall(askable, memory, options.signal)) {
    one.key = key;
    one.pieces = [rest];
    one.task = { ...one.task, part: 'content' };
    one.remembered = remembered;
    if (remembered === null || options.verify) continue;
    one.pieces = [rest, rememberedPiece(remembered)];
    one.from = 'memory';
    one.done = true;
  }
}

function addWalked(one: Measuring, piece: Piece): void {
  one.pieces = [...one.pieces, piece];
  one.done = true;
  const differs =
    one.remembered && isWhole(piece) ? disagreement(one.remembered.totals, piece.content) : null;
  if (differs !== null) one.issues.push({ where: one.path, what: differs });
}

const isWhole = (piece: Piece): boolean => piece.incomplete === null && piece.mounts.length === 0;

function realRoot(dataRoot: string): string {
  try {
    return realpathSync(dataRoot);
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') {
      throw new StrataError(
        'no-permission',
        `${dataRoot} can't be read by this user. Run Strata as root for exact sizes.`,
      );
    }
    throw new StrataError(
      'not-found',
      `${dataRoot} can't be found: ${message}. Check the engine's data root.`,
    );
  }
}
