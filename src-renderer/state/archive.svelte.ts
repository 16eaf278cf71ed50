import type { Client } from '../../src-main/contract/api.ts';
import { StrataError } from '../../src-main/contract/errors.ts';
import type { ArchiveReport } from '../../src-main/contract/archive.ts';
import { Asked } from './asked.svelte.ts';

/** What is in the open archive, and the reading of its layers. */
export class ArchiveState {
  #client: Client;
  readonly report: Asked<ArchiveReport>;
  /** Why the reading could not be started. */
  problem = $state.raw<StrataError | null>(null);

  constructor(client: Client) {
    this.#client = client;
    this.report = new Asked(() => client.call('inside.archive', { image: null, verify: false }));
  }

  /** Reads all layers, or joins that. */
  async verify(): Promise<void> {
    this.problem = null;
    try {
      await this.#client.call('inside.verify', null);
    } catch (thrown) {
      this.problem = StrataError.from(thrown);
    }
    await this.report.load();
  }
}
