import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { walkUnits } from '../../../src-main/sources/scan/index.ts';
import { duOf, memoryInRam, newRoot, sumOfDisk, unit } from './support.ts';

let root = '';
let remove = (): void => undefined;
beforeEach(() => {
  ({ root, remove } = newRoot());
  for (const id of ['one', 'two', 'three']) layer(id, `content of ${id}`);
  linkSync(join(root, 'overlay2/one/diff/file'), join(root, 'overlay2/two/diff/same'));
});
afterEach(() => remove());

function layer(id: string, content: string): void {
  mkdirSync(join(root, `overlay2/${id}/diff`), { recursive: true });
  mkdirSync(join(root, `overlay2/${id}/work`));
  writeFileSync(join(root, `overlay2/${id}/diff/file`), content);
}

const layers = ['one', 'two', 'three'].map((id) => unit(`overlay2/${id}`, { immutable: true }));
const units = [
  unit('.', { without: ['overlay2'] }),
  unit('overlay2', { without: layers.map((l) => l.path) }),
  ...layers,
];

test('a remembered scan says the same as a fresh one, hard links between layers included', async () => {
  const memory = memoryInRam();
  const fresh = await walkUnits(root, units);
  const first = await walkUnits(root, units, { memory });
  const second = await walkUnits(root, units, { memory });

  expect(second.units.map(({ from }) => from)).toEqual(['walk', 'walk', 'memory', 'memory', 'memory']);
  const plain = ({ path, totals, content, incomplete }: (typeof fresh.units)[number]) => ({
    path,
    totals,
    content,
    incomplete,
  });
  expect(first.units.map(plain)).toEqual(fresh.units.map(plain));
  expect(second.units.map(plain)).toEqual(fresh.units.map(plain));
  expect(sumOfDisk(second.units)).toBe(duOf(root));
});

test('what the engine adds beside `diff` later is measured although the layer is remembered', async () => {
  const memory = memoryInRam();
  await walkUnits(root, units, { memory });
  writeFileSync(join(root, 'overlay2/one/committed'), '');
  writeFileSync(join(root, 'overlay2/one/work/left'), Buffer.alloc(10_000));

  const { units: measured } = await walkUnits(root, units, { memory });

  expect(measured[2]).toMatchObject({ from: 'memory', totals: { files: 3 } });
  expect(sumOfDisk(measured)).toBe(duOf(root));
});

test('a layer made anew under the same name is walked again', async () => {
  const memory = memoryInRam();
  await walkUnits(root, units, { memory });
  rmSync(join(root, 'overlay2/three'), { recursive: true });
  layer('three', 'x'.repeat(9_000));

  const { units: measured } = await walkUnits(root, units, { memory });

  expect(measured[4]).toMatchObject({ from: 'walk', content: { bytes: 9_000 } });
});

test('verifying walks everything, tells where memory and disk disagree, and corrects the memory', async () => {
  const memory = memoryInRam();
  await walkUnits(root, units, { memory });
  writeFileSync(join(root, 'overlay2/three/diff/file'), 'tampered with'); // the ctime of `diff` stays as it was

  expect((await walkUnits(root, units, { memory })).units[4]?.from).toBe('memory');
  const verified = await walkUnits(root, units, { memory, verify: true });
  expect(verified.units.every(({ from }) => from === 'walk')).toBe(true);
  expect(verified.units[4]?.issues).toEqual([
    { where: 'overlay2/three', what: expect.stringMatching(/disagree.*bytes 16 remembered, 13 on disk/) },
  ]);
  expect(verified.units[2]?.issues).toEqual([]);
  const after = await walkUnits(root, units, { memory });
  expect(after.units[4]).toMatchObject({ from: 'memory', content: { bytes: 13 } });
});

test('a memory that cannot be written costs the account nothing and is told', async () => {
  const memory = { ...memoryInRam(), store: () => Promise.reject(new Error('disk full')) };
  const result = await walkUnits(root, units, { memory });
  expect(sumOfDisk(result.units)).toBe(duOf(root));
  expect(result.issues).toEqual([{ where: 'memory', what: expect.stringContaining('disk full') }]);
});
