import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freedBy } from '../../src-main/analysis/freed-by.ts';
import { storeGraph } from '../../src-main/analysis/graph.ts';
import { known, unknown } from '../../src-main/model/measured.ts';
import { layersFreedBruteForce } from '../support/brute-force.ts';
import { buildSnapshot, cacheIdOf, chainIdOf, containerIdOf, idOf } from '../support/build-snapshot.ts';
import type { Sketch } from '../support/build-snapshot.ts';
import { everything, selections, stores } from '../support/random-snapshot.ts';

const graphOf = (sketch: Sketch) => storeGraph(buildSnapshot(sketch));
const chains = (...paths: string[]) => new Set(paths.map(chainIdOf));
/** A layer's folder and its short name. */
const LAYER = 1010;

test('a base shared by two images goes only when both go', () => {
  const graph = graphOf({ images: { api: ['base', 'api'], web: ['base', 'web'] } });

  expect(new Set(freedBy(graph, { images: [idOf('api')] }).layers)).toEqual(chains('base/api'));
  const both = freedBy(graph, { images: [idOf('api'), idOf('web')] });
  expect(new Set(both.layers)).toEqual(chains('base', 'base/api', 'base/web'));
  expect(both.diskBytes).toEqual(known(3 * LAYER));
});

test('the same content on another parent is another layer', () => {
  const graph = graphOf({ images: { api: ['base', 'app'], web: ['other', 'app'] } });
  expect(freedBy(graph, { images: [idOf('api')] }).diskBytes).toEqual(known(2 * LAYER));
});

test('an image stays while a container is made of it, and says so', () => {
  const graph = graphOf({ images: { api: ['base'] }, containers: { web: 'api' } });

  const alone = freedBy(graph, { images: [idOf('api')] });
  expect(alone.diskBytes).toEqual(known(0));
  expect(alone.stays).toEqual([
    { kind: 'image', id: idOf('api'), name: 'api:latest', because: 'container web is made of it' },
  ]);
  const together = freedBy(graph, { images: [idOf('api')], containers: [containerIdOf('web')] });
  expect(together.diskBytes).toEqual(known(LAYER + 527));
  expect(together.stays).toEqual([]);
});

test('intermediate images go with their last child, not before', () => {
  const graph = graphOf({
    images: { step: ['base', 'deps'], one: ['base', 'deps', 'one'], two: ['base', 'deps', 'two'] },
    untagged: ['step'],
    parents: { one: 'step', two: 'step' },
  });

  expect(freedBy(graph, { images: [idOf('step')] }).layers).toEqual([]);
  expect(new Set(freedBy(graph, { images: [idOf('one')] }).layers)).toEqual(chains('base/deps/one'));
  const both = freedBy(graph, { images: [idOf('one'), idOf('two')] });
  expect(new Set(both.images)).toEqual(new Set([idOf('one'), idOf('two'), idOf('step')]));
  expect(both.diskBytes).toEqual(known(4 * LAYER));
});

test('a tagged parent stays when its child stays, and goes when both are chosen', () => {
  const graph = graphOf({ images: { base: ['a'], app: ['a', 'b'] }, parents: { app: 'base' } });

  expect(freedBy(graph, { images: [idOf('base')] }).stays[0]?.because).toBe(
    'image app:latest was built on it and stays',
  );
  expect(freedBy(graph, { images: [idOf('app'), idOf('base')] }).diskBytes).toEqual(known(2 * LAYER));
});

test('build records hold layers until they go too', () => {
  const graph = graphOf({ images: { api: ['base', 'api'] }, buildCache: { rec: ['base'] } });

  expect(new Set(freedBy(graph, { images: [idOf('api')] }).layers)).toEqual(chains('base/api'));
  expect(freedBy(graph, { buildCache: ['rec'] }).diskBytes).toEqual(known(0));
  expect(freedBy(graph, { images: [idOf('api')], buildCache: ['rec'] }).diskBytes).toEqual(known(2 * LAYER));
});

