import { expect, test } from 'vitest';
import { stackTrees } from '../../src-main/analysis/inside/stack.ts';
import type { ChainId } from '../../src-main/model/ids.ts';
import type { ImageTrees, InsideImage } from '../../src-main/services/inside/image-trees.ts';
import { createSecrets } from '../../src-main/services/inside/secrets.ts';
import { createStacks } from '../../src-main/services/inside/stacks.ts';
import { buildTree } from '../support/build-tree.ts';

const image: InsideImage = {
  id: 'sha256:one',
  name: 'one:1',
  chain: ['sha256:base' as ChainId],
  history: [],
  env: [],
  labels: {},
};

/** One layer with a key in it and a file that is gone when it is read; counts how often the tree is read. */
function trees(): ImageTrees & { reads: number } {
  return {
    reads: 0,
    find: () => Promise.resolve(image),
    all: () => Promise.resolve([image]),
    tree() {
      this.reads += 1;
      return Promise.resolve({ tree: buildTree({ '/key': 40, '/gone': 5 }), source: 'disk' as const });
    },
    readFiles(_, __, wanted, take) {
      if (wanted('/key', 40) > 0) take('/key', Buffer.from(['AKIA', 'Q3EGRIZ7WPJ5N2LT'].join('')));
      return Promise.resolve(['/gone: it vanished']);
    },
    contents: () => expect.unreachable('a search reads beginnings only'),
  };
}

test('a file that vanishes while read is told, and the search goes on', async () => {
  const all = trees();
  const report = await createSecrets(all, createStacks(all)).search(['one:1'], new AbortController().signal);
  expect(report.findings.map(({ ruleId }) => ruleId)).toEqual(['aws-access-key']);
  expect(report.problems).toEqual(['one:1, layer 0: 1 files not read, the first: /gone: it vanished']);
});

test('all who ask for the same image at once share one reading', async () => {
  const all = trees();
  const stackOf = createStacks(all);
  const { signal } = new AbortController();
  const [a, b] = await Promise.all([stackOf('one:1', null, signal), stackOf('one:1', null, signal)]);
  expect(a).toBe(b);
  expect(all.reads).toBe(1);
  expect(a.stack.names).toEqual(stackTrees([buildTree({ '/key': 40, '/gone': 5 })]).names);
});

test('a reading that failed is not remembered', async () => {
  const all = trees();
  const { tree } = all;
  all.tree = () => Promise.reject(new Error('unreadable'));
  const stackOf = createStacks(all);
  const { signal } = new AbortController();
  await expect(stackOf('one:1', null, signal)).rejects.toThrow('unreadable');
  all.tree = tree;
  expect((await stackOf('one:1', null, signal)).image.name).toBe('one:1');
});
