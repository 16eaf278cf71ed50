import { expect, test } from 'vitest';
import { withFreshLayers } from '../../src-main/history/fresh-layers.ts';
import type { LayerKey, RememberedLayer } from '../../src-main/sources/scan/memory.ts';
import { noTotals } from '../../src-main/sources/scan/totals.ts';

const key = (path: string, identity = 'same'): LayerKey => ({ path, identity, chainId: null });
const layer = (bytes: number): RememberedLayer => ({ totals: { ...noTotals(), bytes }, shared: [] });

/** Knows /a and /b, and writes down what it was asked. */
function slowMemory() {
  const asked: string[][] = [];
  const stored = new Map<string, RememberedLayer>([
    ['/a', layer(1)],
    ['/b', layer(2)],
  ]);
  return {
    asked,
    lookup: async (keys: readonly LayerKey[]) => {
      asked.push(keys.map(({ path }) => path));
      return keys.map(({ path, identity }) => (identity === 'same' ? (stored.get(path) ?? null) : null));
    },
    store: async () => undefined,
  };
}

test('what was asked a moment ago is not asked again; the rest is, and answers keep their places', async () => {
  const memory = slowMemory();
  const fresh = withFreshLayers(memory);
  await fresh.lookup([key('/b')]);
  expect(await fresh.lookup([key('/c'), key('/b'), key('/a')])).toEqual([null, layer(2), layer(1)]);
  expect(memory.asked).toEqual([['/b'], ['/c', '/a']]);
});

test('another identity is another layer', async () => {
  const fresh = withFreshLayers(slowMemory());
  await fresh.lookup([key('/a')]);
  expect(await fresh.lookup([key('/a', 'made anew')])).toEqual([null]);
});

test('what is stored replaces what was known', async () => {
  const fresh = withFreshLayers(slowMemory());
  await fresh.lookup([key('/a')]);
  await fresh.store([{ ...key('/a'), ...layer(7) }]);
  expect(await fresh.lookup([key('/a')])).toEqual([layer(7)]);
});

test('after an hour the database is asked again, so that it knows what is in use', async () => {
  let nowMs = 0;
  const memory = slowMemory();
  const fresh = withFreshLayers(memory, () => nowMs);
  await fresh.lookup([key('/a')]);
  nowMs = 3_600_001;
  await fresh.lookup([key('/a')]);
  expect(memory.asked).toEqual([['/a'], ['/a']]);
});
