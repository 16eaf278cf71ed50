import type { OperationProgress, StrataEvent } from '../../src-main/contract/api.ts';
import { StrataError } from '../../src-main/contract/errors.ts';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import type { Connection } from '../../src-main/contract/store.ts';
import type { LinkedClient } from '../api/client.ts';
import { indexStore, type StoreIndex } from '../lib/store-index.ts';

export interface Running {
  readonly operationId: string;
  readonly progress: OperationProgress | null;
}

/** The store as last seen: connection, document, and the scan that runs. */
export class StoreState {
  #client: LinkedClient;
  #documentAsked = 0;
  #notScans = new Set<string>();

  connection = $state.raw<Connection | null>(null);
  document = $state.raw<ScanDocument | null>(null);
  /** Why the last asking failed; the last good document stays on screen. */
  problem = $state.raw<StrataError | null>(null);
  running = $state.raw<Running | null>(null);
  loading = $state(true);
  /** False while the server or the app's main process can't be reached. */
  linked = $state(true);
  /** Of this document, always. */
  index = $state.raw<StoreIndex | null>(null);
  /** What is shown may no longer be true. */
  readonly stale = $derived(this.document !== null && (!this.linked || this.connection?.state === 'lost'));

  constructor(client: LinkedClient) {
    this.#client = client;
    client.onEvent((event) => this.#hear(event));
    client.onLink((up) => {
      const back = up && !this.linked;
      this.linked = up;
      if (back) void this.load();
    });
  }

  async load(): Promise<void> {
    await Promise.all([this.#loadConnection(), this.#loadDocument()]);
  }

  async retry(): Promise<void> {
    await this.#try(async () => {
      this.connection = await this.#client.call('connection.retry', null);
    });
    await this.#loadDocument();
  }

  async scan(): Promise<void> {
    await this.#try(async () => {
      const { operationId } = await this.#client.call('scan.start', {});
      if (this.running?.operationId !== operationId) this.running = { operationId, progress: null };
    });
  }

  async cancel(): Promise<void> {
    const operationId = this.running?.operationId;
    if (operationId !== undefined) {
      await this.#try(() => this.#client.call('operation.cancel', { operationId }));
    }
  }

  /** This operation is no scan: its progress and end are told elsewhere. */
  leave(operationId: string): void {
    this.#notScans.add(operationId);
    if (this.running?.operationId === operationId) this.running = null;
  }

  #hear(event: StrataEvent): void {
    if ('operationId' in event && this.#notScans.has(event.operationId)) return;
    switch (event.kind) {
      case 'connection-changed':
        void this.#loadConnection();
        return;
      case 'document-changed':
        if (event.takenAt !== this.document?.takenAt) void this.#loadDocument();
        return;
      case 'progress':
        this.running = { operationId: event.operationId, progress: event.progress };
        return;
      case 'finished':
        if (this.running?.operationId !== event.operationId) return;
        this.running = null;
        if (event.outcome === 'failed') {
          this.problem = new StrataError('failed', event.message ?? 'The scan failed and did not say why.');
        }
        return;
      default:
        event satisfies never;
    }
  }

  async #loadConnection(): Promise<void> {
    await this.#try(async () => {
      this.connection = await this.#client.call('connection.get', null);
    });
  }

  async #loadDocument(): Promise<void> {
    const asked = ++this.#documentAsked;
    this.loading = this.document === null;
    await this.#try(async () => {
      const document = await this.#client.call('scan.document', null);
      await nextTask();
      const index = indexStore(document);
      await nextTask();
      if (asked !== this.#documentAsked) return;
      this.document = document;
      this.index = index;
      this.problem = null;
    });
    if (asked === this.#documentAsked) this.loading = false;
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.problem = StrataError.from(thrown);
    }
  }
}

/** Reading, counting and drawing a giant store are tasks of their own: the page answers in between. */
function nextTask(): Promise<void> {
  return new Promise((next) => setTimeout(next));
}
