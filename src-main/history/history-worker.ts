/** The program of the history worker: one call in, one answer out, in order. The database lives and ends with it. */
import { parentPort, workerData } from 'node:worker_threads';
import { explained, openDatabase } from './sqlite.ts';
import { SqliteStore } from './sqlite-store.ts';
import type { CallAnswer, StoreCall } from './worker-client.ts';

const { stateDir } = workerData as { stateDir: string };
const port = parentPort;
if (!port) throw new Error('runs as a worker thread only');

const failure = (id: number, thrown: unknown): CallAnswer => {
  const { code, message } = explained(thrown, stateDir);
  return { id, ok: false, code, message };
};

try {
  const store = new SqliteStore(openDatabase(stateDir));
  port.postMessage({ id: 0, ok: true, value: null } satisfies CallAnswer);
  port.on('message', ({ id, method, args }: StoreCall) => {
    try {
      const run = store[method] as (...args: readonly unknown[]) => unknown;
      port.postMessage({ id, ok: true, value: run.call(store, ...args) } satisfies CallAnswer);
    } catch (thrown) {
      port.postMessage(failure(id, thrown));
    }
    if (method === 'close') port.close();
  });
} catch (thrown) {
  port.postMessage(failure(0, thrown));
  port.close();
}
