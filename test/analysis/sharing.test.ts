import fc from 'fast-check';
import { expect, test } from 'vitest';
import { duplicatesOf } from '../../src-main/analysis/duplicates.ts';
import { freedBy } from '../../src-main/analysis/freed-by.ts';
import { storeGraph } from '../../src-main/analysis/graph.ts';
import { hogsOf } from '../../src-main/analysis/hogs.ts';
import { sharingGroups } from '../../src-main/analysis/sharing-groups.ts';
import { sharingOf } from '../../src-main/analysis/sharing.ts';
import { unlocksOf } from '../../src-main/analysis/unlocks.ts';
import { known, sum } from '../../src-main/model/measured.ts';
import { buildSnapshot, chainIdOf, containerIdOf, diffIdOf, idOf } from '../support/build-snapshot.ts';
import { stores } from '../support/random-snapshot.ts';

test('the same content under two parents is stored twice, and all but one copy is waste', () => {
  const store = buildSnapshot({ images: { api: ['a', 'app'], web: ['b', 'app'], more: ['c', 'app'] } });
  expect(duplicatesOf(store)).toEqual([
    {
      diffId: diffIdOf('app'),
      chainIds: ['a/app', 'b/app', 'c/app'].map(chainIdOf),
      wastedDiskBytes: known(2000),
    },
  ]);
});

test('groups: what two images share is one area, each one’s own another', () => {
  const graph = storeGraph(
    buildSnapshot({ images: { api: ['base', 'lib', 'api'], web: ['base', 'lib', 'web'] } }),
  );
  const groups = sharingGroups(graph).map((group) => [
    group.images.length,
    group.layers.length,
    group.diskBytes,
  ]);
  expect(groups).toEqual([
    [2, 2, known(2000)],
    [1, 1, known(1000)],
    [1, 1, known(1000)],
  ]);
});

test('law: every layer is in one group, and groups of one image are its unique bytes', () => {
  fc.assert(
    fc.property(stores, (store) => {
      const graph = storeGraph(store);
      const groups = sharingGroups(graph);
      expect(groups.flatMap((group) => group.layers).sort()).toEqual(
        store.layers.map((one) => one.chainId).sort(),
      );
      store.images.forEach((image, at) => {
        if (image.intermediate) return;
        const own = groups.filter((group) => group.images.length === 1 && group.images[0] === image.id);
        expect(sharingOf(graph, at).uniqueDiskBytes).toEqual(sum(own.map((group) => group.diskBytes)));
      });
    }),
  );
});

test('unlocks: who keeps the layers of a selection, by what going along adds', () => {
  const graph = storeGraph(
    buildSnapshot({
      images: { api: ['base', 'api'], web: ['base', 'web'], tool: ['tool'] },
      containers: { shop: 'tool' },
    }),
  );
  expect(unlocksOf(graph, { images: [idOf('api')] })).toEqual([
    { kind: 'image', id: idOf('web'), name: 'web:latest', diskBytes: 2020 },
  ]);
  expect(unlocksOf(graph, { images: [idOf('tool')] })).toEqual([
    { kind: 'container', id: containerIdOf('shop'), name: 'shop', diskBytes: 527 + 1010 },
  ]);
});

test('hogs: across all kinds, by what each alone frees', () => {
  const graph = storeGraph(
    buildSnapshot({
      images: { api: ['base', 'api', 'x'], used: ['used'] },
      containers: { shop: 'used' },
      buildCache: { own: [] },
      volumes: { data: [] },
      unowned: ['lost'],
    }),
  );
  expect(hogsOf(graph, 4).map((hog) => [hog.kind, hog.freesDiskBytes])).toEqual([
    ['image', 3030],
    ['volume', 2000],
    ['orphan', 610],
    ['container', 527],
  ]);
});

test('law: an image that nothing else holds frees its unique bytes and their short names', () => {
  fc.assert(
    fc.property(stores, (store) => {
      const plain = {
        ...store,
        containers: [],
        buildCache: [],
        layers: store.layers.map((one) => ({ ...one, buildCache: [] })),
      };
      const graph = storeGraph(plain);
      if (graph.unreferenced.includes(1)) return;
      plain.images.forEach((image, at) => {
        if (image.intermediate || graph.children[at]!.length > 0) return;
        const freed = freedBy(graph, { images: [image.id] });
        const tagged = plain.images[graph.imageParent[at]!];
        if (tagged !== undefined && !tagged.intermediate) return;
        const unique = sharingOf(graph, at).uniqueDiskBytes;
        expect(freed.diskBytes).toEqual(sum([unique, known(10 * freed.layers.length)]));
      });
    }),
  );
});
