import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planPage, receiptPage } from '../../src-main/cli/plan-page.ts';
import { parseAge, parseCount, parseSize } from '../../src-main/cli/quantities.ts';
import type { Plan } from '../../src-main/contract/reclaim.ts';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import { strata, strataJson } from '../support/cli.ts';
import { planStep, samplePlan, sampleReceipt } from '../support/sample-plan.ts';

describe('sizes and ages', () => {
  test('are what people type', () => {
    expect([parseSize('5GB'), parseSize('2GiB'), parseSize('1.5k'), parseSize('7')]).toEqual([
      5e9,
      2 ** 31,
      1500,
      7,
    ]);
    expect([parseAge('30d'), parseAge('12h'), parseAge('2w'), parseAge('9')]).toEqual([30, 0.5, 14, 9]);
    expect(parseCount('3')).toBe(3);
  });

  test.each(['', '-1', 'GB', '5XB', '1e9', '0'])('%j is no size', (text) => {
    expect(() => parseSize(text)).toThrow(/A size is like/);
  });
});

describe('plan', () => {
  test('of dangling images promises what the scan calls reclaimable', async () => {
    const { reclaimable } = await strataJson<ScanDocument>(['scan', '--demo']);
    const plan = await strataJson<Plan>(['plan', '--demo', '--dangling']);
    expect(plan.freesDiskBytes).toBe(reclaimable.dangling);
    expect(plan.steps.reduce((sum, step) => sum + (step.freesDiskBytes ?? 0), 0)).toBe(plan.freesDiskBytes);
  });

  test('fits 80 columns and says why', async () => {
    const { stdout, code } = await strata(['plan', '--demo', '--unused', '--stopped', '--cache']);
    expect(code).toBe(0);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).toContain('Because');
    expect(stdout).toMatch(/steps free .* on the disk/);
  });

  test('--target reaches it, and a name that nothing has is an error', async () => {
    const plan = await strataJson<Plan>(['plan', '--demo', '--target', '1GB']);
    expect(plan.target?.reached).toBe(true);
    expect(plan.freesDiskBytes).toBeGreaterThanOrEqual(1e9);
    expect((await strata(['plan', '--demo', 'nothing-has-this-name'])).code).toBe(1);
    expect((await strata(['plan', '--demo', '--older', 'soon'])).code).toBe(2);
  });

  test('-o saves what apply reads; a demo loses nothing, and what is no plan is refused', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'strata-plan-'));
    const file = join(dir, 'plan.json');
    expect((await strata(['plan', '--demo', '--dangling', '-o', file])).code).toBe(0);
    expect((JSON.parse(readFileSync(file, 'utf8')) as Plan).schema).toBe(1);
    const applied = await strata(['apply', '--demo', file, '--yes']);
    expect([applied.code, applied.stderr]).toEqual([
      1,
      expect.stringContaining('Nothing is removed from the demo store'),
    ]);
    writeFileSync(file, '{"schema":1}');
    expect((await strata(['apply', '--demo', file, '--yes'])).code).toBe(2);
    rmSync(dir, { recursive: true });
  });

  test('without --yes and without an answer nothing is done', async () => {
    const { code, stderr } = await strata(['prune', '--demo']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('Nothing was removed.')]);
  });
});

describe('what only moves to the quarantine is not said to be freed', () => {
  const orphan = planStep('quarantine-orphan', 'orphan:overlay2/left', { freesDiskBytes: 1024 });
  const mixed = samplePlan({ steps: [...samplePlan().steps, orphan] });

  test('in a plan', () => {
    const page = planPage(mixed, 100);
    expect(page).toContain('3 steps free 8.00 KiB (8,192 bytes) on the disk.');
    expect(page).toContain('1.00 KiB (1,024 bytes) moves to the quarantine on the same disk');
    expect(page).toMatch(/to quarantine .* moves 1.00 KiB/);
    expect(planPage(samplePlan({ steps: [orphan] }), 100)).not.toContain('step frees');
  });

  test('in a receipt, which counts the promise the same way', () => {
    const outcomes = mixed.steps.map(
      ({ freesDiskBytes }, step) =>
        ({ step, result: 'done', message: null, freedDiskBytes: freesDiskBytes }) as const,
    );
    const totals = { promisedDiskBytes: mixed.freesDiskBytes, freedDiskBytes: mixed.freesDiskBytes };
    const page = receiptPage(sampleReceipt({ ...totals, steps: mixed.steps, outcomes }), 100);
    expect(page).toContain('Promised 8.00 KiB (8,192 bytes), freed 8.00 KiB (8,192 bytes) (measured).');
    expect(page).toContain('1.00 KiB (1,024 bytes) moved to the quarantine on the same disk');
  });
});

test('pins are kept, listed and taken away', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'strata-pins-'));
  const pins = (...args: string[]): Promise<{ stdout: string; code: number }> =>
    strata(['pins', '--host', `unix://${dir}/none.sock`, '--state-dir', dir, ...args]);
  expect((await pins('add', 'repository', 'acme/*')).stdout).toBe('repository acme/*\n');
  const plan = await strataJson<Plan>(['plan', '--demo', '--state-dir', dir, '--repo', 'acme/*']);
  expect(plan.steps).toEqual([]);
  expect(plan.stays.every((one) => one.conflict === 'choice')).toBe(true);
  expect((await pins('remove', 'repository', 'acme/*')).stdout).toBe('');
  expect((await pins('add', 'repository')).code).toBe(2);
  const demo = await strata(['pins', '--demo', '--state-dir', dir, 'add', 'repository', 'x']);
  expect([demo.code === 0, demo.stderr]).toEqual([false, expect.stringContaining('not set from the demo')]);
  expect((await pins('list')).stdout).toBe('');
  rmSync(dir, { recursive: true });
});
