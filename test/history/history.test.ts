import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import { type HistoryStore, openHistory, openHistoryOrNone } from '../../src-main/history/index.ts';
import { openDatabase } from '../../src-main/history/sqlite.ts';
import { forgetOldLayers, lookupLayers, storeLayers } from '../../src-main/history/sqlite-layers.ts';
import { noTotals } from '../../src-main/sources/scan/totals.ts';
import { sampleDocument } from '../support/sample-document.ts';

let stateDir = '';
let open: HistoryStore[] = [];
beforeEach(() => {
  stateDir = join(mkdtempSync(join(tmpdir(), 'strata-history-')), 'state');
});
afterEach(async () => {
  for (const history of open) await history.close();
  open = [];
  rmSync(join(stateDir, '..'), { recursive: true, force: true });
});

async function opened(): Promise<HistoryStore> {
  const history = await openHistory(stateDir);
  open.push(history);
  return history;
}

const takenAt = (minute: number): ScanDocument => ({
  ...sampleDocument({ images: 5 }),
  takenAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
});
const layer = (path: string, identity: string) => ({ path, identity, chainId: null });
const entry = (planId: string) => ({ atMs: 1, kind: 'receipt', planId, json: '{"freed":12}' });

test('what was remembered is there after closing and opening again, readable by its owner only', async () => {
  const first = await openHistory(stateDir);
  await first.setSetting('pins', '["app:1"]');
  await first.appendAudit(entry('p1'));
  await first.noteUsed('image', ['a', 'b'], 100);
  await first.noteUsed('image', ['b'], 50);
  const id = await first.addSnapshot(takenAt(0));
  await first.close();

  const again = await opened();
  expect(await again.getSetting('pins')).toBe('["app:1"]');
  expect(await again.listAudit(10)).toEqual([{ id: 1, ...entry('p1') }]);
  expect(await again.lastUsed('image')).toEqual(
    new Map([...[['a', 100] as const], ...[['b', 100] as const]]),
  );
  expect(await again.listSnapshots()).toMatchObject([
    { id, hasDetail: true, takenAtMs: Date.UTC(2026, 0, 1) },
  ]);
  expect(statSync(stateDir).mode & 0o777).toBe(0o700);
  expect(statSync(join(stateDir, 'history.db')).mode & 0o777).toBe(0o600);
});

test('a layer is known by its path and exactly its identity', async () => {
  const { layers } = await opened();
  const totals = { ...noTotals(), bytes: 7, files: 1 };
  const shared = [{ key: '1:2', bytes: 7, diskBytes: 4096, inContent: true }];
  await layers.store([{ ...layer('/a', 'one'), totals, shared }]);

  expect(await layers.lookup([layer('/a', 'one'), layer('/a', 'two'), layer('/b', 'one')])).toEqual([
    { totals, shared },
    null,
    null,
  ]);
});

test('a file list is kept beside the layer, for its identity', async () => {
  const { layers } = await opened();
  await layers.keepTree('/a', 'one', new Uint8Array([1, 2, 3]));
  expect([...((await layers.readTree('/a', 'one')) ?? [])]).toEqual([1, 2, 3]);
  expect(await layers.readTree('/a', 'two')).toBeNull();
});

test('the detail of the oldest scans goes first, their totals stay', async () => {
  const history = await opened();
  for (let minute = 0; minute < 402; minute += 1) await history.addSnapshot(takenAt(minute));
  const points = await history.listSnapshots();
  expect(points).toHaveLength(402);
  expect(points.filter(({ hasDetail }) => !hasDetail).map(({ id }) => id)).toEqual([2, 1]);
  expect(await history.getSnapshot(1)).toBeNull();
  expect((await history.getSnapshot(3))?.items.length).toBeGreaterThan(0);
});

