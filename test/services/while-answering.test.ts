import { expect, test } from 'vitest';
import { NoAnswer } from '../../src-main/contract/errors.ts';
import { whileAnswering, type Waiting } from '../../src-main/services/while-answering.ts';

const QUICK = { everyMs: 1, failures: 2, graceMs: 60_000 };
const never = new AbortController().signal;

/** Work without an end; `closed` tells whether it was asked to give up. */
function endless(): { work: (signal: AbortSignal) => Promise<never>; closed: () => boolean } {
  let given: AbortSignal | undefined;
  return {
    work: (signal) => {
      given = signal;
      return new Promise<never>(() => undefined);
    },
    closed: () => given?.aborted ?? false,
  };
}

test('long work ends in its own time while the engine answers', async () => {
  let end = (_: string): void => undefined;
  let asked = 0;
  const work = new Promise<string>((resolve) => (end = resolve));
  const answers = async (): Promise<boolean> => {
    if (++asked === 20) end('done');
    return asked % 2 === 0; // one missed answer is none
  };
  const waiting: Waiting = { answers, cancelled: never, patience: QUICK };
  expect(await whileAnswering(() => work, waiting)).toBe('done');
});

test('an engine that answers nothing any more is not waited for, and its request is closed', async () => {
  const { work, closed } = endless();
  const waiting: Waiting = { answers: async () => false, cancelled: never, patience: QUICK };
  const given = whileAnswering(work, waiting);
  await expect(given).rejects.toMatchObject({ code: 'no-engine' });
  await expect(given).rejects.toBeInstanceOf(NoAnswer);
  expect(closed()).toBe(true);
});

test('a failure of the work is its own', async () => {
  const waiting: Waiting = { answers: async () => false, cancelled: never, patience: QUICK };
  const failing = whileAnswering(() => Promise.reject(new Error('conflict')), waiting);
  await expect(failing).rejects.toThrow('conflict');
});

test('after a cancel what is under way may end', async () => {
  const aborter = new AbortController();
  let end = (_: string): void => undefined;
  const waiting: Waiting = { answers: async () => true, cancelled: aborter.signal, patience: QUICK };
  const given = whileAnswering((closing) => {
    closing.addEventListener('abort', () => end('closed'));
    return new Promise<string>((resolve) => (end = resolve));
  }, waiting);
  aborter.abort();
  setImmediate(() => end('done'));
  expect(await given).toBe('done');
});

test('what outlives a cancel too long is closed, and nobody says that it did not happen', async () => {
  const { work, closed } = endless();
  const patience = { ...QUICK, graceMs: 1 };
  const given = whileAnswering(work, {
    answers: async () => true,
    cancelled: AbortSignal.abort(),
    patience,
  });
  await expect(given).rejects.toMatchObject({
    code: 'cancelled',
    message: expect.stringMatching(/not known/),
  });
  await expect(given).rejects.toBeInstanceOf(NoAnswer);
  expect(closed()).toBe(true);
});
