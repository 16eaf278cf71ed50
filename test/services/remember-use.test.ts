import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openHistory, type HistoryStore } from '../../src-main/history/index.ts';
import { rememberUse } from '../../src-main/services/remember.ts';
import { buildSnapshot } from '../support/build-snapshot.ts';

let dir: string;
let history: HistoryStore;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'strata-use-'));
  history = await openHistory(dir);
});
afterEach(async () => {
  await history.close();
  rmSync(dir, { recursive: true, force: true });
});

const store = buildSnapshot({ images: { api: ['base', 'api'], web: ['base', 'web'] } });
const [api] = store.images;

test('a container that came and went between two scans was a use of its image and of all its layers', async () => {
  await rememberUse(history, store, { image: api!.tags[0]!, atMs: 5_000 });
  await rememberUse(history, store, { image: api!.id, atMs: 4_000 });
  expect(await history.lastUsed('image')).toEqual(new Map([[api!.id, 5_000]]));
  expect(await history.lastUsed('layer')).toEqual(new Map(api!.chain.map((layer) => [layer, 5_000])));
});

test('a name that is no image of the last account is no use of any', async () => {
  await rememberUse(history, store, { image: 'gone:1', atMs: 5_000 });
  expect(await history.lastUsed('image')).toEqual(new Map());
});
