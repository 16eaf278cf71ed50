import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { walkUnits } from '../../../src-main/sources/scan/index.ts';
import { runPool } from '../../../src-main/sources/scan/pool.ts';
import { newRoot, unit } from './support.ts';

const program = new URL('./dying-worker.mjs', import.meta.url);
const threads = (): number => readdirSync('/proc/self/task').length;

function pool(tasks: readonly string[], signal?: AbortSignal) {
  const answers = new Map<string, unknown>();
  const run = runPool<string, string>({
    program,
    workers: 2,
    tasks,
    message: (task) => task,
    signal,
    onAnswer: (task, answer) => answers.set(task, answer),
    onTick: () => undefined,
  });
  return { run, answers };
}

test('a worker that dies is replaced: only its own task is lost', async () => {
  const { run, answers } = pool(['a', 'die', 'b', 'die hard', 'c', 'd']);
  expect(await run).toBe(false);
  expect([...answers.keys()].toSorted()).toEqual(['a', 'b', 'c', 'd', 'die', 'die hard']);
  expect(answers.get('die')).toEqual({ died: expect.any(String) });
  expect(answers.get('d')).toBe('did d');
});

test('threads that cannot start at all fail the walk instead of every unit in turn', async () => {
  const missing = runPool({
    program: new URL('./no-such-worker.mjs', import.meta.url),
    workers: 2,
    tasks: ['a', 'b', 'c'],
    message: (task) => task,
    signal: undefined,
    onAnswer: () => undefined,
    onTick: () => undefined,
  });
  await expect(missing).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('did not start'),
  });
});

test('cancelling ends with what is done, leaves no thread, and the next walk completes', async () => {
  const { root, remove } = newRoot();
  try {
    const names = Array.from({ length: 40 }, (_, at) => `u${at}`);
    for (const name of names) {
      mkdirSync(join(root, name));
      for (let at = 0; at < 50; at += 1) writeFileSync(join(root, name, `f${at}`), '');
    }
    const units = names.map((name) => unit(name));
    await walkUnits(root, units); // whatever starts lazily is there now
    const before = threads();
    for (const afterMs of [0, 5, 40]) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), afterMs);
      const cut = await walkUnits(root, units, { signal: controller.signal });
      expect(cut.units.every(({ totals }) => totals.files === 50)).toBe(true);
      if (cut.units.length < units.length) expect(cut.cancelled).toBe(true);
    }
    const whole = await walkUnits(root, units);
    expect(whole).toMatchObject({ cancelled: false, units: { length: 40 } });
    await expect.poll(threads, { timeout: 20_000 }).toBeLessThan(before + 4);
  } finally {
    remove();
  }
});

test('a walk that is cancelled before it starts measures nothing and says so', async () => {
  const { root, remove } = newRoot();
  expect(await walkUnits(root, [unit('.')], { signal: AbortSignal.abort() })).toMatchObject({
    cancelled: true,
    units: [],
  });
  remove();
});

test('progress ends with everything counted', async () => {
  const { root, remove } = newRoot();
  writeFileSync(join(root, 'file'), 'x');
  const told: unknown[] = [];
  await walkUnits(root, [unit('.')], { onProgress: (progress) => told.push(progress) });
  expect(told.at(-1)).toMatchObject({ unitsDone: 1, unitsTotal: 1, files: 1 });
  remove();
});
