import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freedBy } from '../../src-main/analysis/freed-by.ts';
import { storeGraph, type StoreGraph } from '../../src-main/analysis/graph.ts';
import { worldOf, type Candidate, type World } from '../../src-main/actions/items.ts';
import { chooseForTarget } from '../../src-main/actions/planner.ts';
import { regretOf } from '../../src-main/actions/planner-choices.ts';
import { candidatesOf } from '../../src-main/actions/rules.ts';
import type { Pins } from '../../src-main/contract/reclaim.ts';
import { known } from '../../src-main/model/measured.ts';
import { buildSnapshot, idOf, TAKEN_AT_MS, type Sketch } from '../support/build-snapshot.ts';

const NO_PINS: Pins = { images: [], repositories: [], volumes: [], labels: [] };
const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f'];

const graphs = new WeakMap<World, StoreGraph>();

function bytesOf(set: readonly Candidate[], world: World): number {
  const graph = graphs.get(world) ?? storeGraph(world.snapshot);
  graphs.set(world, graph);
  const ids = (kind: Candidate['kind']): string[] =>
    set.flatMap((one) => (one.kind === kind ? [one.id] : []));
  const freed = freedBy(graph, { images: ids('image'), buildCache: ids('build-cache') });
  return freed.diskBytes.state === 'known' ? freed.diskBytes.bytes : 0;
}

function regret(set: readonly Candidate[], world: World): number {
  return set.reduce((sum, one) => sum + regretOf(one, world).regret, 0);
}

/** Stores with `most` images at most, layers of different sizes, some of the images with registry digests. */
const worlds = (most: number): fc.Arbitrary<World> =>
  fc
    .record({
      images: fc.array(
        fc.record({
          layers: fc.array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: 4 }),
          tagged: fc.boolean(),
          pulled: fc.boolean(),
          used: fc.boolean(),
          ageDays: fc.constantFrom(1, 20, 100, 1000),
        }),
        { minLength: 1, maxLength: most },
      ),
      sizes: fc.array(fc.integer({ min: 1, max: 5000 }), {
        minLength: LETTERS.length,
        maxLength: LETTERS.length,
      }),
      cached: fc.boolean(),
    })
    .map(({ images, sizes, cached }) => {
      const name = (at: number): string => `i${String(at)}`;
      const sketch: Sketch = {
        images: Object.fromEntries(images.map((image, at) => [name(at), image.layers])),
        untagged: images.flatMap((image, at) => (image.tagged ? [] : [name(at)])),
        containers: Object.fromEntries(
          images.flatMap(({ used }, at) => (used && at % 3 === 0 ? [[`c${String(at)}`, name(at)]] : [])),
        ),
        layerDiskBytes: Object.fromEntries(LETTERS.map((letter, at) => [letter, known(sizes[at]! * 1000)])),
        ...(cached ? { buildCache: { rec: images[0]!.layers.slice(0, 1) } } : {}),
      };
      const snapshot = buildSnapshot(sketch);
      const aged = snapshot.images.map((image, at) => ({
        ...image,
        digests: images[at]!.pulled ? [`${name(at)}@sha256:${'0'.repeat(64)}`] : [],
        createdAtMs: TAKEN_AT_MS - images[at]!.ageDays * 86_400_000,
      }));
      return worldOf({ ...snapshot, images: aged }, NO_PINS, TAKEN_AT_MS);
    });

const pool = (world: World): readonly Candidate[] =>
  candidatesOf({ unused: true, cache: ['regular'] }, world);

