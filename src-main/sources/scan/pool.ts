/** A few worker threads that take tasks in order. None outlives the call. */
import { Worker } from 'node:worker_threads';
import { StrataError } from '../../contract/errors.ts';
import { controlOf, createControl, requestStop, sumFigures } from './control.ts';

export interface PoolOptions<Task, Answer> {
  readonly program: URL;
  readonly workers: number;
  readonly tasks: readonly Task[];
  /** What the worker gets of a task. */
  readonly message: (task: Task) => unknown;
  readonly signal: AbortSignal | undefined;
  /** Called once per task that was answered or whose worker died. */
  readonly onAnswer: (task: Task, answer: Answer | { readonly died: string }) => void;
  /** Every 100 ms, with what the running tasks have counted so far. */
  readonly onTick: (files: number, diskBytes: number) => void;
}

/** A thread stuck in a system call is left to end by itself after this time; nobody waits for it. */
const STOP_GRACE_MS = 150;

/**
 * Runs all tasks; true when the signal cut it short. A worker that dies is replaced and its task reported as died.
 * Throws `failed` when workers can't be started at all.
 */
export async function runPool<Task, Answer>(options: PoolOptions<Task, Answer>): Promise<boolean> {
  const { tasks, signal } = options;
  if (tasks.length === 0) return signal?.aborted ?? false;
  const slots = Math.min(options.workers, tasks.length);
  const buffer = createControl(slots);
  const control = controlOf(buffer);
  const workers = new Set<Worker>();
  let next = 0;
  let over = false;

  const runSlot = (slot: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(options.program, { workerData: { buffer, slot } });
      workers.add(worker);
      let ready = false;
      let task: Task | undefined;
      let cause = 'its worker ended';
      const give = (): void => {
        task = signal?.aborted ? undefined : tasks[next++];
        if (task !== undefined) worker.postMessage(options.message(task));
        else void worker.terminate();
      };
      worker.on('message', (message: Answer | 'ready' | undefined) => {
        if (message === 'ready') ready = true;
        else if (message !== undefined && task !== undefined) options.onAnswer(task, message);
        give();
      });
      worker.on('error', (error) => (cause = error instanceof Error ? error.message : String(error)));
      worker.on('exit', () => {
        workers.delete(worker);
        if (over) resolve();
        else if (!ready && !signal?.aborted) {
          reject(
            new StrataError(
              'failed',
              `Walking folders did not start: ${cause}. Try again, or restart Strata.`,
            ),
          );
        } else if (task === undefined || signal?.aborted) resolve();
        else {
          options.onAnswer(task, { died: cause });
          if (next < tasks.length) runSlot(slot).then(resolve, reject);
          else resolve();
        }
      });
    });

  const ticking = setInterval(() => {
    const { files, diskBytes } = sumFigures(control);
    options.onTick(files, diskBytes);
  }, 100);
  const stopping = whenAborted(signal, () => requestStop(control));
  try {
    const running = Promise.all(Array.from({ length: slots }, (_, slot) => runSlot(slot)));
    await Promise.race([running, stopping.graceOver]);
  } finally {
    over = true;
    clearInterval(ticking);
    stopping.forget();
    requestStop(control);
    for (const worker of workers) void worker.terminate();
  }
  return signal?.aborted ?? false;
}

/** Calls `stop` on abort; `graceOver` resolves some time after it, and never when there is no abort. */
function whenAborted(signal: AbortSignal | undefined, stop: () => void) {
  let timer: NodeJS.Timeout | undefined;
  let over: () => void = () => undefined;
  const graceOver = new Promise<void>((resolve) => (over = resolve));
  const onAbort = (): void => {
    stop();
    timer = setTimeout(over, STOP_GRACE_MS);
  };
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  const forget = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
  return { graceOver, forget };
}
