import { StrataError } from '../../src-main/contract/errors.ts';
import type { Pins } from '../../src-main/contract/reclaim.ts';
import type { LinkedClient } from '../api/client.ts';

export type PinKind = keyof Pins;

/** What no rule ever takes. Null until it was asked for; unknown pins are never shown as none. */
export class PinsState {
  #client: LinkedClient;
  pins = $state.raw<Pins | null>(null);
  problem = $state.raw<StrataError | null>(null);

  constructor(client: LinkedClient) {
    this.#client = client;
  }

  async load(): Promise<void> {
    await this.#try(async () => {
      this.pins = await this.#client.call('pins.get', null);
    });
  }

  has(kind: PinKind, name: string): boolean {
    return this.pins?.[kind].includes(name) ?? false;
  }

  /** Pins or unpins. Asks first what is pinned now: another window or the CLI may have changed it. */
  async toggle(kind: PinKind, name: string, on = !this.has(kind, name)): Promise<void> {
    await this.#try(async () => {
      const now = await this.#client.call('pins.get', null);
      const others = now[kind].filter((one) => one !== name);
      this.pins = await this.#client.call('pins.set', { ...now, [kind]: on ? [...others, name] : others });
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.problem = null;
    } catch (thrown) {
      this.problem = StrataError.from(thrown);
    }
  }
}
