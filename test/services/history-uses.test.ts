import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openHistory, type HistoryStore } from '../../src-main/history/index.ts';
import { historyHandlers } from '../../src-main/services/history-queries.ts';
import { sampleDocument } from '../support/sample-document.ts';

let dir: string;
let history: HistoryStore;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'strata-uses-'));
  history = await openHistory(dir);
});
afterEach(async () => {
  await history.close();
  rmSync(dir, { recursive: true, force: true });
});

const ask = () =>
  historyHandlers({ history: async () => history, stateDir: dir })['history.uses'](
    null,
    new AbortController().signal,
  );

test('without a scan nobody has looked, so nothing is said of uses', async () => {
  expect(await ask()).toEqual({ since: null, images: {}, layers: {} });
});

test('uses are told with the time of the oldest scan, an image at its latest sighting', async () => {
  const document = sampleDocument({ images: 12 });
  const at = (day: string) => `2026-09-${day}T08:00:00.000Z`;
  for (const day of ['09', '02', '20']) await history.addSnapshot({ ...document, takenAt: at(day) });
  const [seen] = document.images;
  for (const day of ['02', '15', '09']) await history.noteUsed('image', [seen!.id], Date.parse(at(day)));
  await history.noteUsed('layer', seen!.chain.slice(0, 1), Date.parse(at('09')));
  expect(await ask()).toEqual({
    since: at('02'),
    images: { [seen!.id]: at('15') },
    layers: { [seen!.chain[0]!]: at('09') },
  });
});
