import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { EarlyResults } from '../../../src-main/sources/scan/early-results.ts';
import { walkUnits } from '../../../src-main/sources/scan/index.ts';
import { emptyPiece, type Measuring, startMeasuring } from '../../../src-main/sources/scan/measuring.ts';
import type { UnitResult } from '../../../src-main/sources/scan/records.ts';
import { planTasks } from '../../../src-main/sources/scan/tasks.ts';
import { memoryInRam, newRoot, unit } from './support.ts';

afterEach(() => vi.useRealTimers());

function measured(path: string, shared: boolean): Measuring {
  const [planned] = planTasks('/', [unit(path)]);
  const one = startMeasuring(planned!);
  const links = shared ? [{ key: '1:1', bytes: 1, diskBytes: 4096, inContent: true }] : [];
  return { ...one, pieces: [{ ...emptyPiece(path, null), shared: links }], done: true };
}

test('results are told in batches, each once, and no more often than four times a second', () => {
  vi.useFakeTimers();
  const told: string[][] = [];
  const early = new EarlyResults((units) => told.push(units.map(({ path }) => path)));
  early.add(measured('a', false));
  early.tell();
  early.add(measured('b', false));
  early.add(measured('c', false));
  vi.advanceTimersByTime(200);
  early.tell();
  expect(told).toEqual([['a']]);
  vi.advanceTimersByTime(50);
  early.tell();
  vi.advanceTimersByTime(1000);
  early.tell();
  expect(told).toEqual([['a'], ['b', 'c']]);
});

test('a unit with a hard link to elsewhere is not told before it is known whose bytes they are', () => {
  const told: UnitResult[] = [];
  const early = new EarlyResults((units) => told.push(...units));
  early.add(measured('linked', true));
  early.add(measured('alone', false));
  early.tell();
  expect(told.map(({ path }) => path)).toEqual(['alone']);
});

test('what a walk tells early is what it says in the end', async () => {
  const { root, remove } = newRoot();
  try {
    const paths = Array.from({ length: 60 }, (_, at) => `overlay2/l${at}`);
    for (const path of paths) {
      mkdirSync(join(root, path, 'diff'), { recursive: true });
      for (let file = 0; file < 40; file += 1) writeFileSync(join(root, path, 'diff', `f${file}`), path);
    }
    linkSync(join(root, 'overlay2/l0/diff/f0'), join(root, 'overlay2/l1/diff/linked'));
    const units = paths.map((path, at) => unit(path, { immutable: at % 2 === 0 }));
    const memory = memoryInRam();
    await walkUnits(root, units.slice(0, 20), { memory });

    const early: UnitResult[] = [];
    const onUnits = (some: readonly UnitResult[]): void => void early.push(...some);
    const whole = await walkUnits(root, units, { memory, workers: 1, onUnits });
    const byPath = new Map(whole.units.map((one) => [one.path, one]));
    expect(new Set(early.map(({ path }) => path)).size).toBe(early.length);
    for (const one of early) expect(one).toEqual(byPath.get(one.path));
    expect(early.map(({ path }) => path)).not.toContain('overlay2/l1');
  } finally {
    remove();
  }
});
