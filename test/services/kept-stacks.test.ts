/** What stays in memory of layers' trees and of images' stacks: bounded by entries, not by how many there are. */
import { expect, test } from 'vitest';
import type { ChainId } from '../../src-main/model/ids.ts';
import type { ImageTrees, InsideImage } from '../../src-main/services/inside/image-trees.ts';
import { KeptByEntries } from '../../src-main/services/inside/kept-by-entries.ts';
import { createStacks } from '../../src-main/services/inside/stacks.ts';
import { buildTree } from '../support/build-tree.ts';

test('the least recently used leaves first, when there are more entries than may stay', () => {
  const kept = new KeptByEntries<string>(10);
  for (const key of ['a', 'b', 'c']) kept.keep(key, key, 3);
  expect(kept.get('a')).toBe('a');
  kept.keep('d', 'd', 3);
  expect(['a', 'b', 'c', 'd'].map((key) => kept.get(key))).toEqual(['a', undefined, 'c', 'd']);
});

test('one that alone has more than may stay is kept until the next comes', () => {
  const kept = new KeptByEntries<string>(10);
  kept.keep('small', 'small', 1);
  kept.keep('giant', 'giant', 1_000);
  expect([kept.get('small'), kept.get('giant')]).toEqual([undefined, 'giant']);
  kept.keep('next', 'next', 1);
  expect([kept.get('giant'), kept.get('next')]).toEqual([undefined, 'next']);
});

test('keeping the same again counts it once', () => {
  const kept = new KeptByEntries<string>(10);
  kept.keep('other', 'other', 4);
  for (let again = 0; again < 5; again += 1) kept.keep('same', 'same', 6);
  expect([kept.get('other'), kept.get('same')]).toEqual(['other', 'same']);
});

/** Images of one layer each, by their number of files; counts how often a tree was asked for. */
function imagesOf(files: Readonly<Record<string, number>>): { trees: ImageTrees; asked: string[] } {
  const asked: string[] = [];
  const find = async (name: string): Promise<InsideImage> => ({
    id: name,
    name,
    chain: [`sha256:${name}` as ChainId],
    history: [],
    env: [],
    labels: {},
  });
  const trees: ImageTrees = {
    find,
    all: () => Promise.all(Object.keys(files).map(find)),
    tree: async ({ name }) => {
      asked.push(name);
      const paths = Array.from({ length: files[name] ?? 0 }, (_, at) => [`/f${at}`, 1] as const);
      return { tree: buildTree(Object.fromEntries(paths)), source: 'archive' };
    },
    readFiles: () => Promise.resolve([]),
    contents: () => {
      throw new Error('nobody reads a content here');
    },
  };
  return { trees, asked };
}

const { signal } = new AbortController();

test('many small images stay stacked, more than four of them', async () => {
  const names = Array.from({ length: 12 }, (_, at) => `small-${at}`);
  const { trees, asked } = imagesOf(Object.fromEntries(names.map((name) => [name, 5])));
  const stackOf = createStacks(trees);
  for (const name of [...names, ...names]) await stackOf(name, null, signal);
  expect(asked).toEqual(names);
});

test('a large image takes the place of those that were used longest ago', async () => {
  const { trees, asked } = imagesOf({ first: 10, second: 10, large: 3_000 });
  const stackOf = createStacks(trees, 5_500);
  for (const name of ['first', 'second', 'first', 'large', 'first', 'second', 'large'])
    await stackOf(name, null, signal);
  // "large" leaves room for one small one: "second" left for it, and coming back it takes the place of "large".
  expect(asked).toEqual(['first', 'second', 'large', 'second', 'large']);
});

test('two who ask at once wait for one reading, and a failed one is tried again', async () => {
  const { trees, asked } = imagesOf({ shop: 3 });
  let broken = true;
  const read = trees.tree;
  trees.tree = async (...args) => {
    const tree = await read(...args);
    if (broken) throw new Error('cut off');
    return tree;
  };
  const stackOf = createStacks(trees);
  const both = await Promise.allSettled([stackOf('shop', null, signal), stackOf('shop', null, signal)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(asked).toEqual(['shop']);
  broken = false;
  expect((await stackOf('shop', null, signal)).stack.trees).toHaveLength(1);
});