test('a build record goes after those that stand on it, and takes its own folder along', () => {
  const graph = graphOf({ buildCache: { below: [], above: [] }, cacheParents: { above: ['below'] } });

  expect(freedBy(graph, { buildCache: ['below'] }).stays[0]?.because).toBe(
    'build record above stands on it and stays',
  );
  const both = freedBy(graph, { buildCache: ['below', 'above'] });
  expect(both.diskBytes).toEqual(known(2 * 310));
  expect(new Set(both.folders)).toEqual(new Set([cacheIdOf('cache below'), cacheIdOf('cache above')]));
});

test('a layer that a killed load left holds what is below it', () => {
  const graph = graphOf({ images: { api: ['base'] }, loose: ['base/lost'] });
  expect(freedBy(graph, { images: [idOf('api')] }).layers).toEqual([]);
});

test('a container of unknown chain may stand on any layer', () => {
  const graph = graphOf({ images: { api: ['base'] }, containers: { odd: null } });

  const freed = freedBy(graph, { images: [idOf('api')] });
  expect(freed.layers).toEqual([]);
  expect(freed.diskBytes.state).toBe('unknown');
  expect(freed.stays[0]?.id).toBe(containerIdOf('odd'));
  expect(freedBy(graph, { images: [idOf('api')], containers: [containerIdOf('odd')] }).layers).toHaveLength(
    1,
  );
});

test('one unmeasured layer makes the sum unknown, not smaller', () => {
  const graph = graphOf({
    images: { api: ['base', 'api'] },
    layerDiskBytes: { base: unknown('no permission') },
  });
  expect(freedBy(graph, { images: [idOf('api')] }).diskBytes).toMatchObject(unknown('no permission'));
});

test('a volume stays with the containers that use it', () => {
  const graph = graphOf({ images: { db: ['a'] }, containers: { db: 'db' }, volumes: { data: ['db'] } });
  expect(freedBy(graph, { volumes: ['data'] }).diskBytes).toEqual(known(0));
  expect(freedBy(graph, { volumes: ['data'], containers: [containerIdOf('db')] }).volumes).toEqual(['data']);
});

test('what is not in the scan stays, and is named', () => {
  expect(freedBy(graphOf({}), { images: ['sha256:no'] }).stays).toEqual([
    { kind: 'image', id: 'sha256:no', name: 'sha256:no', because: 'it is not in this scan' },
  ]);
});

test('law: the same layers as by the plain definition', () => {
  fc.assert(
    fc.property(selections, ({ store, some }) => {
      const freed = freedBy(storeGraph(store), some);
      expect(new Set<string>(freed.layers)).toEqual(layersFreedBruteForce(store, some));
    }),
    { numRuns: 400 },
  );
});

test('law: more selected never frees less, and sets free at least what their parts do', () => {
  fc.assert(
    fc.property(selections, ({ store, some, others }) => {
      const graph = storeGraph(store);
      const both = Object.fromEntries(
        Object.entries(some).map(([kind, ids]) => [kind, [...ids, ...others[kind as keyof typeof others]]]),
      );
      const [one, other, all] = [some, others, both].map((set) => freedBy(graph, set).diskBytes);
      if ([one, other, all].some((measured) => measured?.state === 'unknown')) return;
      const bytes = (measured: typeof one): number => (measured?.state === 'known' ? measured.bytes : NaN);
      expect(bytes(all)).toBeGreaterThanOrEqual(bytes(one) + bytes(other));
    }),
    { numRuns: 300 },
  );
});

test('law: everything selected leaves only layers that nobody stood on, and what those stand on', () => {
  fc.assert(
    fc.property(stores, (store) => {
      const graph = storeGraph(store);
      const freed = freedBy(graph, everything(store));
      const kept = store.layers.filter((layer) => !freed.layers.includes(layer.chainId));
      const loose = kept.filter((_, at) => graph.unreferenced[store.layers.indexOf(kept[at]!)] === 1);
      expect(kept.length === 0).toBe(loose.length === 0);
      if (kept.length === 0) expect(freed.folders).toHaveLength(store.folders.length);
    }),
  );
});
