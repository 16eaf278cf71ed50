import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { walkUnits } from '../../../src-main/sources/scan/index.ts';
import { runPool } from '../../../src-main/sources/scan/pool.ts';
import { startProcess, startThread } from '../../../src-main/sources/scan/walkers.ts';
import { countByHand, duOf, newRoot, sumOfDisk, unit, walkersAlive } from './support.ts';

const program = new URL('./dying-worker.mjs', import.meta.url);

describe.each([
  ['processes', startProcess],
  ['threads', startThread],
])('walkers that are %s', (_, start) => {
  function pool(tasks: readonly string[], from = program) {
    const answers = new Map<string, unknown>();
    const run = runPool<string>({
      program: from,
      start,
      walkers: 2,
      tasks,
      message: (task) => task,
      signal: undefined,
      onAnswer: (task, answer) => answers.set(task, answer),
      onLeft: (task, folders) => `${folders[0]?.shown} of ${task}`,
      onTick: () => undefined,
    });
    return { run, answers };
  }

  test('one that dies is replaced: only its own task is lost', async () => {
    const { run, answers } = pool(['a', 'die', 'b', 'die hard', 'c', 'd']);
    expect(await run).toBe(false);
    expect([...answers.keys()].toSorted()).toEqual(['a', 'b', 'c', 'd', 'die', 'die hard']);
    expect(answers.get('die')).toEqual({ died: expect.any(String) });
    expect(answers.get('d')).toBe('did d');
  });

  test('what one leaves to others is walked too', async () => {
    const { run, answers } = pool(['leave', 'a']);
    await run;
    expect([...answers.keys()].toSorted()).toEqual(['a', 'leave', 'left over of leave']);
  });

  test('that cannot start at all, they fail the walk instead of every unit in turn', async () => {
    const { run } = pool(['a', 'b', 'c'], new URL('./no-such-worker.mjs', import.meta.url));
    await expect(run).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining('did not start'),
    });
  });

  test('measure the same', async () => {
    const { root, remove } = newRoot();
    for (const name of ['a', 'b/c', 'b/é']) mkdirSync(join(root, name), { recursive: true });
    writeFileSync(join(root, 'b/é/file'), Buffer.alloc(9_000));
    const units = [unit('.', { without: ['a', 'b'] }), unit('a'), unit('b', { immutable: true })];
    const walk = await walkUnits(root, units, { start });
    expect(sumOfDisk(walk.units)).toBe(duOf(root));
    expect(walk.units[2]?.totals).toMatchObject(countByHand(join(root, 'b')));
    remove();
  });
});

test('cancelling ends with what is done, leaves no walker, and the next walk completes', async () => {
  const { root, remove } = newRoot();
  try {
    const names = Array.from({ length: 40 }, (_, at) => `u${at}`);
    for (const name of names) {
      mkdirSync(join(root, name));
      for (let at = 0; at < 50; at += 1) writeFileSync(join(root, name, `f${at}`), '');
    }
    const units = names.map((name) => unit(name));
    await walkUnits(root, units); // whatever starts lazily is there now
    const before = walkersAlive();
    for (const afterMs of [0, 5, 40]) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), afterMs);
      const cut = await walkUnits(root, units, { signal: controller.signal });
      expect(cut.units.every(({ totals }) => totals.files === 50)).toBe(true);
      if (cut.units.length < units.length) expect(cut.cancelled).toBe(true);
    }
    const whole = await walkUnits(root, units);
    expect(whole).toMatchObject({ cancelled: false, units: { length: 40 } });
    await expect.poll(walkersAlive, { timeout: 20_000 }).toBeLessThan(before + 4);
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
