import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pace } from '../../src-main/services/pace.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Work that takes `costMs`, and when it was done. */
function paced(costMs: number): { readonly pace: Pace; readonly doneAt: number[] } {
  const doneAt: number[] = [];
  const begun = performance.now();
  const pace = new Pace(() => {
    doneAt.push(performance.now() - begun);
    vi.setSystemTime(Date.now() + costMs);
    vi.advanceTimersByTime(costMs);
  });
  return { pace, doneAt };
}

test('work is done at once, and then once a second however often it is asked for', () => {
  const { pace, doneAt } = paced(0);
  for (let at = 0; at < 25; at += 1) {
    pace.ask();
    vi.advanceTimersByTime(100);
  }
  expect(doneAt).toEqual([0, 1000, 2000]);
});

test('work that costs a second is done in a tenth of the time', () => {
  const { pace, doneAt } = paced(1000);
  for (let at = 0; at < 60; at += 1) {
    pace.ask();
    vi.advanceTimersByTime(500);
  }
  expect(doneAt).toEqual([0, 10_000, 20_000, 30_000]);
});

test('what waits can be done now; nothing is done that was not asked for', () => {
  const { pace, doneAt } = paced(0);
  pace.flush();
  pace.ask();
  vi.advanceTimersByTime(300);
  pace.ask();
  pace.flush();
  vi.advanceTimersByTime(5000);
  expect(doneAt).toEqual([0, 300]);
});
