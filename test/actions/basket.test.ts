import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { basketFrees } from '../../src-main/actions/basket.ts';
import { worldOf, type World } from '../../src-main/actions/items.ts';
import { makePlan } from '../../src-main/actions/plan.ts';
import { storeGraph } from '../../src-main/analysis/graph.ts';
import type { Pins } from '../../src-main/contract/reclaim.ts';
import type { Frees, Selection } from '../../src-main/contract/store.ts';
import type { StoreSnapshot } from '../../src-main/model/store.ts';
import { buildSnapshot, containerIdOf, idOf, TAKEN_AT_MS } from '../support/build-snapshot.ts';
import { selections } from '../support/random-snapshot.ts';

const NO_PINS: Pins = { images: [], repositories: [], volumes: [], labels: [] };
const TOOLS = {
  id: 'plan-0001',
  madeAt: '2026-01-02T00:00:00.000Z',
  hash: (text: string) => createHash('sha256').update(text).digest('hex'),
};
const NOTHING: Selection = { images: [], containers: [], volumes: [], buildCache: [], orphans: [] };
const world = (snapshot: StoreSnapshot, pins = NO_PINS): World => worldOf(snapshot, pins, TAKEN_AT_MS);
const count = (snapshot: StoreSnapshot, part: Partial<Selection>, pins = NO_PINS): Frees =>
  basketFrees({ ...NOTHING, ...part }, storeGraph(snapshot), world(snapshot, pins));

test('a running container stays, with the reason, and so does its image', () => {
  const store = buildSnapshot({ images: { app: ['a'] }, containers: { up: 'app' }, running: ['up'] });
  const frees = count(store, { images: [idOf('app')], containers: [containerIdOf('up')] });
  expect(frees.diskBytes).toBe(0);
  expect(frees.stays.map((one) => [one.name, one.because])).toEqual([
    ['up', 'it is running; stop it first'],
    ['app:latest', 'the running container up was created from it'],
  ]);
  expect(frees.unlocks).toEqual([]);
});

test('a stopped container that holds a chosen image unlocks it', () => {
  const store = buildSnapshot({ images: { app: ['a'] }, containers: { down: 'app' } });
  const frees = count(store, { images: [idOf('app')] });
  expect(frees.diskBytes).toBe(0);
  expect(frees.unlocks.map((one) => [one.kind, one.name])).toEqual([['container', 'down']]);
});

test('what is pinned stays and unlocks nothing', () => {
  const store = buildSnapshot({ images: { api: ['base', 'api'], web: ['base', 'web'] } });
  const frees = count(store, { images: [idOf('api')] }, { ...NO_PINS, repositories: ['web'] });
  expect([frees.diskBytes, frees.unlocks]).toEqual([1010, []]);
  expect(count(store, { images: [idOf('api')] }, { ...NO_PINS, repositories: ['api'] }).diskBytes).toBe(0);
});

test('counter and plan say the same of every selection of every store', () => {
  const flags = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(selections, flags, flags, ({ store, some }, running, pinned) => {
      const snapshot: StoreSnapshot = {
        ...store,
        containers: store.containers.map((one, at) => ({
          ...one,
          state: running[at] ? 'running' : 'exited',
        })),
        buildCache: store.buildCache.map((one, at) => ({ ...one, inUse: running[at + 4] ?? false })),
      };
      const images = store.images.filter((_, at) => pinned[at] && at % 3 === 0).map((image) => image.id);
      const there = world(snapshot, { ...NO_PINS, images });
      const plan = makePlan({ selection: some }, there, TOOLS);
      const frees = basketFrees(some, storeGraph(snapshot), there);
      expect(frees.diskBytes).toBe(plan.freesDiskBytes);
      expect(frees.stays).toEqual(
        plan.stays.map(({ target, name, because }) => ({ id: target, name, because })),
      );
    }),
  );
});
