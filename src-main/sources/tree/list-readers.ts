/**
 * Threads that read file lists: one of a million entries takes seconds, and one made to hurt as long as it likes.
 * They start when there is something to read and end when nothing was for a while; the whole process shares them.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../support/worker-url.ts';
import type { ListAnswer } from './list-worker.ts';

/** More would only queue for the cores, and each holds the list that it reads. */
const MOST_READERS = Math.min(4, availableParallelism());
const IDLE_MS = 5_000;
/** The most entries a tree takes, with names and the map of every folder, stay below. */
const READER_HEAP_MIB = 3_072;

/** V8 would give each reader 48 MiB for what dies at once. */
const YOUNG_MIB = 4;

interface Job {
  readonly list: Uint8Array;
  readonly done: (answer: ListAnswer) => void;
}

const waiting: Job[] = [];
const readers = new Set<Reader>();

/** The packed tree of a packed list, for `unpackTree`. Throws RangeError when the list is damaged. */
export async function readList(
  list: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Buffer<ArrayBuffer>> {
  signal?.throwIfAborted();
  const answer = await new Promise<ListAnswer>((resolve, reject) => {
    const onAbort = (): void => {
      cancel(job);
      reject(signal?.reason as Error);
    };
    const job: Job = {
      list,
      done: (given) => {
        signal?.removeEventListener('abort', onAbort);
        resolve(given);
      },
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    waiting.push(job);
    handOut();
  });
  if ('packed' in answer) return Buffer.from(answer.packed.buffer);
  throw 'damaged' in answer ? new RangeError(answer.damaged) : new Error(answer.failed);
}

function handOut(): void {
  while (waiting.length > 0) {
    let reader = [...readers].find((one) => one.rests);
    if (reader === undefined && readers.size < MOST_READERS) readers.add((reader = new Reader()));
    if (reader === undefined) return;
    reader.take(waiting.shift()!);
  }
}

function cancel(job: Job): void {
  const at = waiting.indexOf(job);
  if (at >= 0) waiting.splice(at, 1);
  else [...readers].find((reader) => reader.job === job)?.end();
}

class Reader {
  job: Job | null = null;
  readonly #worker = new Worker(workerUrl('list-worker', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: READER_HEAP_MIB, maxYoungGenerationSizeMb: YOUNG_MIB },
  });
  #idle: NodeJS.Timeout | undefined;
  #ending = false;

  constructor() {
    let why = 'its thread ended';
    this.#worker.on('message', (answer: ListAnswer) => this.#answered(answer));
    this.#worker.on('error', (error) => (why = error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', () => {
      clearTimeout(this.#idle);
      readers.delete(this);
      this.job?.done({ failed: why });
      handOut();
    });
  }

  get rests(): boolean {
    return this.job === null && !this.#ending;
  }

  take(job: Job): void {
    clearTimeout(this.#idle);
    this.job = job;
    this.#worker.ref();
    this.#worker.postMessage(job.list);
  }

  end(): void {
    this.#ending = true;
    void this.#worker.terminate();
  }

  /** A thread that rests must not keep the process alive. */
  #answered(answer: ListAnswer): void {
    this.job?.done(answer);
    this.job = null;
    this.#worker.unref();
    this.#idle = setTimeout(() => this.end(), IDLE_MS).unref();
    handOut();
  }
}
