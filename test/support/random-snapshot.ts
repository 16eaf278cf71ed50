/** Small random stores and selections of them, for laws. */
import fc from 'fast-check';
import type { StoreSnapshot } from '../../src-main/model/store.ts';
import { buildSnapshot } from './build-snapshot.ts';

const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 });

/** Few layer names, so that images share; classic parents whose layers are the beginning of the child's. */
export const stores: fc.Arbitrary<StoreSnapshot> = fc
  .record({
    stacks: fc.array(path, { minLength: 1, maxLength: 7 }),
    untagged: fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }),
    built: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
    containers: fc.array(fc.option(fc.nat(6), { freq: 12 }), { maxLength: 4 }),
    cache: fc.array(fc.option(fc.nat(6)), { maxLength: 4 }),
    cacheParents: fc.array(fc.option(fc.nat(3)), { minLength: 4, maxLength: 4 }),
    loose: fc.option(path, { freq: 4 }),
    volumes: fc.array(fc.nat(3), { maxLength: 3 }),
    unowned: fc.nat(2),
  })
  .map((drawn) => {
    const images: Record<string, readonly string[]> = {};
    const parents: Record<string, string> = {};
    const untagged: string[] = [];
    drawn.stacks.forEach((stack, at) => {
      images[`i${at}`] = stack;
      if (drawn.untagged[at]) untagged.push(`i${at}`);
      if (!drawn.built[at] || stack.length < 2) return;
      images[`p${at}`] = stack.slice(0, -1);
      parents[`i${at}`] = `p${at}`;
      if (drawn.untagged[at + 7]) untagged.push(`p${at}`);
    });
    const pick = (at: number): string => `i${at % drawn.stacks.length}`;
    const records = drawn.cache.map((of, at) => [`r${at}`, of === null ? [] : images[pick(of)]!] as const);
    return buildSnapshot({
      images,
      parents,
      untagged,
      containers: Object.fromEntries(
        drawn.containers.map((of, at) => [`c${at}`, of === null ? null : pick(of)]),
      ),
      buildCache: Object.fromEntries(records),
      // Only on an earlier record: no circles.
      cacheParents: Object.fromEntries(
        records.map(([id], at) => {
          const parent = drawn.cacheParents[at] ?? null;
          return [id, parent !== null && parent < at ? [`r${parent}`] : []];
        }),
      ),
      loose: drawn.loose === null ? [] : [drawn.loose.join('/')],
      volumes: Object.fromEntries(drawn.volumes.map((user, at) => [`v${at}`, [`c${user}`]])),
      unowned: Array.from({ length: drawn.unowned }, (_, at) => `lost${at}`),
    });
  });

export interface Chosen {
  readonly images: readonly string[];
  readonly containers: readonly string[];
  readonly buildCache: readonly string[];
  readonly volumes: readonly string[];
  readonly orphans: readonly string[];
}

export function everything(store: StoreSnapshot): Chosen {
  return {
    images: store.images.map((one) => one.id),
    containers: store.containers.map((one) => one.id),
    buildCache: store.buildCache.map((one) => one.id),
    volumes: store.volumes.map((one) => one.name),
    orphans: store.folders.filter((one) => one.owner.kind === 'unowned').map((one) => `overlay2/${one.name}`),
  };
}

/** A store with a part of it chosen, and a part of the rest. */
export const selections: fc.Arbitrary<{ store: StoreSnapshot; some: Chosen; others: Chosen }> = stores.chain(
  (store) => {
    const all = everything(store);
    const kinds = Object.keys(all) as (keyof Chosen)[];
    const flags = fc.tuple(
      ...kinds.map((kind) =>
        fc.array(fc.nat(2), { minLength: all[kind].length, maxLength: all[kind].length }),
      ),
    );
    return flags.map((drawn) => {
      const part = (which: number): Chosen =>
        Object.fromEntries(
          kinds.map((kind, at) => [kind, all[kind].filter((_, index) => drawn[at]![index] === which)]),
        ) as unknown as Chosen;
      return { store, some: part(0), others: part(1) };
    });
  },
);
