import { expect, test } from 'vitest';
import type { StrataEvent } from '../../src-main/contract/api.ts';
import type { StoreSnapshot } from '../../src-main/model/store.ts';
import { createOperations } from '../../src-main/services/operations.ts';
import { createScans } from '../../src-main/services/scans.ts';
import type { StoreSource } from '../../src-main/services/store-source.ts';

/** Each take waits until the test lets it end. */
function setUp() {
  const ends: ((snapshot: StoreSnapshot) => void)[] = [];
  const events: StrataEvent[] = [];
  const emit = (event: StrataEvent): void => void events.push(event);
  const asked: boolean[] = [];
  const take: StoreSource['take'] = ({ figures }) => {
    asked.push(figures);
    return new Promise((resolve) => ends.push(resolve));
  };
  const scans = createScans({ take } as unknown as StoreSource, createOperations(emit), emit);
  const end = (takenAtMs: number): void => ends.at(-1)?.({ takenAtMs } as StoreSnapshot);
  return { scans, events, end, asked, taken: () => ends.length };
}

test('who asks while a scan runs gets that scan', async () => {
  const { scans, end, taken } = setUp();
  const first = scans.start();
  const second = scans.start({ verify: true });
  const third = scans.current();
  expect(second.operationId).toBe(first.operationId);
  end(1);
  expect((await third).takenAtMs).toBe(1);
  expect(taken()).toBe(1);
});

test('the last complete account stays while the next is taken', async () => {
  const { scans, events, end } = setUp();
  const first = scans.start();
  end(1000);
  await first.result;
  scans.start();
  expect((await scans.current()).takenAtMs).toBe(1000);
  expect(events.filter((event) => event.kind === 'document-changed')).toEqual([
    { kind: 'document-changed', takenAt: '1970-01-01T00:00:01.000Z' },
  ]);
});

test('a fresh account began after it was asked for', async () => {
  const { scans, end, taken } = setUp();
  const running = scans.start();
  const fresh = scans.fresh();
  end(1);
  await running.result;
  await expect.poll(taken, { timeout: 20_000 }).toBe(2);
  end(2);
  expect((await fresh).takenAtMs).toBe(2);
});

test('an account for a plan does not ask for Docker’s own sizes, and is not the one that is shown', async () => {
  const { scans, events, end, asked, taken } = setUp();
  const shown = scans.current();
  end(1);
  await shown;
  const [first, second] = [scans.fresh(), scans.fresh()];
  await expect.poll(taken, { timeout: 20_000 }).toBe(2);
  end(2);
  expect([(await first).takenAtMs, (await second).takenAtMs]).toEqual([2, 2]);
  expect(asked).toEqual([true, false]);
  expect(scans.latest()?.takenAtMs).toBe(1);
  expect(events.filter((event) => event.kind === 'document-changed')).toHaveLength(1);
});

test('after a failed scan the next one runs', async () => {
  const events: StrataEvent[] = [];
  const emit = (event: StrataEvent): void => void events.push(event);
  let tries = 0;
  const take = async (): Promise<StoreSnapshot> => {
    tries++;
    if (tries === 1) throw new Error('the engine went away');
    return { takenAtMs: 5 } as StoreSnapshot;
  };
  const scans = createScans({ take } as unknown as StoreSource, createOperations(emit), emit);
  await expect(scans.current()).rejects.toThrow('the engine went away');
  expect(scans.latest()).toBeNull();
  expect((await scans.current()).takenAtMs).toBe(5);
});
