import type { OperationProgress, StrataEvent } from '../../src-main/contract/api.ts';
import { StrataError } from '../../src-main/contract/errors.ts';
import type { SameContentReport } from '../../src-main/contract/same-content.ts';
import type { AppState } from './app.svelte.ts';

/** The last search for files that lie in several layers, and the one that runs. */
export class SameContentState {
  #app: AppState;
  #operationId: string | null = null;
  #searching: AbortController | null = null;
  #confirming: AbortController | null = null;

  report = $state.raw<SameContentReport | null>(null);
  problem = $state.raw<StrataError | null>(null);
  running = $state(false);
  progress = $state.raw<OperationProgress | null>(null);
  /** The group whose contents are read just now. */
  confirming = $state<string | null>(null);

  constructor(app: AppState) {
    this.#app = app;
    app.client.onEvent((event) => this.#hear(event));
  }

  async search(): Promise<void> {
    if (this.running) return;
    const searching = new AbortController();
    const { signal } = searching;
    this.#searching = searching;
    this.running = true;
    this.problem = null;
    this.progress = null;
    this.#confirming?.abort();
    const { client, store } = this.#app;
    try {
      const { operationId } = await client.call('inside.sameContent', null, signal);
      if (signal.aborted) return;
      this.#operationId = operationId;
      store.leave(operationId);
      const report = await client.call('inside.sameContentReport', { operationId }, signal);
      if (!signal.aborted) this.report = report;
    } catch (thrown) {
      if (!signal.aborted) this.problem = StrataError.from(thrown);
    }
    if (this.#searching === searching) this.#end();
  }

  /** At once; what was found before stays. */
  async cancel(): Promise<void> {
    const operationId = this.#operationId;
    this.#searching?.abort();
    this.#end();
    if (operationId === null) return;
    try {
      await this.#app.client.call('operation.cancel', { operationId });
    } catch (thrown) {
      // It may have ended by itself just before.
      if (StrataError.from(thrown).code !== 'not-found') this.#app.say(StrataError.from(thrown).message);
    }
  }

  /** Reads all copies of a group; asking for another one lets go of the first. */
  async confirm(groupId: string): Promise<void> {
    this.#confirming?.abort();
    const asking = new AbortController();
    this.#confirming = asking;
    this.confirming = groupId;
    try {
      const groups = await this.#app.client.call('inside.confirmSame', { groupId }, asking.signal);
      if (asking.signal.aborted || this.report === null) return;
      const old = this.report.groups.find(({ id }) => id === groupId);
      const saves = groups.reduce((sum, group) => sum + group.savesBytes, 0);
      this.report = {
        ...this.report,
        groups: this.report.groups.flatMap((one) => (one.id === groupId ? groups : [one])),
        groupCount: this.report.groupCount - 1 + groups.length,
        savesBytes: this.report.savesBytes - (old?.savesBytes ?? 0) + saves,
      };
      if (groups.length === 0) this.#app.say('They differ: no two of these files are the same');
    } catch (thrown) {
      if (!asking.signal.aborted) this.#app.say(StrataError.from(thrown).message);
    }
    if (this.#confirming === asking) this.confirming = null;
  }

  #end(): void {
    this.#searching = null;
    this.#operationId = null;
    this.running = false;
  }

  #hear(event: StrataEvent): void {
    if (event.kind === 'progress' && event.operationId === this.#operationId) this.progress = event.progress;
  }
}

const kept = new WeakMap<AppState, SameContentState>();

/** A long search is not lost by looking at something else. */
export function sameContentOf(app: AppState): SameContentState {
  const known = kept.get(app) ?? new SameContentState(app);
  kept.set(app, known);
  return known;
}
