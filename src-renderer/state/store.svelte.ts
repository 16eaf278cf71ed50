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
  #asking: Promise<void> | null = null;
  #askAgain = false;
  /** Of a document that was told of while another was on its way. */
  #news: string | null = null;
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
  /** Set while sizes are still measured, and when measuring was cancelled: sums are lower bounds then. */
  readonly partial = $derived(this.document?.partial ?? null);
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
        if (this.#asking) this.#news = event.takenAt;
        else if (this.#isOlder(event.takenAt)) void this.#loadDocument();
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

  /** One at a time, each to its end: while a giant store is measured, news comes faster than it can be drawn. */
  #loadDocument(): Promise<void> {
    this.#askAgain = this.#asking !== null;
    this.#asking ??= this.#askUntilNewest();
    return this.#asking;
  }

  async #askUntilNewest(): Promise<void> {
    this.loading = this.document === null;
    do {
      this.#askAgain = false;
      this.#news = null;
      await this.#try(async () => {
        const document = await this.#client.call('scan.document', { soFar: true });
        await nextTask();
        const index = indexStore(document);
        await nextTask();
        this.document = document;
        this.index = index;
        this.problem = null;
        this.loading = false;
      });
    } while (this.#askAgain || (this.#news !== null && this.#isOlder(this.#news)));
    this.loading = false;
    this.#asking = null;
  }

  #isOlder(takenAt: string): boolean {
    return this.document === null || takenAt !== this.document.takenAt || !isWhole(this.document);
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.problem = StrataError.from(thrown);
    }
  }
}

/** Nothing is still measured or waited for. */
function isWhole({ partial, docker }: ScanDocument): boolean {
  return partial === null && docker.pending !== true;
}

/** Reading, counting and drawing a giant store are tasks of their own: the page answers in between. */
function nextTask(): Promise<void> {
  return new Promise((next) => setTimeout(next));
}
