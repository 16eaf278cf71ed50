/** Calls into the history worker: numbered messages, answered in order. */
import { Worker } from 'node:worker_threads';
import { type ErrorCode, StrataError } from '../contract/errors.ts';
import { workerUrl } from '../support/worker-url.ts';
import type { SqliteStore } from './sqlite-store.ts';

export type StoreMethod = keyof SqliteStore;

export interface StoreCall {
  readonly id: number;
  readonly method: StoreMethod;
  readonly args: readonly unknown[];
}

export type CallAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly code: ErrorCode; readonly message: string };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: StrataError) => void;
}

export class WorkerClient {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  #lastId = 0;
  #over: string | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.unref();
    worker.on('message', (answer: CallAnswer) => this.#answered(answer));
    worker.on('error', (error) => this.#end(error instanceof Error ? error.message : String(error)));
    this.#exited = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#end('its worker ended');
        resolve();
      });
    });
  }

  /** Rejects with the reason when the database can't be used. */
  static async start(stateDir: string): Promise<WorkerClient> {
    const worker = new Worker(workerUrl('history-worker', import.meta.url), { workerData: { stateDir } });
    const client = new WorkerClient(worker);
    await client.#wait(0);
    return client;
  }

  async call<M extends StoreMethod>(
    method: M,
    ...args: Parameters<SqliteStore[M]>
  ): Promise<ReturnType<SqliteStore[M]>> {
    if (this.#over !== null) throw notAvailable(this.#over);
    this.#lastId += 1;
    const answer = this.#wait(this.#lastId);
    this.#worker.postMessage({ id: this.#lastId, method, args } satisfies StoreCall);
    return (await answer) as ReturnType<SqliteStore[M]>;
  }

  async close(): Promise<void> {
    if (this.#over === null) {
      const closed = this.call('close');
      this.#over = 'it is closed';
      await closed;
      // Its end is waited for: an unreferenced thread would let the process end before.
      this.#worker.ref();
    }
    await this.#exited;
  }

  /** A thread that has nothing to do must not keep the process alive; one that works has to. */
  #wait(id: number): Promise<unknown> {
    this.#worker.ref();
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #answered(answer: CallAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (answer.ok) waiting?.resolve(answer.value);
    else waiting?.reject(new StrataError(answer.code, answer.message));
  }

  #end(why: string): void {
    this.#over ??= why;
    for (const { reject } of this.#waiting.values()) reject(notAvailable(why));
    this.#waiting.clear();
  }
}

function notAvailable(why: string): StrataError {
  return new StrataError('failed', `The history is not available: ${why}. Restart Strata to use it again.`);
}
