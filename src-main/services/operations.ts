/** Long work: an id at once, progress by events at 10 Hz at most, cancel by id. */
import { randomUUID } from 'node:crypto';
import type { OperationProgress, StrataEvent } from '../contract/api.ts';
import { StrataError } from '../contract/errors.ts';

const PROGRESS_EVERY_MS = 100;

export type Emit = (event: StrataEvent) => void;
export type Report = (progress: OperationProgress) => void;

export interface Operation<T> {
  readonly operationId: string;
  /** Settles after the `finished` event was sent. */
  readonly result: Promise<T>;
}

export interface Operations {
  start<T>(work: (signal: AbortSignal, report: Report) => Promise<T>): Operation<T>;
  /** Throws `not-found` for an operation that is over or never was. */
  cancel(operationId: string): void;
  /** Cancels what runs and waits for its end. */
  close(): Promise<void>;
}

export function createOperations(emit: Emit): Operations {
  const running = new Map<string, { aborter: AbortController; result: Promise<unknown> }>();
  return {
    start(work) {
      const operationId = randomUUID();
      const aborter = new AbortController();
      const progress = sampled((value) => emit({ kind: 'progress', operationId, progress: value }));
      const result = follow(work(aborter.signal, progress.report), aborter.signal, (outcome, message) => {
        progress.stop();
        running.delete(operationId);
        emit({ kind: 'finished', operationId, outcome, message });
      });
      running.set(operationId, { aborter, result });
      // Whoever started it may only listen to events: a failure is told there and must not end the process.
      result.catch(() => undefined);
      return { operationId, result };
    },
    cancel(operationId) {
      const operation = running.get(operationId);
      if (!operation) throw new StrataError('not-found', `No operation ${operationId} is running`);
      operation.aborter.abort();
    },
    async close() {
      for (const { aborter } of running.values()) aborter.abort();
      await Promise.allSettled([...running.values()].map(({ result }) => result));
    },
  };
}

type Finish = (outcome: 'done' | 'cancelled' | 'failed', message: string | null) => void;

async function follow<T>(work: Promise<T>, signal: AbortSignal, finish: Finish): Promise<T> {
  try {
    const value = await work;
    finish('done', null);
    return value;
  } catch (thrown) {
    const error = signal.aborted ? new StrataError('cancelled', 'Cancelled') : StrataError.from(thrown);
    finish(error.code === 'cancelled' ? 'cancelled' : 'failed', error.message);
    throw error;
  }
}

/** The first value at once, then at most one in each interval, always the latest. */
function sampled(send: Report): { report: Report; stop(): void } {
  let latest: OperationProgress | null = null;
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    timer = null;
    if (latest === null) return;
    send(latest);
    latest = null;
    timer = setTimeout(flush, PROGRESS_EVERY_MS);
  };
  return {
    report(progress) {
      latest = progress;
      if (timer === null) flush();
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      latest = null;
    },
  };
}
