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
    problem: null,
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
    sinceLastLook: { at: '1970-01-01T00:00:04.000Z', byDiskBytes: 600 },
    sinceUnknown: null,
  });
});

test.each<[string, HistoryStore, object, string]>([
  ['there was no scan before', remembering(scan(2, 5000, 10)), container, 'this is the first look'],
  ['the scan before did not measure it', remembering(scan(2, 4000, null)), container, 'did not measure it'],
  ['nothing is remembered', noHistory('no space'), container, 'nothing is remembered: no space'],
  [
    'it is new',
    remembering(scan(2, 4000, 10)),
    { ...(container as object), id: 'new' },
    'the look before this one did not see it',
  ],
  [
    'it is not measured now',
    remembering(scan(2, 4000, 10)),
    { ...(container as object), writableDiskBytes: { state: 'unknown', why: 'not readable' } },
    'not readable',
  ],
  [
    'its log is not measured now',
    remembering(scan(2, 4000, 10)),
    { ...(container as object), logDiskBytes: { state: 'unknown', why: 'vanished' } },
    'its log was not measured: vanished',
  ],
])('growth is unknown, not zero, when %s', async (_, history, one, why) => {
  const growth = await sinceLastLook(history, now, one as never);
  expect(growth.sinceLastLook).toBeNull();
  expect(growth.sinceUnknown).toContain(why);
});
