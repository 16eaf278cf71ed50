import { linkSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openHistory, type HistoryStore } from '../../../src-main/history/index.ts';
import { walkUnits } from '../../../src-main/sources/scan/index.ts';
import { startProcess, startThread } from '../../../src-main/sources/scan/walkers.ts';
import { duOf, newRoot, sumOfDisk, unit, walkersAlive } from './support.ts';

const LAYERS = 30;
const MOMENTS_MS = [0, 1, 3, 8, 15, 30, 50, 80, 120, 170];

let root = '';
let remove = (): void => undefined;
let history: HistoryStore;
beforeEach(async () => {
  ({ root, remove } = newRoot());
  for (let at = 0; at < LAYERS; at += 1) {
    const diff = join(root, 'data/overlay2', `l${at}`, 'diff');
    for (let folder = 0; folder < 10; folder += 1) {
      mkdirSync(join(diff, `d${folder}`), { recursive: true });
      for (let file = 0; file < 20; file += 1) writeFileSync(join(diff, `d${folder}`, `f${file}`), `${at}`);
      linkSync(join(diff, `d${folder}/f0`), join(diff, `d${folder}/again`));
    }
  }
  history = await openHistory(join(root, 'state'));
});
afterEach(async () => {
  await history.close();
  remove();
});

/** Files of the data root that this process holds open. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(join(root, 'data')) ? [path] : [];
    } catch {
      return []; // the handle of this very listing
    }
  });
}

test.each([
  ['processes', startProcess],
  ['threads', startThread],
])(
  'cancelling %s at any moment leaves no walker, handle or lock, and the next scan is whole',
  async (_, start) => {
    const dataRoot = join(root, 'data');
    const layers = Array.from({ length: LAYERS }, (_, at) => `overlay2/l${at}`);
    // Half of them as what may change while it is read: those are walked by handle.
    const units = [
      unit('.', { without: layers }),
      ...layers.map((path, at) => unit(path, { immutable: at % 2 === 0 })),
    ];
    await walkUnits(dataRoot, units.slice(0, 1), { start }); // whatever starts lazily is there now
    const before = walkersAlive();

    for (const afterMs of MOMENTS_MS) {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), afterMs);
      const cut = await walkUnits(dataRoot, units, {
        signal: controller.signal,
        memory: history.layers,
        start,
      });
      clearTimeout(timer);
      if (cut.units.length < units.length) expect(cut.cancelled).toBe(true);
      await history.setSetting('written after', String(afterMs));
    }

    await expect.poll(openFiles, { timeout: 20_000 }).toEqual([]);
    await expect.poll(walkersAlive, { timeout: 20_000 }).toBeLessThanOrEqual(before + 4); // the system's own pool
    const whole = await walkUnits(dataRoot, units, { memory: history.layers, start });
    expect(whole).toMatchObject({ cancelled: false, units: { length: units.length } });
    expect(sumOfDisk(whole.units)).toBe(duOf(dataRoot));
  },
  60_000,
);
