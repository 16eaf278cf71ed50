import { expect, test } from 'vitest';
import { noHistory } from '../../src-main/history/index.ts';
import type { HistoryStore, SnapshotDetail } from '../../src-main/history/index.ts';
import { sinceLastLook } from '../../src-main/services/inside/since-last-look.ts';

const scan = (id: number, takenAtMs: number, diskBytes: number | null): SnapshotDetail => ({
  id,
  takenAtMs,
  endpoint: '',
  dataRoot: '/d',
  hasDetail: true,
  items: [{ kind: 'container', id: 'c', name: 'web', diskBytes, of: [] }],
  account: {} as SnapshotDetail['account'],
  counts: {} as SnapshotDetail['counts'],
});

function remembering(...scans: SnapshotDetail[]): HistoryStore {
  return {
    ...noHistory('none'),
    listSnapshots: () => Promise.resolve(scans),
    getSnapshot: (id) => Promise.resolve(scans.find((one) => one.id === id) ?? null),
  };
}

const known = (bytes: number) => ({ state: 'known' as const, bytes });
const now = { takenAtMs: 5000, dataRoot: '/d' };
const container = { id: 'c', writableDiskBytes: known(900), logDiskBytes: known(100) } as never;

test('growth is against the scan before this one, its log included', async () => {
  const history = remembering(scan(3, 5000, 1000), scan(2, 4000, 400), scan(1, 1000, 0));
  expect(await sinceLastLook(history, now, container)).toEqual({
    at: '1970-01-01T00:00:04.000Z',
    byDiskBytes: 600,
  });
});

test('what one of the two scans did not measure is unknown, not zero', async () => {
  expect(await sinceLastLook(remembering(scan(2, 4000, null)), now, container)).toBeNull();
  expect(await sinceLastLook(remembering(scan(2, 5000, 10)), now, container)).toBeNull();
  expect(await sinceLastLook(noHistory('none'), now, container)).toBeNull();
});
