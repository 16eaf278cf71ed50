/** Waits for an engine, but not for one that hangs: a removal may take long, an engine that is well answers meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NoAnswer } from '../contract/errors.ts';

export interface Patience {
  readonly everyMs: number;
  /** Unanswered questions in a row that end the waiting. */
  readonly failures: number;
  /** How long what is under way may still go on after a cancel: a known end is worth more than a quick one. */
  readonly graceMs: number;
}

const PATIENCE: Patience = { everyMs: 5_000, failures: 2, graceMs: 10_000 };

export interface Waiting {
  /** Gives up by itself after some seconds. */
  readonly answers: () => Promise<boolean>;
  readonly cancelled: AbortSignal;
  readonly patience?: Patience;
}

/**
 * The result of `work`; throws when it fails. When the engine answers nothing at all meanwhile, or the work outlives a
 * cancel by more than its grace, its signal aborts and `NoAnswer` is thrown: nobody knows then whether it is done.
 */
export async function whileAnswering<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { answers, cancelled, patience: { everyMs, failures, graceMs } = PATIENCE }: Waiting,
): Promise<T> {
  const ended = new AbortController();
  const { signal } = ended;
  const watching = async (): Promise<never> => {
    for (let failed = 0; failed < failures;) {
      await sleep(everyMs, undefined, { signal });
      failed = (await answers()) ? 0 : failed + 1;
    }
    throw new NoAnswer('no-engine', `The engine hangs: it answers nothing any more. ${NOT_KNOWN}`);
  };
  const outlived = async (): Promise<never> => {
    if (!cancelled.aborted)
      await new Promise((resolve) => cancelled.addEventListener('abort', resolve, { once: true, signal }));
    await sleep(graceMs, undefined, { signal });
    throw new NoAnswer('cancelled', `Cancelled while the engine was at it. ${NOT_KNOWN}`);
  };
  const closing = new AbortController();
  const working = work(closing.signal);
  try {
    return await Promise.race([working, watching(), outlived()]);
  } catch (thrown) {
    closing.abort();
    throw thrown;
  } finally {
    ended.abort();
    working.catch(() => undefined); // given up: its end is nobody's any more
  }
}

const NOT_KNOWN = 'Whether it has done this is not known; look again when it answers.';
