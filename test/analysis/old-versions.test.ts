import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freedBy } from '../../src-main/analysis/freed-by.ts';
import { storeGraph } from '../../src-main/analysis/graph.ts';
import { oldVersions } from '../../src-main/analysis/old-versions.ts';
import { known } from '../../src-main/model/measured.ts';
import type { Image, StoreSnapshot } from '../../src-main/model/store.ts';
import { buildSnapshot, idOf, type Sketch } from '../support/build-snapshot.ts';
import { stores } from '../support/random-snapshot.ts';

const LAYER = 1010;
const nothing = (): null => null;

/** `1` is the oldest day; names as tags. */
function aged(sketch: Sketch, images: Record<string, { tags: string[]; day: number | null }>): StoreSnapshot {
  const snapshot = buildSnapshot(sketch);
  const by = new Map(Object.entries(images).map(([name, facts]) => [idOf(name) as string, facts]));
  return {
    ...snapshot,
    images: snapshot.images.map((image): Image => {
      const facts = by.get(image.id);
      return facts === undefined
        ? image
        : {
            ...image,
            tags: facts.tags,
            createdAtMs: facts.day === null ? null : facts.day * 86_400_000,
          };
    }),
  };
}

const three = (sketch: Sketch = {}): StoreSnapshot =>
  aged(
    {
      images: { one: ['base', 'shared', '1'], two: ['base', 'shared', '2'], three: ['base', '3'] },
      ...sketch,
    },
    {
      one: { tags: ['acme/api:1'], day: 1 },
      two: { tags: ['acme/api:2'], day: 2 },
      three: { tags: ['acme/api:3', 'acme/api:latest'], day: 3 },
    },
  );
const fates = (snapshot: StoreSnapshot, keep: number) =>
  oldVersions(storeGraph(snapshot), { keep, protectedBecause: nothing }).repositories.map(
    ({ repository, images }) => [repository, ...images.map(({ tags, fate }) => `${tags[0]} ${fate}`)],
  );

test('all but the newest go, newest first in the list; what they share with each other goes too', () => {
  const snapshot = three();
  const { repositories, diskBytes } = oldVersions(storeGraph(snapshot), {
    keep: 1,
    protectedBecause: nothing,
  });
  expect(fates(snapshot, 1)).toEqual([
    ['acme/api', 'acme/api:3 newest', 'acme/api:2 goes', 'acme/api:1 goes'],
  ]);
  expect(repositories[0]!.images.map(({ uniqueDiskBytes }) => uniqueDiskBytes)).toEqual([
    known(1000),
    known(1000),
    known(1000),
  ]);
  expect(repositories[0]!.diskBytes).toEqual(known(3 * LAYER));
  expect(diskBytes).toEqual(known(3 * LAYER));
});

test('a repository with no more versions than are kept is not in the list', () => {
  expect(fates(three(), 3)).toEqual([]);
  expect(fates(three(), 2)).toEqual([
    ['acme/api', 'acme/api:3 newest', 'acme/api:2 newest', 'acme/api:1 goes'],
  ]);
});

test('an old version that a container is made of, or that is pinned, stays and says why', () => {
  const snapshot = three({ containers: { web: 'one' } });
  const { repositories, diskBytes } = oldVersions(storeGraph(snapshot), {
    keep: 1,
    protectedBecause: ({ id }) => (id === idOf('two') ? 'pinned by its id' : null),
  });
  expect(repositories[0]!.images.map(({ fate, because }) => [fate, because])).toEqual([
    ['newest', ''],
    ['stays', 'pinned by its id'],
    ['stays', 'container web is made of it'],
  ]);
  expect(diskBytes).toEqual(known(0));
});

test('an image among the newest of another repository stays, and one of unknown age counts as newest', () => {
  const snapshot = aged(
    { images: { old: ['a'], mid: ['b'], now: ['c'], ageless: ['d'] } },
    {
      old: { tags: ['acme/api:1', 'acme/release:1'], day: 1 },
      mid: { tags: ['acme/api:2'], day: 2 },
      now: { tags: ['acme/api:3'], day: 3 },
      ageless: { tags: ['acme/api:0'], day: null },
    },
  );
  expect(fates(snapshot, 1)).toEqual([
    ['acme/api', 'acme/api:0 newest', 'acme/api:3 goes', 'acme/api:2 goes', 'acme/api:1 newest'],
  ]);
});

test('for any store: the sum is what freeing exactly those that go gives, and none of them stays', () => {
  fc.assert(
    fc.property(stores, fc.integer({ min: 1, max: 3 }), (store, keep) => {
      const images = store.images.map((image, at) => ({
        ...image,
        tags: image.tags.map((_, tag) => `acme/${at % 2 === 0 ? 'api' : 'web'}:${at}.${tag}`),
        createdAtMs: at * 1000,
      }));
      const graph = storeGraph({ ...store, images });
      const { repositories, diskBytes } = oldVersions(graph, { keep, protectedBecause: nothing });
      const going = new Set<string>(
        repositories.flatMap(({ images: versions }) =>
          versions.filter(({ fate }) => fate === 'goes').map(({ image }) => image.id),
        ),
      );
      const freed = freedBy(graph, { images: [...going] });
      expect(diskBytes).toEqual(freed.diskBytes);
      expect(freed.stays.filter(({ id }) => going.has(id))).toEqual([]);
      for (const { images: versions } of repositories)
        expect(versions.filter(({ fate }) => fate === 'newest').length).toBeGreaterThanOrEqual(keep);
    }),
  );
});
