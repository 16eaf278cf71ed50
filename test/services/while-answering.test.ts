import { expect, test } from 'vitest';
import { whileAnswering } from '../../src-main/services/while-answering.ts';

const QUICK = { everyMs: 1, failures: 2 };

test('long work ends in its own time while the engine answers', async () => {
  let end = (_: string): void => undefined;
  let asked = 0;
  const work = new Promise<string>((resolve) => (end = resolve));
  const answers = async (): Promise<boolean> => {
    if (++asked === 20) end('done');
    return asked % 2 === 0; // one missed answer is none
  };
  expect(await whileAnswering(work, answers, QUICK)).toBe('done');
});

test('an engine that answers nothing any more is not waited for', async () => {
  const work = new Promise<never>(() => undefined);
  await expect(whileAnswering(work, async () => false, QUICK)).rejects.toMatchObject({ code: 'no-engine' });
});

test('a failure of the work is its own', async () => {
  const work = Promise.reject(new Error('conflict'));
  await expect(whileAnswering(work, async () => false, QUICK)).rejects.toThrow('conflict');
});
