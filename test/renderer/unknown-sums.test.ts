/** Sums of what is only partly measured: “≥” or nothing, never a smaller number that looks exact, never 0. */
import { describe, expect, test } from 'vitest';
import { groupMarks } from '../../src-renderer/charts/group-marks.ts';
import { icicleMarks, strataOf } from '../../src-renderer/charts/icicle-marks.ts';
import { sharingMatrix } from '../../src-renderer/charts/matrix.ts';
import { formatBytes } from '../../src-renderer/lib/bytes.ts';
import { factsOf } from '../../src-renderer/lib/facts.ts';
import { sumGroups, sumWords } from '../../src-renderer/lib/group-sum.ts';
import { fitImageName } from '../../src-renderer/lib/names.ts';
import { quarantineSum } from '../../src-renderer/lib/quarantine-sum.ts';
import { stateLegend } from '../../src-renderer/lib/state-legend.ts';
import { indexStore } from '../../src-renderer/lib/store-index.ts';
import { sampleDocument } from '../support/sample-document.ts';

const real = sampleDocument({ images: 30 });
const last = real.layers.at(-1)!;
const oneUnknown = indexStore({
  ...real,
  layers: real.layers.map((layer) => (layer === last ? { ...layer, diskBytes: null } : layer)),
});
const allUnknown = indexStore({
  ...real,
  layers: real.layers.map((layer) => ({ ...layer, diskBytes: null })),
});
const known = indexStore(real);
const say = (bytes: number | null): string => formatBytes(bytes, 'iec');

describe('sharing groups', () => {
  test('a sum is exact, at least so much, or not known', () => {
    expect(sumWords(sumGroups(known.groups), say)).toBe(say(real.account.imageLayers));
    expect(sumWords(sumGroups(oneUnknown.groups), say)).toMatch(/^≥ [\d.]+ [KMG]iB$/);
    expect(sumWords(sumGroups(allUnknown.groups), say)).toBe('–');
    expect(sumWords(sumGroups([]), say)).toBe('0 B');
  });

  test('the legend keeps a state of which nothing is measured', () => {
    expect(stateLegend(allUnknown).map(({ hue }) => hue)).toEqual(stateLegend(known).map(({ hue }) => hue));
    expect(stateLegend(allUnknown).every(({ bytes }) => bytes === null)).toBe(true);
  });
});

test('treemap, strata and matrix say of the same layer that its bytes are not all', () => {
  const size = { width: 900, height: 500 };
  const group = oneUnknown.groupOfLayer.get(last.chainId)!;
  const cell = groupMarks(oneUnknown, { only: new Set(), zoom: null, size }).find(
    (mark) => mark.key === `group:${group.id}`,
  );
  expect(cell === undefined || cell.atLeast).toBe(true);
  const base = oneUnknown.layers.get(last.chainId)?.parent ?? '';
  const { marks } = icicleMarks(oneUnknown, strataOf(oneUnknown), { ...size, focus: base });
  expect(marks.find((mark) => mark.key === `layer:${base}`)?.atLeast).toBe(true);
  const { rows } = sharingMatrix(oneUnknown.groups, last.images, { going: new Set(), maxColumns: 30 });
  expect(rows.some((row) => row.unique.atLeast)).toBe(true);
});

test('the bytes of one image alone are asked after as the image: why is it still here', () => {
  const wording = { index: known, bytes: say, nowMs: 0, uses: null };
  const own = known.groups.find((group) => group.images.length === 1)!;
  const shared = known.groups.find((group) => group.images.length > 1)!;
  expect(factsOf({ kind: 'group', id: own.id }, wording)?.thing).toBe(own.images[0]);
  expect(factsOf({ kind: 'group', id: shared.id }, wording)?.thing).toBeNull();
});

test('the quarantine holds what was measured at the move, at least', () => {
  const entry = (diskBytes: number | null) => ({ id: '1', path: 'p', movedAt: '', diskBytes, evidence: [] });
  expect(quarantineSum([])).toEqual({ count: 0, diskBytes: null, unmeasured: 0 });
  expect(quarantineSum([entry(4096), entry(8192)])).toEqual({ count: 2, diskBytes: 12_288, unmeasured: 0 });
  expect(quarantineSum([entry(4096), entry(null)])).toEqual({ count: 2, diskBytes: 4096, unmeasured: 1 });
  expect(quarantineSum([entry(null)]).diskBytes).toBeNull();
});

test('a long image name loses its registry first, then its middle', () => {
  expect(fitImageName('acme/api:1.4', 20)).toBe('acme/api:1.4');
  expect(fitImageName('registry.example/shop/billing:1.3233', 20)).toBe('shop/billing:1.3233');
  expect(fitImageName('a-very-long-name-without-folders:2026.11', 20)).toMatch(/^a-very.+2026\.11$/);
});
