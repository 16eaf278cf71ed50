import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DiskMeasure } from '../../src-main/actions/disk-measure.ts';
import { worldOf } from '../../src-main/actions/items.ts';
import { freeBytes, measurePaths } from '../../src-main/actions/measure.ts';
import { makePlan } from '../../src-main/actions/plan.ts';
import { buildSnapshot, TAKEN_AT_MS } from '../support/build-snapshot.ts';

test('what can not be measured is not known, and takes nothing else along', async () => {
  const root = mkdtempSync(join(tmpdir(), 'strata-measure-'));
  writeFileSync(join(root, 'file'), 'x'.repeat(5000));
  mkdirSync(join(root, 'overlay2/layer'), { recursive: true });
  const sizes = await measurePaths(root, ['file/below', 'overlay2/layer', 'gone']);
  expect(sizes.get('file/below')).toBeNull();
  expect(sizes.get('overlay2/layer')).not.toBeNull();
  expect(sizes.get('gone')).toBe(0);
  rmSync(root, { recursive: true });
});

test('free space that can not be asked is not known', async () => {
  expect(await freeBytes('/no/such/place')).toBeNull();
});

test('an apply whose disk can not be measured any more knows nothing, and fails nothing', async () => {
  const root = mkdtempSync(join(tmpdir(), 'strata-measure-'));
  const snapshot = buildSnapshot({ images: { app: ['a'] } });
  const world = worldOf(snapshot, { images: [], repositories: [], volumes: [], labels: [] }, TAKEN_AT_MS);
  const tools = { id: 'plan-0001', madeAt: '2026-01-02T00:00:00.000Z', hash: () => '0'.repeat(64) };
  const plan = makePlan({ rules: { unused: true } }, world, tools);
  mkdirSync(join(root, `overlay2/${snapshot.layers[0]!.cacheId!}`), { recursive: true });
  const disk = await DiskMeasure.start(plan, snapshot, root);
  rmSync(root, { recursive: true });
  writeFileSync(root, 'no folder any more');
  expect([await disk.after(0), await disk.total(), disk.freed]).toEqual([null, null, null]);
  rmSync(root);
});
