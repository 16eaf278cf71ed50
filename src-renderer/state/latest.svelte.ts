import { StrataError } from '../../src-main/contract/errors.ts';

/** The answer to the newest question: asking again lets go of the one before. The last good answer stays till then. */
export class Latest<T> {
  #asking: AbortController | null = null;
  value = $state.raw<T | null>(null);
  problem = $state.raw<StrataError | null>(null);
  pending = $state(false);

  /** @param fresh the old answer is about something else: away with it at once */
  ask(work: (signal: AbortSignal) => Promise<T>, fresh = false): void {
    this.stop();
    const asking = new AbortController();
    this.#asking = asking;
    this.pending = true;
    this.problem = null;
    if (fresh) this.value = null;
    work(asking.signal).then(
      (value) => {
        if (asking.signal.aborted) return;
        this.value = value;
        this.pending = false;
      },
      (thrown: unknown) => {
        if (asking.signal.aborted) return;
        this.problem = StrataError.from(thrown);
        this.value = null;
        this.pending = false;
      },
    );
  }

  stop(): void {
    this.#asking?.abort();
    this.pending = false;
  }

  /** Nothing asked, nothing known. */
  clear(): void {
    this.stop();
    this.value = null;
    this.problem = null;
  }
}
