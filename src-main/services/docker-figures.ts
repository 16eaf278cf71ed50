/** Docker's own list of its build cache and its own sizes: asked for while we walk, they come when they come. */
import { StrataError } from '../contract/errors.ts';
import type { Engine } from '../sources/engine/index.ts';
import type { EngineRecords } from '../sources/engine/records.ts';
import type { TakeOptions } from './store-source.ts';

/** They are an extra: when the walk is over they are waited for no longer than this. */
const WITHIN_MS = 5_000;

export class DockerFigures {
  readonly #names: EngineRecords;
  readonly #wanted: boolean;
  readonly #tooLate = new AbortController();
  readonly #settled: Promise<unknown>;
  #records: EngineRecords | null = null;
  #cache: EngineRecords['buildCache'] = null;
  #failure: string | null = null;
  #over = false;

  constructor(
    engine: Engine,
    names: EngineRecords,
    { signal, figures }: Pick<TakeOptions, 'signal' | 'figures'>,
  ) {
    this.#names = names;
    this.#wanted = figures;
    const until = AbortSignal.any([signal, this.#tooLate.signal]);
    const sizes = figures ? engine.read({ signal: until, sizes: true }) : null;
    const cache = sizes === null || engine.listsCacheAlone ? engine.buildCache(until) : null;
    const whole = Promise.all([
      sizes?.then(
        (records) => (this.#records = records),
        (thrown: unknown) => (this.#failure = StrataError.from(thrown).message),
      ),
      // The join says what follows from a build cache that is not listed.
      cache?.then(
        (records) => (this.#cache = records),
        () => null,
      ),
    ]);
    this.#settled = whole.then(() => (this.#over = true));
  }

  /** Nothing more will come. */
  get over(): boolean {
    return this.#over;
  }

  /** The names with what has come by now. */
  soFar(): EngineRecords {
    if (this.#records !== null) return this.#records;
    const names = { ...this.#names, buildCache: this.#cache };
    if (!this.#wanted) return names;
    if (this.#failure === null) return { ...names, docker: { ...names.docker, pending: true } };
    const why = this.#tooLate.signal.aborted ? 'they did not come in time' : this.#failure;
    const what = `Docker's own sizes are missing: ${why}. Ours are measured without them.`;
    return { ...names, issues: [...names.issues, { where: 'engine /system/df', what }] };
  }

  /** Waits until all has come, failed, or takes too long. */
  async wait(): Promise<void> {
    const timer = setTimeout(() => this.#tooLate.abort(), WITHIN_MS);
    await this.#settled;
    clearTimeout(timer);
  }
}
