import { expect, test } from 'vitest';
import type { StrataEvent } from '../../src-main/contract/api.ts';
import type { StoreSnapshot } from '../../src-main/model/store.ts';
import { createOperations } from '../../src-main/services/operations.ts';
import { createScans } from '../../src-main/services/scans.ts';
import type { StoreSource, TakeOptions } from '../../src-main/services/store-source.ts';
import { buildSnapshot } from '../support/build-snapshot.ts';

const STORE = buildSnapshot({ images: { api: ['base', 'api'] } });
const whole = (takenAtMs: number): StoreSnapshot => ({ ...STORE, takenAtMs });
const part = (takenAtMs: number, measured: number): StoreSnapshot => ({
  ...whole(takenAtMs),
  partial: { measured, total: 9, of: 'folders' },
});

interface Take extends TakeOptions {
  end(snapshot: StoreSnapshot): void;
  fail(error: Error): void;
}

/** The source does as the test says. */
function setUp() {
  const takes: Take[] = [];
  const events: StrataEvent[] = [];
  const emit = (event: StrataEvent): void => void events.push(event);
  const take: StoreSource['take'] = (options) =>
    new Promise((end, fail) => {
      options.signal.addEventListener('abort', () => fail(new Error('cancelled')));
      takes.push({ ...options, end, fail });
    });
  const operations = createOperations(emit);
  const scans = createScans({ take } as unknown as StoreSource, operations, emit);
  const now = (): Take => takes.at(-1)!;
  const changes = (): number => events.filter(({ kind }) => kind === 'document-changed').length;
  return { scans, operations, takes, now, changes };
}

test('who wants what is known by now gets names at once and hears of more; who wants all waits', async () => {
  const { scans, now, changes } = setUp();
  const seen = scans.soFar();
  const all = scans.current();
  now().onPartial?.(() => part(1, 0));
  expect((await seen).partial).toEqual({ measured: 0, total: 9, of: 'folders' });
  now().onPartial?.(() => part(1, 4));
  await expect.poll(async () => (await scans.soFar()).partial?.measured, { timeout: 20_000 }).toBe(4);
  expect(changes()).toBe(2);
  expect(scans.latest()).toBeNull();
  now().end(whole(1));
  expect((await all).partial).toBeUndefined();
  expect(await scans.soFar()).toBe(await all);
});

test('nothing partial is made while nobody looks', async () => {
  const { scans, now, changes } = setUp();
  const all = scans.current();
  let made = 0;
  const make = (): StoreSnapshot => part(1, made++);
  now().onPartial?.(make);
  now().onPartial?.(make);
  const late = scans.soFar();
  await late;
  expect(made).toBe(1);
  now().end(whole(1));
  await all;
  expect(changes()).toBe(2);
});

test('a cancelled first scan leaves what it measured, and a plan still waits for a whole account', async () => {
  const { scans, operations, now, takes } = setUp();
  const seen = scans.soFar();
  now().onPartial?.(() => part(1, 0));
  await seen;
  now().onPartial?.(() => part(1, 5)); // waits for its time when the end comes
  operations.cancel(scans.start().operationId);
  await expect.poll(async () => (await scans.soFar()).partial?.measured, { timeout: 20_000 }).toBe(5);
  expect((await scans.shown()).partial?.measured).toBe(5);
  expect(takes).toHaveLength(1);

  const planned = scans.fresh();
  await expect.poll(() => takes.length, { timeout: 20_000 }).toBe(2);
  expect(now().onPartial).toBeUndefined();
  now().end(whole(2));
  expect((await planned).partial).toBeUndefined();
});

test('a scan after a cancelled one does not show less than there was', async () => {
  const { scans, operations, now, takes } = setUp();
  const seen = scans.soFar();
  now().onPartial?.(() => part(1, 6));
  await seen;
  operations.cancel(scans.start().operationId);
  await expect.poll(() => takes[0]?.signal.aborted, { timeout: 20_000 }).toBe(true);
  await new Promise((next) => setTimeout(next));
  scans.start();
  expect(takes).toHaveLength(2);
  now().onPartial?.(() => part(2, 0));
  expect((await scans.soFar()).partial?.measured).toBe(6);
  now().onPartial?.(() => part(2, 7));
  await expect.poll(async () => (await scans.soFar()).partial?.measured, { timeout: 20_000 }).toBe(7);
});

test('while there is a whole account nothing partial takes its place', async () => {
  const { scans, now } = setUp();
  const first = scans.soFar();
  now().end(whole(1));
  expect((await first).takenAtMs).toBe(1);
  scans.start();
  expect(now().onPartial).toBeUndefined();
  expect((await scans.soFar()).takenAtMs).toBe(1);
});

test('screens do not wait for Docker’s own sizes, whoever asks for the whole account does', async () => {
  const { scans, now, changes } = setUp();
  const first = scans.soFar();
  now().onMeasured?.(whole(1));
  expect((await first).takenAtMs).toBe(1);
  const all = scans.current();
  const withFigures = { ...whole(1), docker: { ...STORE.docker, layersBytes: 77 } };
  now().end(withFigures);
  expect(await all).toBe(withFigures);
  expect(await scans.soFar()).toBe(withFigures);
  expect(changes()).toBe(2);
});

test('a first scan that fails before it knows anything fails whoever waits for it', async () => {
  const { scans, now } = setUp();
  const seen = scans.soFar();
  now().fail(new Error('the engine went away'));
  await expect(seen).rejects.toThrow('the engine went away');
});
