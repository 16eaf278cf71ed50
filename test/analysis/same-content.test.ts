import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ContentTable, SMALLEST_BYTES } from '../../src-main/analysis/same-content.ts';
import { entryPath, type LayerTree } from '../../src-main/model/tree.ts';
import { buildTree, type Entry } from '../support/build-tree.ts';

const BIG = 100_000;
const file = (checksum: bigint, size = BIG): Entry => ({ size, checksum });

/** Layers one after another, as the search adds them; `twins` are those whose DiffID came before. */
function same(layers: readonly LayerTree[], options: { most?: number; twins?: readonly number[] } = {}) {
  const table = new ContentTable();
  layers.forEach((tree, at) => table.addLayer(at, tree, options.twins?.includes(at) ?? false));
  const result = table.result(options.most ?? 100);
  const groups = result.groups.map(({ members, bytes, copies }) => ({
    bytes,
    copies,
    places: members.map(({ layer, entry }) => `${layer}${entryPath(layers[layer]!, entry)}`),
  }));
  return { ...result, groups };
}

test('a file in three layers costs two of its copies, wherever it lies', () => {
  const { groups, savesBytes, groupCount, files } = same([
    buildTree({ '/lib/a.so': file(7n), '/own': file(1n) }),
    buildTree({ '/opt/a.so': file(7n) }),
    buildTree({ '/lib/a.so': file(7n), '/other': file(2n) }),
  ]);
  expect(groups).toEqual([{ bytes: BIG, copies: 3, places: ['0/lib/a.so', '1/opt/a.so', '2/lib/a.so'] }]);
  expect({ savesBytes, groupCount, files }).toEqual({ savesBytes: 2 * BIG, groupCount: 1, files: 5 });
});

test('equal checksums of another size, and equal sizes of another checksum, are other contents', () => {
  expect(same([buildTree({ '/a': file(7n), '/b': file(7n, BIG + 1), '/c': file(8n) })]).groupCount).toBe(0);
});

test('further names of an inode are no copies, folders and links are no files', () => {
  const { groupCount, files } = same([
    buildTree({
      '/a': file(7n),
      '/b': { hardLinkTo: '/a', checksum: 7n },
      '/link': { target: '/a', size: BIG, checksum: 7n },
      '/gone': { kind: 'whiteout', size: BIG, checksum: 7n },
    }),
  ]);
  expect({ groupCount, files }).toEqual({ groupCount: 0, files: 1 });
});

test('small files, files without a checksum and layers without any are not compared', () => {
  const walked = { ...buildTree({ '/a': file(7n) }), checksums: null };
  const tree = buildTree({ '/small': file(7n, SMALLEST_BYTES - 1), '/unknown': file(0n) });
  expect(same([tree, tree, walked, walked])).toMatchObject({ files: 0, groupCount: 0, savesBytes: 0 });
});

test('what lies in a layer stored twice is told apart', () => {
  const layer = buildTree({ '/a': file(7n), '/b': file(8n) });
  const result = same([layer, layer, buildTree({ '/a': file(7n) })], { twins: [1] });
  expect(result).toMatchObject({ savesBytes: 3 * BIG, inTwinLayersBytes: 2 * BIG });
});

test('the costliest groups in full, the sum of all', () => {
  const layer = buildTree({ '/a': file(1n), '/b': file(2n, 3 * BIG), '/c': file(3n, 2 * BIG) });
  const { groups, savesBytes, groupCount } = same([layer, layer], { most: 2 });
  expect(groups.map(({ bytes }) => bytes)).toEqual([3 * BIG, 2 * BIG]);
  expect({ savesBytes, groupCount }).toEqual({ savesBytes: 6 * BIG, groupCount: 3 });
});

test('for any store: groups are those of a plain map, and their sums agree', () => {
  const content = fc.record({
    size: fc.constantFrom(BIG, BIG + 1, 2 * BIG),
    checksum: fc.constantFrom(1n, 2n, 2n ** 32n, 2n ** 64n - 1n),
  });
  const stores = fc.array(fc.array(content, { maxLength: 30 }), { maxLength: 60 });
  fc.assert(
    fc.property(stores, (store) => {
      const layers = store.map((files) =>
        buildTree(Object.fromEntries(files.map((one, at) => [`/f${at}`, one]))),
      );
      const expected = new Map<string, number>();
      for (const { size, checksum } of store.flat())
        expected.set(`${size} ${checksum}`, (expected.get(`${size} ${checksum}`) ?? 0) + 1);
      const table = new ContentTable();
      layers.forEach((tree, at) => table.addLayer(at, tree));
      const result = table.result(1000);
      const found = result.groups.map((one) => [`${one.bytes} ${one.checksum}`, one.copies] as const);
      expect(new Map(found)).toEqual(new Map([...expected].filter(([, copies]) => copies > 1)));
      expect(result.savesBytes).toBe(
        result.groups.reduce((sum, { bytes, copies }) => sum + bytes * (copies - 1), 0),
      );
      expect(result.files).toBe(store.flat().length);
    }),
  );
});

test('many contents: the table grows and forgets none', () => {
  const many = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, at) => [`/f${at}`, file(BigInt(at + 1) << 20n)]),
  );
  const layer = buildTree(many);
  const result = same([layer, layer], { most: 1 });
  expect(result).toMatchObject({ files: 40_000, groupCount: 20_000, savesBytes: 20_000 * BIG });
});
