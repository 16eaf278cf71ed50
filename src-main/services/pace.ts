/** Costly work that is asked for often: done at most once a second, and in no more than a tenth of the time. */
const EVERY_MS = 1000;
const TIMES_ITS_COST = 10;

export class Pace {
  readonly #work: () => void;
  #timer: NodeJS.Timeout | null = null;
  #dueAtMs = -Infinity;

  constructor(work: () => void) {
    this.#work = work;
  }

  /** Now when the last time is long enough ago, else as soon as it is. */
  ask(): void {
    if (this.#timer !== null) return;
    const waitMs = this.#dueAtMs - performance.now();
    if (waitMs <= 0) this.#run();
    else this.#timer = setTimeout(() => this.#run(), waitMs);
  }

  /** What was asked for and waits is done now. */
  flush(): void {
    if (this.#timer !== null) this.#run();
  }

  #run(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const startedAtMs = performance.now();
    this.#work();
    const costMs = performance.now() - startedAtMs;
    this.#dueAtMs = startedAtMs + Math.max(EVERY_MS, TIMES_ITS_COST * costMs);
  }
}
