import { expect, test } from 'vitest';
import { compareSnapshots } from '../../src-main/history/compare.ts';
import type { SnapshotDetail, SnapshotItem } from '../../src-main/history/index.ts';
import { snapshotOf } from '../../src-main/history/snapshot-items.ts';
import { sampleDocument } from '../support/sample-document.ts';

const empty = snapshotOf(sampleDocument({ images: 5 }));
const scan = (dataRootDiskBytes: number | null, ...items: SnapshotItem[]): SnapshotDetail => ({
  ...empty,
  id: 1,
  hasDetail: true,
  account: { ...empty.account, dataRootDiskBytes },
  items,
});
const item = (kind: SnapshotItem['kind'], id: string, diskBytes: number | null): SnapshotItem => ({
  kind,
  id,
  name: id,
  diskBytes,
  of: [],
});

test('what came, went and grew, the largest first', () => {
  const before = scan(100, item('image', 'a', 10), item('volume', 'v', 5), item('container', 'c', 9));
  const after = scan(
    160,
    item('layer', 'a', 1),
    item('image', 'b', 50),
    item('volume', 'v', 25),
    item('container', 'c', 1),
  );

  const changes = compareSnapshots(before, after);

  expect(changes.diskBytes).toBe(60);
  expect(changes.came.map(({ kind, id }) => `${kind} ${id}`)).toEqual(['image b', 'layer a']);
  expect(changes.went.map(({ id }) => id)).toEqual(['a']);
  expect(changes.grew.map(({ id, byDiskBytes }) => [id, byDiskBytes])).toEqual([
    ['v', 20],
    ['c', -8],
  ]);
});

test('what one of both did not measure has not grown, and the whole is unknown then', () => {
  const changes = compareSnapshots(scan(null, item('volume', 'v', null)), scan(7, item('volume', 'v', 7)));
  expect(changes).toEqual({ diskBytes: null, came: [], went: [], grew: [] });
});
