import fc from 'fast-check';
import { expect, test } from 'vitest';
import { duplicatesOf } from '../../src-main/analysis/duplicates.ts';
import { freedBy } from '../../src-main/analysis/freed-by.ts';
import { storeGraph } from '../../src-main/analysis/graph.ts';
import { isDanglingLayer, layerUsers, sharingOf } from '../../src-main/analysis/sharing.ts';
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

test('law: an image’s unique bytes are those of the layers that only it stands on', () => {
  fc.assert(
    fc.property(stores, (store) => {
      const graph = storeGraph(store);
      const { images } = layerUsers(graph);
      store.images.forEach((image, at) => {
        if (image.intermediate) return;
        const own = store.layers.filter(
          (_, layer) => images[layer]!.length === 1 && images[layer]![0] === at,
        );
        expect(sharingOf(graph, at).uniqueDiskBytes).toEqual(sum(own.map((layer) => layer.diskBytes)));
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
  expect(unlocksOf(graph, { images: [idOf('api')] }, () => true)).toEqual([
    { kind: 'image', id: idOf('web'), name: 'web:latest', diskBytes: 2020 },
  ]);
  expect(unlocksOf(graph, { images: [idOf('tool')] }, () => true)).toEqual([
    { kind: 'container', id: containerIdOf('shop'), name: 'shop', diskBytes: 527 + 1010 },
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

test('no layer is dangling while a container stands on layers that nobody knows', () => {
  const images = { old: ['base', 'old'] };
  const dangling = (containers: Record<string, string | null>): boolean[] => {
    const graph = storeGraph(buildSnapshot({ images, untagged: ['old'], containers }));
    return graph.snapshot.layers.map((_, at) => isDanglingLayer(graph, layerUsers(graph), at));
  };
  expect(dangling({})).toEqual([true, true]);
  expect(dangling({ shop: null })).toEqual([false, false]);
});
