import { expect, test } from 'vitest';
import { compareTrees } from '../../../src-main/analysis/inside/compare-trees.ts';
import { containerDiff } from '../../../src-main/analysis/inside/container-diff.ts';
import { glob } from '../../../src-main/analysis/inside/glob.ts';
import { stackTrees } from '../../../src-main/analysis/inside/stack.ts';
import { findPaths, listFolder, totalsOf } from '../../../src-main/analysis/inside/tree-view.ts';
import type { ChainId } from '../../../src-main/model/ids.ts';
import { buildTree, type Entry } from '../../support/build-tree.ts';

const chain = ['sha256:base' as ChainId];
const image = {
  '/etc/hosts': { size: 10, checksum: 1n },
  '/opt/conf/1.conf': 7,
  '/opt/conf/2.conf': 8,
  '/opt/old/deep/b': 30,
  '/opt/old/a': 4,
} satisfies Record<string, Entry>;
const diff = (upper: Record<string, Entry>, same: string[] = []) =>
  containerDiff(stackTrees([buildTree(image), buildTree(upper)]), chain, new Set(same));
const lines = (upper: Record<string, Entry>) => diff(upper).map((entry) => `${entry.change} ${entry.path}`);

test('every folder above a change is C, the root is not, each child of a new folder is A', () => {
  expect(lines({ '/srv/new/file': 5 })).toEqual(['A /srv', 'A /srv/new', 'A /srv/new/file']);
  expect(lines({ '/etc/hosts': 11 })).toEqual(['C /etc', 'C /etc/hosts']);
});

test('a removed folder is one line that says what it hid', () => {
  const entries = diff({ '/opt/old': { kind: 'whiteout' } });
  expect(entries.map((entry) => `${entry.change} ${entry.path}`)).toEqual(['C /opt', 'D /opt/old']);
  expect(entries[1]!.hides).toEqual({ chainId: chain[0], bytes: 34 });
});

test('a folder made again shows what of it is gone', () => {
  expect(lines({ '/opt/conf': { kind: 'folder', opaque: true }, '/opt/conf/2.conf': 9 })).toEqual([
    'C /opt',
    'C /opt/conf',
    'D /opt/conf/1.conf',
    'C /opt/conf/2.conf',
  ]);
});

test('a file that was copied up only to be linked is no change', () => {
  expect(
    lines({ '/etc/hosts': { size: 10, checksum: 1n }, '/etc/link': { hardLinkTo: '/etc/hosts' } }),
  ).toEqual(['C /etc', 'A /etc/link']);
});

test('a folder that a file replaces is one line', () => {
  expect(lines({ '/opt/old': 3 })).toEqual(['C /opt', 'C /opt/old']);
});

test('a copy-up knows what was copied, and a compared content that only metadata changed', () => {
  const [, file] = diff({ '/etc/hosts': { size: 10, mode: 0o600 } }, ['/etc/hosts']);
  expect(file).toMatchObject({ bytes: 10, copyUp: true, metadataOnly: true, hides: { bytes: 10 } });
});

test('hard-linked names in the writable layer count their bytes once', () => {
  const entries = diff({ '/x': 9, '/y': { hardLinkTo: '/x' } });
  expect(entries.map((entry) => entry.bytes)).toEqual([9, 0]);
});

test('a folder lists what its layer added, changed and removed, biggest first', () => {
  const stack = stackTrees([
    buildTree(image),
    buildTree({ '/opt/conf/1.conf': { kind: 'whiteout' }, '/opt/conf/9.conf': 50 }),
  ]);
  const totals = totalsOf(stack, 'stacked');
  expect(listFolder(stack, totals, '/opt/conf')?.map((e) => [e.name, e.change, e.bytes])).toEqual([
    ['9.conf', 'A', 50],
    ['2.conf', 'unchanged', 8],
    ['1.conf', 'D', 7],
  ]);
  expect(listFolder(stack, totals, '/')?.find((e) => e.name === 'opt')).toMatchObject({
    bytes: 92,
    files: 4,
  });
  expect(listFolder(stack, totalsOf(stack, 'own'), '/')?.map((e) => [e.name, e.bytes])).toEqual([
    ['opt', 50],
  ]);
  expect(listFolder(stack, totals, '/nowhere')).toBeUndefined();
});

test.each([
  ['*.conf', '/opt/conf/1.conf', true],
  ['/opt/*/1.conf', '/opt/conf/1.conf', true],
  ['/opt/*', '/opt/conf/1.conf', false],
  ['/opt/**', '/opt/conf/1.conf', true],
  ['?.conf', '/opt/conf/12.conf', false],
  ['a*a*a*a*a*b', `/${'a'.repeat(4000)}`, false],
])('the glob %s and %s', (pattern, path, fits) => {
  expect(glob(pattern)(path)).toBe(fits);
});

test('a glob finds paths anywhere', () => {
  const stack = stackTrees([buildTree(image)]);
  expect(findPaths(stack, totalsOf(stack, 'stacked'), '*.conf', 10).map((e) => e.path)).toEqual([
    '/opt/conf/2.conf',
    '/opt/conf/1.conf',
  ]);
});

test('two images differ by presence, content, type and metadata', () => {
  const here = stackTrees([
    buildTree({ ...image, '/only': 3, '/kind': 1, '/mode': { size: 2, checksum: 5n } }),
  ]);
  const there = stackTrees([
    buildTree({
      '/etc/hosts': { size: 10, checksum: 2n },
      '/kind': { target: 'x' },
      '/mode': { size: 2, checksum: 5n, mode: 0o600 },
      '/new': 6,
    }),
  ]);
  const { onlyHere, onlyThere, different } = compareTrees(here, there);
  expect(onlyHere.map((d) => d.path)).toEqual([
    '/opt/old/deep/b',
    '/opt/conf/2.conf',
    '/opt/conf/1.conf',
    '/opt/old/a',
    '/only',
  ]);
  expect(onlyThere.map((d) => [d.path, d.bytesThere])).toEqual([['/new', 6]]);
  expect(different.map((d) => [d.path, d.by])).toEqual([
    ['/etc/hosts', 'content'],
    ['/mode', 'metadata'],
    ['/kind', 'type'],
  ]);
});

test('equal sizes without checksums are said to be unsettled, not equal', () => {
  const stack = () => stackTrees([buildTree({ '/a': 5 })]);
  expect(compareTrees(stack(), stack()).different).toMatchObject([
    { path: '/a', by: 'content', unsettled: true },
  ]);
});
