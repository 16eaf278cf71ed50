/** The first account while it is taken: made only when somebody looks, and not too often. */
import type { StoreSnapshot } from '../model/store.ts';
import { Pace } from './pace.ts';
import { documentOf } from './views.ts';

export class PartialAccount {
  readonly #onNewer: (snapshot: StoreSnapshot) => void;
  readonly #pace = new Pace(() => this.#make());
  #next: (() => StoreSnapshot) | null = null;
  #latest: StoreSnapshot | null = null;
  #watched = false;
  readonly #waiting: ((snapshot: StoreSnapshot) => void)[] = [];

  constructor(onNewer: (snapshot: StoreSnapshot) => void) {
    this.#onNewer = onNewer;
  }

  latest(): StoreSnapshot | null {
    return this.#latest;
  }

  /** The next one, or the complete one when that comes first; without a scan neither comes. */
  first(): Promise<StoreSnapshot> {
    this.#watched = true;
    const first = new Promise<StoreSnapshot>((resolve) => this.#waiting.push(resolve));
    if (this.#next !== null) this.#pace.ask();
    return first;
  }

  /** More is known now. */
  offer(make: () => StoreSnapshot): void {
    this.#next = make;
    if (this.#watched) this.#pace.ask();
  }

  /** The scan is over, complete or not: the last of what it measured is shown now. */
  end(): void {
    this.#pace.flush();
    this.#next = null;
  }

  /** There is a complete account: whoever waits gets that. */
  replace(complete: StoreSnapshot): void {
    this.#next = null;
    this.#latest = null;
    for (const resolve of this.#waiting.splice(0)) resolve(complete);
  }

  #make(): void {
    const snapshot = this.#next?.();
    this.#next = null;
    if (snapshot === undefined || this.#knowsMoreThan(snapshot)) return;
    documentOf(snapshot); // part of what it costs to show it
    this.#latest = snapshot;
    for (const resolve of this.#waiting.splice(0)) resolve(snapshot);
    this.#onNewer(snapshot);
  }

  /** A scan after a cancelled one begins with less. */
  #knowsMoreThan({ partial }: StoreSnapshot): boolean {
    return (this.#latest?.partial?.measured ?? -1) > (partial?.measured ?? 0);
  }
}
