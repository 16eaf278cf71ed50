import { expect, test } from 'vitest';
import { diveScore } from '../../../src-main/analysis/inside/dive-score.ts';
import { stackTrees } from '../../../src-main/analysis/inside/stack.ts';
import { wasteOf } from '../../../src-main/analysis/inside/waste.ts';
import { buildTree } from '../../support/build-tree.ts';

test('a chmod copies the whole file, and the waste says that only metadata changed', () => {
  const stack = stackTrees([
    buildTree({ '/app': { size: 100, checksum: 7n, mode: 0o644 } }),
    buildTree({ '/app': { size: 100, checksum: 7n, mode: 0o600 } }),
  ]);
  expect(wasteOf(stack).paths).toEqual([
    {
      path: '/app',
      wastedBytes: 100,
      reason: 'metadata-only',
      copies: [{ layer: 0, bytes: 100 }],
      hiddenBy: 1,
    },
  ]);
});

test('an inode with two names is wasted only when both are hidden', () => {
  const base = buildTree({ '/a': 50, '/b': { hardLinkTo: '/a' } });
  const gone = (...paths: string[]) =>
    buildTree(Object.fromEntries(paths.map((path) => [path, { kind: 'whiteout' as const }])));
  expect(wasteOf(stackTrees([base])).totalBytes).toBe(50);
  expect(wasteOf(stackTrees([base, gone('/a')])).wastedBytes).toBe(0);
  expect(wasteOf(stackTrees([base, gone('/a', '/b')])).wastedBytes).toBe(50);
});

test('a deleted folder is one row with all that it held, from each layer', () => {
  const stack = stackTrees([
    buildTree({ '/var/cache/a': 10, '/var/cache/b': 20 }),
    buildTree({ '/var/cache/c': 5 }),
    buildTree({ '/var/cache': { kind: 'whiteout' } }),
  ]);
  const waste = wasteOf(stack);
  expect(waste.paths).toEqual([
    {
      path: '/var/cache',
      wastedBytes: 35,
      reason: 'deleted',
      copies: [
        { layer: 0, bytes: 30 },
        { layer: 1, bytes: 5 },
      ],
      hiddenBy: 2,
    },
  ]);
  expect(waste.layers.map((layer) => layer.wastedBytes)).toEqual([30, 5, 0]);
});

// Worked out by hand from the formula in design: Σ least / Σ sum over leaf paths.
test("dive's score of an overwritten file: (10 + 4) / (10 + 30 + 4)", () => {
  const score = diveScore([buildTree({ '/a': 10, '/b': 4 }), buildTree({ '/a': 30 })]);
  expect(score.efficiency).toBeCloseTo(14 / 44, 12);
  expect(score.wastedBytes).toBe(40);
});

test("dive's score of a deleted file: its whiteout counts 0, so nothing of it is efficient", () => {
  const score = diveScore([buildTree({ '/a': 10, '/b': 4 }), buildTree({ '/a': { kind: 'whiteout' } })]);
  expect(score.efficiency).toBeCloseTo(4 / 14, 12);
  expect(score.wastedBytes).toBe(10);
});

test("dive's score of a deleted folder adds its size to both sums and finds no waste, ours finds all", () => {
  const trees = [buildTree({ '/d/a': 10, '/d/b': 20 }), buildTree({ '/d': { kind: 'whiteout' } })];
  expect(diveScore(trees)).toEqual({ efficiency: 1, wastedBytes: 0 });
  expect(wasteOf(stackTrees(trees)).wastedBytes).toBe(30);
});

test('an image without files is wholly efficient', () => {
  expect(diveScore([])).toEqual({ efficiency: 1, wastedBytes: 0 });
});
