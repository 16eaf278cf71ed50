/** One unit on its way through a walk. */
import type { Issue } from '../../model/issue.ts';
import type { LayerKey, LayerMemory, RememberedLayer } from './memory.ts';
import type { TreeTotals, UnitResult, WalkProgress, WalkUnit } from './records.ts';
import type { PlannedUnit } from './tasks.ts';
import { addTotals, noTotals } from './totals.ts';
import type { Piece, PieceTask, WalkedPiece } from './unit-walk.ts';

export interface Measuring {
  readonly unit: WalkUnit;
  readonly path: string;
  task: PieceTask;
  pieces: readonly Piece[];
  /** What came of the part that is walked, which several walkers may share, and how many of them are not done. */
  readonly walked: WalkedPiece[];
  walking: number;
  from: 'walk' | 'memory';
  /** All its pieces are there. */
  done: boolean;
  key: LayerKey | null;
  remembered: RememberedLayer | null;
  readonly issues: Issue[];
}

export function startMeasuring({ unit, task, refused }: PlannedUnit): Measuring {
  const pieces = refused === null ? [] : [emptyPiece(unit.path, refused)];
  const done = refused !== null;
  const nothing = { from: 'walk', key: null, remembered: null } as const;
  return { ...nothing, unit, path: unit.path, task, pieces, done, walked: [], walking: 1, issues: [] };
}

export function emptyPiece(where: string, why: string | null): WalkedPiece {
  const issues = why === null ? [] : [{ where, what: why }];
  return { rest: noTotals(), content: noTotals(), shared: [], incomplete: why, issues, mounts: [] };
}

export function rememberedPiece(layer: RememberedLayer): Piece {
  return { ...emptyPiece('', null), content: layer.totals, shared: layer.shared };
}

export function resultOf(one: Measuring): UnitResult {
  const rest = one.pieces.map((piece) => piece.rest).reduce(addTotals);
  const content = one.pieces.map((piece) => piece.content).reduce(addTotals);
  const mounts = one.pieces.flatMap((piece) => piece.mounts);
  return {
    path: one.path,
    totals: addTotals(rest, content),
    ...(one.task.content === null ? {} : { content }),
    incomplete: one.pieces.find((piece) => piece.incomplete !== null)?.incomplete ?? null,
    from: one.from,
    issues: [...one.issues, ...one.pieces.flatMap((piece) => piece.issues)],
    ...(mounts.length === 0 ? {} : { mounts }),
  };
}

/** What differs between what was remembered and what stands on the disk; null when they agree. */
export function disagreement(remembered: TreeTotals, walked: TreeTotals): string | null {
  const names = Object.keys(remembered) as (keyof TreeTotals)[];
  const differ = names.filter((name) => remembered[name] !== walked[name]);
  if (differ.length === 0) return null;
  const parts = differ.map((name) => `${name} ${remembered[name]} remembered, ${walked[name]} on disk`);
  return `memory and disk disagree: ${parts.join('; ')}`;
}

/** Layers first, they are remembered; what changes anyway last; largest first among each. */
export function inWalkOrder(one: Measuring, other: Measuring): number {
  if (one.unit.immutable !== other.unit.immutable) return one.unit.immutable ? -1 : 1;
  return other.unit.expectedBytes - one.unit.expectedBytes;
}

/** Counts what is done; a figure of running workers is added while they run. */
export class Progress {
  #done = { unitsDone: 0, files: 0, diskBytes: 0 };
  readonly #total: number;
  readonly #listener: ((progress: WalkProgress) => void) | undefined;

  constructor(total: number, listener: ((progress: WalkProgress) => void) | undefined) {
    this.#total = total;
    this.#listener = listener;
  }

  counted({ rest, content }: Piece): void {
    this.#done.files += rest.files + content.files;
    this.#done.diskBytes += rest.diskBytes + content.diskBytes;
  }

  unitDone(): void {
    this.#done.unitsDone += 1;
  }

  tell(runningFiles: number, runningDiskBytes: number): void {
    const { unitsDone, files, diskBytes } = this.#done;
    this.#listener?.({
      unitsDone,
      unitsTotal: this.#total,
      files: files + runningFiles,
      diskBytes: diskBytes + runningDiskBytes,
    });
  }
}

/** Hands results to the memory in batches while the walk goes on, so that a cut walk keeps what it had. */
export class Keeper {
  static readonly #atOnce = 256;
  readonly #memory: LayerMemory;
  #batch: (LayerKey & RememberedLayer)[] = [];
  #writing: Promise<void>[] = [];
  #problem: unknown = null;

  constructor(memory: LayerMemory) {
    this.#memory = memory;
  }

  add(key: LayerKey, piece: Piece): void {
    this.#batch.push({ ...key, totals: piece.content, shared: piece.shared });
    if (this.#batch.length >= Keeper.#atOnce) this.#flush();
  }

  /** Why not everything could be kept, or null. */
  async end(): Promise<Issue | null> {
    this.#flush();
    await Promise.all(this.#writing);
    if (this.#problem === null) return null;
    const why = this.#problem instanceof Error ? this.#problem.message : String(this.#problem);
    return { where: 'memory', what: `sizes of layers were not remembered: ${why}` };
  }

  #flush(): void {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#writing.push(this.#memory.store(batch).catch((thrown: unknown) => void (this.#problem ??= thrown)));
  }
}