describe('the planner', () => {
  test('prefers what is dangling, then what a registry has, over what exists only here', () => {
    const snapshot = buildSnapshot({
      images: { lost: ['l'], pulled: ['p'], only: ['o'] },
      untagged: ['lost'],
    });
    const images = snapshot.images.map((image) =>
      image.id === idOf('pulled') ? { ...image, digests: [`pulled@sha256:${'0'.repeat(64)}`] } : image,
    );
    const world = worldOf({ ...snapshot, images }, NO_PINS, TAKEN_AT_MS);
    const chosen = (bytes: number): string[] =>
      chooseForTarget(pool(world), bytes, world).chosen.map((one) => one.id);
    expect(chosen(1000)).toEqual([idOf('lost')]);
    expect(chosen(2000).sort()).toEqual([idOf('lost'), idOf('pulled')].sort());
    expect(chooseForTarget(pool(world), 1000, world).target.nextBest[0]?.target).toBe(idOf('pulled'));
  });

  test('sees that a base goes only with all that share it', () => {
    const sizes = { base: known(1_000_000), a: known(10), b: known(10), alone: known(600_000) };
    const images = { a: ['base', 'a'], b: ['base', 'b'], alone: ['alone'] };
    const world = worldOf(buildSnapshot({ images, layerDiskBytes: sizes }), NO_PINS, TAKEN_AT_MS);
    const { chosen, target } = chooseForTarget(pool(world), 900_000, world);
    expect(chosen.map((one) => one.id).sort()).toEqual([idOf('a'), idOf('b')].sort());
    expect(target.reached).toBe(true);
  });

  test('does not count a folder of two build records twice', () => {
    const snapshot = buildSnapshot({ buildCache: { one: [], two: [] } });
    const shared = snapshot.buildCache[0]!.cacheId;
    const buildCache = snapshot.buildCache.map((record) => ({ ...record, cacheId: shared }));
    const folders = snapshot.folders
      .filter((folder) => folder.name === shared)
      .map((folder) => ({ ...folder, owner: { kind: 'build-cache' as const, recordIds: ['one', 'two'] } }));
    const world = worldOf({ ...snapshot, buildCache, folders }, NO_PINS, TAKEN_AT_MS);
    const { chosen, target } = chooseForTarget(pool(world), 310, world);
    expect(chosen.map((one) => one.id).sort()).toEqual(['one', 'two']);
    expect(target.reached).toBe(true);
    expect(chooseForTarget(pool(world), 311, world).target.reached).toBe(false);
  });

  test('counts on no layer while somebody may stand on it unseen', () => {
    const partly = buildSnapshot({ images: { app: ['a'] } }, { usersIncomplete: 'unreadable' });
    const world = worldOf(partly, NO_PINS, TAKEN_AT_MS);
    expect(chooseForTarget(pool(world), 1, world).target.reached).toBe(false);
  });

  test('reaches every target that can be reached, with few items and with many', () => {
    fc.assert(
      fc.property(worlds(24), fc.double({ min: 0, max: 1, noNaN: true }), (world, share) => {
        const all = bytesOf(pool(world), world);
        const targetBytes = Math.max(1, Math.floor(all * share));
        const { chosen, target } = chooseForTarget(pool(world), targetBytes, world);
        expect(target.reached).toBe(all >= targetBytes);
        expect(bytesOf(chosen, world)).toBeGreaterThanOrEqual(Math.min(all, targetBytes));
      }),
      { numRuns: 60 },
    );
  });

  test('among up to 14 images none of all sets has less than ten elevenths of its regret', () => {
    fc.assert(
      fc.property(worlds(14), fc.double({ min: 0.05, max: 1, noNaN: true }), (world, share) => {
        const items = pool(world);
        const targetBytes = Math.max(1, Math.floor(bytesOf(items, world) * share));
        const { chosen } = chooseForTarget(items, targetBytes, world);
        let best = Infinity;
        for (let set = 1; set < 1 << items.length; set++) {
          const some = items.filter((_, at) => (set & (1 << at)) !== 0);
          const cost = regret(some, world);
          if (cost < best && bytesOf(some, world) >= targetBytes) best = cost;
        }
        if (best < Infinity) expect(regret(chosen, world)).toBeLessThanOrEqual(best * 1.1);
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
