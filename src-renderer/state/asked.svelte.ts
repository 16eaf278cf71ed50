import { StrataError } from '../../src-main/contract/errors.ts';

/** One answer of the server, with its loading and its failure; asking again keeps the last good one on screen. */
export class Asked<T> {
  #ask: () => Promise<T>;
  #count = 0;
  value = $state.raw<T | null>(null);
  problem = $state.raw<StrataError | null>(null);
  loading = $state(false);

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  async load(): Promise<void> {
    const count = ++this.#count;
    this.loading = true;
    try {
      const value = await this.#ask();
      if (count !== this.#count) return;
      this.value = value;
      this.problem = null;
    } catch (thrown) {
      if (count !== this.#count) return;
      this.problem = StrataError.from(thrown);
    }
    this.loading = false;
  }
}
