/** Waits for an engine, but not for one that hangs: a removal may take long, an engine that is well answers meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StrataError } from '../contract/errors.ts';

export interface Patience {
  readonly everyMs: number;
  /** Unanswered questions in a row that end the waiting. */
  readonly failures: number;
}

const PATIENCE: Patience = { everyMs: 5_000, failures: 2 };

/**
 * The result of `work`; throws when it fails, or when the engine answers nothing at all meanwhile: then nobody knows
 * whether the work is done. `answers` is to give up by itself after some seconds.
 */
export async function whileAnswering<T>(
  work: Promise<T>,
  answers: () => Promise<boolean>,
  { everyMs, failures }: Patience = PATIENCE,
): Promise<T> {
  const ended = new AbortController();
  const watching = async (): Promise<never> => {
    for (let failed = 0; failed < failures;) {
      await sleep(everyMs, undefined, { signal: ended.signal });
      failed = (await answers()) ? 0 : failed + 1;
    }
    throw new StrataError(
      'no-engine',
      'The engine hangs: it answers nothing any more. Whether it has done this is not known; look again when it answers.',
    );
  };
  try {
    return await Promise.race([work, watching()]);
  } finally {
    ended.abort();
    work.catch(() => undefined); // given up: its end is nobody's any more
  }
}
