/** What an apply really frees: allocated blocks before its first step and after each. */
import { storeGraph } from '../analysis/graph.ts';
import type { Plan } from '../contract/reclaim.ts';
import type { StoreSnapshot } from '../model/store.ts';
import { freeBytes, measurePaths } from './measure.ts';
import { freesInOrder } from './step-bytes.ts';

type Sizes = ReadonlyMap<string, number | null>;

const NOT_KNOWN: Sizes = new Map();

/** Nothing is known where it can't be measured: what was removed stays removed, and is not said to have failed. */
async function measured(dataRoot: string, paths: readonly string[]): Promise<Sizes> {
  return measurePaths(dataRoot, paths).catch(() => NOT_KNOWN);
}

/** Allocated blocks of everything that the plan says will leave, before the first step and after each. */
export class DiskMeasure {
  readonly #dataRoot: string | null;
  readonly #paths: readonly (readonly string[])[];
  readonly #before: Sizes;
  readonly #freeBefore: number | null;
  freed: number | null;

  private constructor(
    dataRoot: string | null,
    paths: readonly (readonly string[])[],
    before: { readonly sizes: Sizes; readonly free: number | null },
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
    const sizes = dataRoot === null ? NOT_KNOWN : await measured(dataRoot, paths.flat());
    const free = dataRoot === null ? null : await freeBytes(dataRoot);
    return new DiskMeasure(dataRoot, paths, { sizes, free });
  }

  /** Freed by this step: what its paths had, less what is still there. */
  async after(index: number): Promise<number | null> {
    if (this.#dataRoot === null) return null;
    const paths = this.#paths[index] ?? [];
    const left = await measured(this.#dataRoot, paths);
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
    const left = await measured(this.#dataRoot, this.#paths.flat());
    let bytes = 0;
    for (const path of new Set(this.#paths.flat())) {
      const [was, is] = [this.#before.get(path), left.get(path)];
      if (was == null || is == null) return null;
      bytes += was - is;
    }
    return bytes;
  }

  async freeSpaceRose(): Promise<number | null> {
    if (this.#dataRoot === null || this.#freeBefore === null) return null;
    const free = await freeBytes(this.#dataRoot);
    return free === null ? null : free - this.#freeBefore;
  }
}