test('what is kept has bounds that can be changed; what is over them goes at once', async () => {
  const history = await opened();
  for (let minute = 0; minute < 12; minute += 1) await history.addSnapshot(takenAt(minute));
  for (const name of ['/a', '/b', '/c']) await history.layers.keepTree(name, 'one', new Uint8Array(1_000));
  expect(await history.memoryUse()).toMatchObject({ scans: 12, detailedScans: 12, fileLists: 3, layers: 0 });

  await history.setRetention({ detailedScans: 5, fileListBytes: 2_500 });

  expect(await history.memoryUse()).toMatchObject({ scans: 12, detailedScans: 5, fileListBytes: 2_000 });
  await history.addSnapshot(takenAt(12));
  await history.layers.keepTree('/d', 'one', new Uint8Array(2_400));
  expect(await history.memoryUse()).toMatchObject({ scans: 13, detailedScans: 5, fileLists: 1 });
  expect(await (await opened()).retention()).toEqual({ detailedScans: 5, fileListBytes: 2_500 });
});

test('a clock that jumps ahead, and back, empties no memory', async () => {
  const totals = { ...noTotals(), bytes: 7, files: 1 };
  const db = openDatabase(stateDir);
  const years = (n: number): number => Date.now() + n * 365 * 86_400_000;
  for (const [path, atMs] of [
    ['/past', years(-3)],
    ['/now', years(0)],
    ['/ahead', years(20)],
  ] as const) {
    storeLayers(db, [{ ...layer(path, 'one'), totals, shared: [] }], atMs);
    forgetOldLayers(db); // as each start does
    expect(lookupLayers(db, [layer(path, 'one')], atMs)).toEqual([{ totals, shared: [] }]);
  }
  db.close();
});

test('settings are replaced and removed; what was never set is null', async () => {
  const history = await opened();
  await history.setSetting('k', 'one');
  await history.setSetting('k', 'two');
  expect(await history.getSetting('k')).toBe('two');
  await history.setSetting('k', null);
  expect(await history.getSetting('k')).toBeNull();
});

test('two Stratas write into one state folder and see each other', async () => {
  const [one, other] = [await opened(), await opened()];
  await Promise.all(
    Array.from({ length: 40 }, (_, at) => (at % 2 ? one : other).appendAudit(entry(`p${at}`))),
  );
  expect(await one.listAudit(100)).toHaveLength(40);
  expect(await other.listAudit(100)).toEqual(await one.listAudit(100));
});

test('a database of a newer Strata is refused and not touched', async () => {
  await (await openHistory(stateDir)).close();
  const file = join(stateDir, 'history.db');
  const bytes = readFileSync(file);
  bytes.writeUInt32BE(999, 60);
  writeFileSync(file, bytes);

  await expect(openHistory(stateDir)).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringMatching(/newer Strata.*--state-dir/),
  });
  expect(readFileSync(file).equals(bytes)).toBe(true);
});

test('a damaged database, a folder that is a file and one that cannot be made say what to do', async () => {
  mkdirSync(stateDir);
  writeFileSync(join(stateDir, 'history.db'), 'this is no database, whatever its name says'.repeat(99));
  await expect(openHistory(stateDir)).rejects.toMatchObject({
    message: expect.stringMatching(/damaged.*Move history.db/),
  });
  const inFile = join(stateDir, 'history.db', 'below');
  await expect(openHistory(inFile)).rejects.toMatchObject({ code: 'no-permission' });
  await expect(openHistory('/proc/strata')).rejects.toMatchObject({ code: 'no-permission' });
});

test('without a memory everything else works: writing does nothing, the past is unknown', async () => {
  const none = await openHistoryOrNone('/proc/strata');
  expect(none.problem).toMatch(/Nothing can be remembered in \/proc\/strata/);
  expect(await none.addSnapshot(takenAt(0))).toBeNull();
  expect(await none.listSnapshots()).toEqual([]);
  expect(await none.layers.lookup([layer('/a', 'one')])).toEqual([null]);
  await none.close();
});

test('calls after closing are refused, closing twice is fine', async () => {
  const history = await openHistory(stateDir);
  await history.close();
  await history.close();
  await expect(history.getSetting('k')).rejects.toMatchObject({ code: 'failed' });
});
