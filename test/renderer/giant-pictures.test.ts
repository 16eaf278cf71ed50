/** Hundreds of thousands of things: no layout places more leaves than a picture can show, and nothing overflows. */
import { describe, expect, test } from 'vitest';
import type { ScanBuildCache } from '../../src-main/contract/scan-document.ts';
import type { FolderNode } from '../../src-renderer/charts/folder-tree.ts';
import { icicleTree, layoutIcicle, type Stratum } from '../../src-renderer/charts/icicle.ts';
import { MAX_LEAVES } from '../../src-renderer/charts/mark.ts';
import { layoutSunburst } from '../../src-renderer/charts/sunburst.ts';
import { layoutTreemap } from '../../src-renderer/charts/treemap.ts';
import { cacheTree } from '../../src-renderer/lib/cache-tree.ts';
import { greatest } from '../../src-renderer/lib/greatest.ts';

const MANY = 200_000;
const HUGE_SCREEN = { width: 7680, height: 4320 };
const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);

describe('a treemap of 200,000 things', () => {
  const things = Array.from({ length: MANY }, (_, at) => ({ bytes: 1000 + (at % 97) }));
  const { cells, small } = layoutTreemap(things, HUGE_SCREEN);

  test('places 20,000 leaves: the biggest, and the rest as one', () => {
    expect(cells.length + 1).toBe(MAX_LEAVES);
    expect(small?.items).toHaveLength(MANY - cells.length);
    const smallestDrawn = Math.min(...cells.map((cell) => cell.item.bytes));
    expect(greatest(small?.items ?? [], (item) => item.bytes)).toBeLessThanOrEqual(smallestDrawn);
  });

  test('still draws every byte, each with its area', () => {
    expect(sum(cells.map((cell) => cell.item.bytes)) + (small?.bytes ?? 0)).toBe(
      sum(things.map((thing) => thing.bytes)),
    );
    const area = sum([...cells, ...(small ? [small.cell] : [])].map((cell) => cell.width * cell.height));
    expect(area).toBeCloseTo(HUGE_SCREEN.width * HUGE_SCREEN.height, -2);
  });
});

describe('the strata of 200,000 layers', () => {
  /** A thousand columns of 200 layers each, all as wide as can be: nothing is too narrow to draw. */
  const columns: readonly Stratum[] = Array.from({ length: MANY }, (_, at) => ({
    id: `layer ${at}`,
    parent: at < 1000 ? null : `layer ${at - 1000}`,
    bytes: at < MANY - 1000 ? 0 : 10_000 + (at % 1000),
    seam: false,
  }));
  const options = { ...HUGE_SCREEN, rowHeight: 20, seamHeight: 5, minWidth: 1.5 };

  test('places 20,000 of them at most, each on its parent', () => {
    const { cells } = layoutIcicle(icicleTree(columns), { ...options, focus: null });
    expect(cells.length).toBeLessThanOrEqual(MAX_LEAVES);
    expect(cells.length).toBeGreaterThan(MAX_LEAVES / 2);
    const drawn = new Set(cells.map((cell) => cell.id));
    for (const { id } of cells) {
      const parent = columns[Number(id.slice(6))]?.parent ?? null;
      if (parent !== null) expect(drawn.has(parent)).toBe(true);
    }
  });

  test('zoomed in, a narrow column shows all of its own layers', () => {
    const { cells } = layoutIcicle(icicleTree(columns), { ...options, focus: 'layer 7' });
    expect(cells).toHaveLength(200);
  });

  test('200,000 layers on one base are linked and drawn', () => {
    const fan = columns.map(({ id }, at) => ({
      id,
      parent: at === 0 ? null : 'layer 0',
      bytes: 1,
      seam: false,
    }));
    const { totalBytes } = layoutIcicle(icicleTree(fan), { ...options, focus: null });
    expect(totalBytes).toBe(MANY);
  });
});

test('a sunburst draws what a finger can point at, however many files there are', () => {
  const file = (at: number): FolderNode => ({
    path: `/f${at}`,
    name: `f${at}`,
    kind: 'file',
    bytes: 1 + (at < 10 ? MANY : 0),
    files: 1,
    users: 1,
    children: [],
  });
  const children = Array.from({ length: MANY }, (_, at) => file(at));
  const folder: FolderNode = {
    ...file(0),
    path: '/',
    kind: 'folder',
    bytes: sum(children.map((child) => child.bytes)),
    children,
  };
  expect(layoutSunburst(folder)).toHaveLength(10);
});

test('the longest bar of 200,000 rows is found; rows without a size do not count', () => {
  const rows = Array.from({ length: MANY }, (_, at) => (at % 2 === 0 ? at : null));
  expect(greatest(rows, (row) => row, 1)).toBe(MANY - 2);
  expect(greatest([null, null], (row) => row, 1)).toBe(1);
});

test('a record of the build cache that 200,000 others stand on is a tree of two levels', () => {
  const record = (at: number): ScanBuildCache => ({
    id: `record-${at}`,
    type: 'regular',
    description: '',
    diskBytes: at,
    inUse: false,
    shared: false,
    created: null,
    lastUsed: null,
    usageCount: null,
    parents: at === 0 ? [] : ['record-0'],
    path: null,
  });
  const lines = cacheTree(Array.from({ length: MANY }, (_, at) => record(at)));
  expect(lines).toHaveLength(MANY);
  expect(lines[1]?.record.id).toBe(`record-${MANY - 1}`);
  expect(greatest(lines, (line) => line.depth)).toBe(1);
});
