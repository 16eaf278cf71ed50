import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findNode, nodePath, stackTrees, type Stack } from '../../../src-main/analysis/inside/stack.ts';
import { wasteOf } from '../../../src-main/analysis/inside/waste.ts';
import { buildTree, type Entry } from '../../support/build-tree.ts';

const visiblePaths = (stack: Stack): string[] =>
  stack.names
    .map((_, node) => node)
    .filter((node) => node > 0 && stack.visible[node])
    .map((node) => nodePath(stack, node))
    .sort();
const change = (stack: Stack, path: string) => stack.changes[findNode(stack, path)!];

test('a whiteout hides a file, an opaque folder everything below it', () => {
  const stack = stackTrees([
    buildTree({ '/etc/hosts': 10, '/opt/conf/a': 1, '/opt/conf/b': 2 }),
    buildTree({
      '/etc/hosts': { kind: 'whiteout' },
      '/opt/conf': { kind: 'folder', opaque: true },
      '/opt/conf/c': 3,
    }),
  ]);

  expect(visiblePaths(stack)).toEqual(['/etc', '/opt', '/opt/conf', '/opt/conf/c']);
  expect(change(stack, '/etc/hosts')).toBe('D');
  expect(change(stack, '/etc')).toBe('M');
  expect(change(stack, '/opt/conf')).toBe('M');
  expect(change(stack, '/opt/conf/a')).toBe('D');
  expect(change(stack, '/opt/conf/c')).toBe('A');
});

test('a folder that becomes a file takes all it held, and back', () => {
  const stack = stackTrees([
    buildTree({ '/old/deep/b': 5 }),
    buildTree({ '/old': 7 }),
    buildTree({ '/old/new': 9 }),
  ]);

  expect(visiblePaths(stack)).toEqual(['/old', '/old/new']);
  expect(wasteOf(stack).wastedBytes).toBe(12);
});

test('a file deleted and made again in one layer is a change, not a coming', () => {
  const stack = stackTrees([buildTree({ '/a': 1 }), buildTree({ '/a': 2 })]);
  expect(change(stack, '/a')).toBe('M');
  expect(change(stackTrees([buildTree({}), buildTree({ '/a': 2 })]), '/a')).toBe('A');
});

test('an unchanged folder on the way to a change is modified, the rest of the tree is not', () => {
  const stack = stackTrees([buildTree({ '/usr/bin/x': 1, '/usr/lib/y': 1 }), buildTree({ '/usr/bin/z': 1 })]);
  expect(['/usr', '/usr/bin', '/usr/lib', '/usr/bin/x'].map((path) => change(stack, path))).toEqual([
    'M',
    'M',
    'unchanged',
    'unchanged',
  ]);
});

test('a whiteout of nothing changes nothing', () => {
  const stack = stackTrees([buildTree({ '/a': 1 }), buildTree({ '/b': { kind: 'whiteout' } })]);
  expect(visiblePaths(stack)).toEqual(['/a']);
});

test('3,000 folders deep neither overflows nor stays', () => {
  const deep = Array.from({ length: 3000 }, (_, level) => `d${level}`).join('/');
  const stack = stackTrees([
    buildTree({ [`/top/${deep}/file`]: 4 }),
    buildTree({ '/top': { kind: 'whiteout' } }),
  ]);
  expect(visiblePaths(stack)).toEqual([]);
  expect(wasteOf(stack).paths).toEqual([
    { path: '/top', wastedBytes: 4, reason: 'deleted', copies: [{ layer: 0, bytes: 4 }], hiddenBy: 1 },
  ]);
});

const paths = ['/a', '/b', '/d/a', '/d/b', '/d/e/a', '/f/a'];
const layer = fc.dictionary(
  fc.constantFrom(...paths, '/d', '/d/e', '/f'),
  fc.oneof(
    fc.integer({ min: 1, max: 99 }),
    fc.constant<Entry>({ kind: 'whiteout' }),
    fc.constant<Entry>({ kind: 'folder' }),
    fc.constant<Entry>({ kind: 'folder', opaque: true }),
  ),
);

/** A layer is possible when nothing stands below a file or a whiteout of its own. */
function possible(entries: Record<string, Entry>): Record<string, Entry> {
  const leaf = (path: string) => {
    const entry = entries[path];
    return entry !== undefined && (typeof entry === 'number' || entry.kind === 'whiteout');
  };
  const sorted = Object.keys(entries).sort();
  return Object.fromEntries(
    sorted
      .filter(
        (path) => !sorted.some((other) => other !== path && path.startsWith(`${other}/`) && leaf(other)),
      )
      .map((path) => [path, entries[path]!]),
  );
}

test('what is visible equals applying the layers one by one to a plain map', () => {
  fc.assert(
    fc.property(fc.array(layer, { minLength: 1, maxLength: 5 }), (raw) => {
      const layers = raw.map(possible);
      const model = new Map<string, { size: number; folder: boolean }>();
      const drop = (path: string, self: boolean) => {
        for (const key of [...model.keys()])
          if (key.startsWith(`${path}/`) || (self && key === path)) model.delete(key);
      };
      const folders = (path: string) => {
        for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
          const folder = path.slice(0, at);
          if (model.get(folder)?.folder === false) drop(folder, true);
          model.set(folder, { size: 0, folder: true });
        }
      };
      let total = 0;
      for (const entries of layers) {
        // Marks speak of lower layers only, so they go first.
        for (const [path, entry] of Object.entries(entries)) {
          if (typeof entry === 'number') continue;
          if (entry.kind === 'whiteout') drop(path, true);
          else if (entry.opaque) drop(path, false);
        }
        for (const [path, entry] of Object.entries(entries)) {
          if (typeof entry !== 'number' && entry.kind === 'whiteout') {
            folders(path);
            continue;
          }
          folders(path);
          const folder = typeof entry !== 'number';
          if (!folder || model.get(path)?.folder === false) drop(path, true);
          model.set(path, { size: folder ? 0 : entry, folder });
          if (!folder) total += entry;
        }
      }
      const stack = stackTrees(layers.map(buildTree));
      expect(visiblePaths(stack)).toEqual([...model.keys()].sort());
      const visible = [...model.values()].reduce((sum, one) => sum + one.size, 0);
      const waste = wasteOf(stack);
      expect(waste).toMatchObject({ totalBytes: total, visibleBytes: visible, wastedBytes: total - visible });
      expect(waste.paths.reduce((sum, row) => sum + row.wastedBytes, 0)).toBe(waste.wastedBytes);
    }),
    { numRuns: 1000 },
  );
});
