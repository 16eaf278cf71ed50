import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, layoutAreas, SERIES } from '../../src-renderer/charts/area.ts';
import { icicleTree, layoutIcicle, type Stratum } from '../../src-renderer/charts/icicle.ts';
import { neighbour, type Mark } from '../../src-renderer/charts/mark.ts';
import { ringPath } from '../../src-renderer/charts/sunburst.ts';
import { accountParts, layoutStacked } from '../../src-renderer/charts/stacked.ts';
import { layoutTreemap } from '../../src-renderer/charts/treemap.ts';
import { indexStore } from '../../src-renderer/lib/store-index.ts';
import type { Hue } from '../../src-renderer/lib/hue.ts';
import { sampleDocument } from '../support/sample-document.ts';

const SIZE = { width: 900, height: 500 };
const weights = fc.array(fc.record({ bytes: fc.integer({ min: 0, max: 2 ** 40 }) }), { maxLength: 200 });
const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);

describe('treemap', () => {
  test('every area is its share of the bytes, and no byte is left out', () => {
    fc.assert(
      fc.property(weights, (items) => {
        const { cells, small } = layoutTreemap(items, SIZE);
        const total = sum(items.map((item) => item.bytes));
        const drawn = sum(cells.map((cell) => cell.item.bytes)) + (small?.bytes ?? 0);
        expect(drawn).toBe(total);
        const pixels = SIZE.width * SIZE.height;
        for (const { item, width, height } of cells) {
          expect(Math.abs(width * height - (item.bytes / total) * pixels)).toBeLessThan(0.01);
        }
        if (small) {
          const { width, height } = small.cell;
          expect(Math.abs(width * height - (small.bytes / total) * pixels)).toBeLessThan(0.01);
        }
      }),
    );
  });

  test('cells stay inside the picture and do not overlap', () => {
    fc.assert(
      fc.property(weights, (items) => {
        const { cells } = layoutTreemap(items, SIZE);
        for (const [at, a] of cells.entries()) {
          expect(a.x).toBeGreaterThanOrEqual(-1e-6);
          expect(a.x + a.width).toBeLessThanOrEqual(SIZE.width + 1e-6);
          expect(a.y + a.height).toBeLessThanOrEqual(SIZE.height + 1e-6);
          for (const b of cells.slice(at + 1)) {
            const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
            const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
            expect(Math.min(across, down)).toBeLessThan(1e-6);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

/** Layers whose parents come before them: a forest. */
const forest = fc
  .array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 10 ** 9 })), { minLength: 1, maxLength: 120 })
  .map((all) =>
    all.map(([link, bytes], at): Stratum => ({
      id: `l${at}`,
      parent: at === 0 || link % 5 === 0 ? null : `l${link % at}`,
      bytes,
      seam: bytes === 0,
    })),
  );
const OPTIONS = { width: 1000, rowHeight: 20, seamHeight: 5, focus: null, minWidth: 0 };

describe('icicle', () => {
  test('a column is as wide as its own bytes and all that stand on it; the whole picture is all bytes', () => {
    fc.assert(
      fc.property(forest, (strata) => {
        const tree = icicleTree(strata);
        const { cells, totalBytes } = layoutIcicle(tree, OPTIONS);
        expect(totalBytes).toBe(sum(strata.map((stratum) => stratum.bytes)));
        expect(cells).toHaveLength(strata.length);
        const width = new Map(cells.map((cell) => [cell.id, cell.width]));
        for (const { id, bytes } of strata) {
          const above = strata.filter((other) => other.parent === id);
          const own = (width.get(id) ?? 0) - sum(above.map((other) => width.get(other.id) ?? 0));
          const expected = totalBytes === 0 ? 0 : (bytes / totalBytes) * OPTIONS.width;
          expect(Math.abs(own - expected)).toBeLessThan(1e-6);
        }
      }),
    );
  });

  test('a layer stands exactly on its parent and inside its width', () => {
    fc.assert(
      fc.property(forest, (strata) => {
        const { cells } = layoutIcicle(icicleTree(strata), OPTIONS);
        const byId = new Map(cells.map((cell) => [cell.id, cell]));
        for (const { id, parent } of strata) {
          const cell = byId.get(id);
          const below = parent === null ? undefined : byId.get(parent);
          if (!cell || !below) continue;
          expect(cell.bottom).toBe(below.bottom + below.height);
          expect(cell.x).toBeGreaterThanOrEqual(below.x - 1e-6);
          expect(cell.x + cell.width).toBeLessThanOrEqual(below.x + below.width + 1e-6);
        }
      }),
    );
  });

  test('parents that loop are drawn once and end', () => {
    const loop: Stratum[] = [
      { id: 'a', parent: 'b', bytes: 10, seam: false },
      { id: 'b', parent: 'a', bytes: 20, seam: false },
      { id: 'c', parent: 'c', bytes: 5, seam: false },
    ];
    const { cells, totalBytes } = layoutIcicle(icicleTree(loop), OPTIONS);
    expect(totalBytes).toBe(35);
    expect(new Set(cells.map((cell) => cell.id))).toEqual(new Set(['a', 'b', 'c']));
    expect(cells).toHaveLength(3);
  });

  test('zoomed in, the way down to the base fills the width', () => {
    const strata: Stratum[] = [
      { id: 'base', parent: null, bytes: 100, seam: false },
      { id: 'left', parent: 'base', bytes: 50, seam: false },
      { id: 'right', parent: 'base', bytes: 50, seam: false },
    ];
    const { cells } = layoutIcicle(icicleTree(strata), { ...OPTIONS, focus: 'left' });
    expect(cells.map((cell) => [cell.id, cell.width])).toEqual([
      ['base', 1000],
      ['left', 1000],
    ]);
  });
});

describe('the bar of the data root', () => {
  test('its parts sum to the data root, and its widths are bytes', () => {
    const document = sampleDocument({ images: 40 });
    const index = indexStore(document);
    const byHue = new Map<Hue, number>();
    for (const group of index.groups) byHue.set(group.hue, (byHue.get(group.hue) ?? 0) + group.bytes);
    const parts = accountParts(document, byHue) ?? [];
    expect(sum(parts.map((part) => part.bytes))).toBe(document.account.dataRootDiskBytes);
    const segments = layoutStacked(parts, 800);
    expect(sum(segments.map((segment) => segment.width))).toBeCloseTo(800, 6);
  });

  test('without an account there is no bar, and image bytes that do not fit it are not split', () => {
    const document = sampleDocument({ images: 10 });
    const nothing = Object.fromEntries(Object.keys(document.account).map((key) => [key, null]));
    expect(accountParts({ ...document, account: nothing as never }, new Map())).toBeNull();
    const parts = accountParts(document, new Map([['running', 1]])) ?? [];
    expect(parts.find((part) => part.key === 'imageLayers')?.bytes).toBe(document.account.imageLayers);
  });
});

test('arrow keys go to the mark that lies that way', () => {
  const at = (key: string, x: number, y: number): Mark => ({
    key,
    ref: null,
    x,
    y,
    width: 10,
    height: 10,
    hue: 'unused',
    users: 1,
    label: key,
    bytes: 1,
    detail: '',
  });
  const [a, b, c] = [at('a', 0, 0), at('b', 10, 0), at('c', 0, 10)];
  expect(neighbour([a, b, c], a, 'right')?.key).toBe('b');
  expect(neighbour([a, b, c], a, 'down')?.key).toBe('c');
  expect(neighbour([a, b, c], a, 'left')).toBeNull();
});

describe('areas over time', () => {
  const { account } = sampleDocument({ images: 10 });
  const scan = (takenAt: string, measured = true) => ({
    takenAt,
    account: measured
      ? account
      : (Object.fromEntries(Object.keys(account).map((key) => [key, null])) as never),
  });
  const size = { width: 100, height: 50 };

  test('the series sum to the data root, and the highest scan fills the height', () => {
    expect(sum(SERIES.map((series) => bytesOf(account, series)))).toBe(account.dataRootDiskBytes);
    const { areas, xs, maxBytes } = layoutAreas(
      [scan('2026-01-01T00:00:00Z'), scan('2026-01-03T00:00:00Z')],
      size,
    );
    expect(xs).toEqual([0, 100]);
    expect(maxBytes).toBe(account.dataRootDiskBytes);
    expect(areas.at(-1)?.path.startsWith('M0.00,0.00L100.00,0.00')).toBe(true);
  });

  test('a scan that measured nothing is no dip to zero', () => {
    const scans = [
      scan('2026-01-01T00:00:00Z'),
      scan('2026-01-02T00:00:00Z', false),
      scan('2026-01-03T00:00:00Z'),
    ];
    const { areas, xs } = layoutAreas(scans, size);
    expect(xs).toEqual([0, 50, 100]);
    expect(areas.some(({ path }) => path.includes('50.00,'))).toBe(false);
  });
});

test('a piece of a ring runs along both radii, and a whole ring is two halves', () => {
  const radii = { inner: 10, outer: 20 };
  expect(ringPath({ from: 0, to: Math.PI / 2 }, radii)).toBe(
    'M0.00,-20.00A20,20,0,0,1,20.00,-0.00L10.00,-0.00A10,10,0,0,0,0.00,-10.00Z',
  );
  expect(ringPath({ from: 0, to: 2 * Math.PI }, radii).split('Z')).toHaveLength(3);
});
