/** What is kept in memory by how many entries of trees it holds; the least recently used leaves first. */
export class KeptByEntries<T> {
  readonly #most: number;
  readonly #kept = new Map<string, { readonly value: T; readonly entries: number }>();
  #entries = 0;

  /** @param most entries of all that is kept; the newest stays even if it alone has more */
  constructor(most: number) {
    this.#most = most;
  }

  /** What was kept, which is then the last to leave. */
  get(key: string): T | undefined {
    const there = this.#kept.get(key);
    if (there === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, there);
    return there.value;
  }

  /** In place of what the key had: two who asked at once may both have read it. */
  keep(key: string, value: T, entries: number): void {
    this.#drop(key);
    this.#kept.set(key, { value, entries });
    this.#entries += entries;
    for (const oldest of this.#kept.keys()) {
      if (this.#entries <= this.#most || oldest === key) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#entries -= this.#kept.get(key)?.entries ?? 0;
    this.#kept.delete(key);
  }
}

/** A tree costs about 100 bytes an entry: three million stay within 300 MB. */
export const KEPT_TREE_ENTRIES = 3_000_000;

/**
 * A stack costs as much again, and holds its trees even when these have left: counted by all their entries. The last one
 * always stays, so that opening a folder is at once.
 */
export const KEPT_STACK_ENTRIES = 1_500_000;
