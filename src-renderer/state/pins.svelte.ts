import { StrataError } from '../../src-main/contract/errors.ts';
import type { Pins } from '../../src-main/contract/reclaim.ts';
import type { LinkedClient } from '../api/client.ts';

export type PinKind = keyof Pins;

/** What no rule ever takes. Null until it was read: unknown pins are never shown as none. */
export class PinsState {
  #client: LinkedClient;
  pins = $state.raw<Pins | null>(null);
  problem = $state.raw<StrataError | null>(null);

  constructor(client: LinkedClient) {
    this.#client = client;
  }

  async load(): Promise<void> {
    await this.#try(() => this.#client.call('pins.get', null));
  }

  async pin(kind: PinKind, name: string): Promise<void> {
    await this.#change(kind, (names) => [...names.filter((one) => one !== name), name]);
  }

  async unpin(kind: PinKind, gone: readonly string[]): Promise<void> {
    await this.#change(kind, (names) => names.filter((one) => !gone.includes(one)));
  }

  /** Asks first what is pinned now: another window or the terminal may have changed it. */
  async #change(kind: PinKind, next: (names: readonly string[]) => readonly string[]): Promise<void> {
    await this.#try(async () => {
      const now = await this.#client.call('pins.get', null);
      return this.#client.call('pins.set', { ...now, [kind]: next(now[kind]) });
    });
  }

  async #try(work: () => Promise<Pins>): Promise<void> {
    try {
      this.pins = await work();
      this.problem = null;
    } catch (thrown) {
      this.problem = StrataError.from(thrown);
    }
  }
}
