import type { HistoryUses } from '../../src-main/contract/history.ts';
import type { LinkedClient } from '../api/client.ts';

/** When images were last seen under a container. Null until it was read: not known is never shown as never. */
export class UsedState {
  #client: LinkedClient;
  uses = $state.raw<HistoryUses | null>(null);

  constructor(client: LinkedClient) {
    this.#client = client;
  }

  /** Without an answer nothing is said about uses; Settings tells why nothing is remembered. */
  async load(): Promise<void> {
    this.uses = await this.#client.call('history.uses', null).catch(() => null);
  }
}
