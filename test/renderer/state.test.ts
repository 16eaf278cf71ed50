import { describe, expect, test } from 'vitest';
import { StrataError } from '../../src-main/contract/errors.ts';
import type { Selection } from '../../src-main/contract/store.ts';
import type { Ref } from '../../src-renderer/lib/ref.ts';
import { BasketState } from '../../src-renderer/state/basket.svelte.ts';
import { StoreState } from '../../src-renderer/state/store.svelte.ts';
import { fakeClient, settled } from '../support/fake-client.ts';
import { measuredSoFar } from '../support/measured-so-far.ts';
import { sampleDocument } from '../support/sample-document.ts';

const image = (id: string): Ref => ({ kind: 'image', id });

describe('basket', () => {
  const bytesOf = ({ selection }: { selection: Selection }) => ({
    diskBytes: selection.images.length * 10,
    stays: [],
    unlocks: [],
  });

  test('counts what the set as a whole frees, and every step can be undone and redone', async () => {
    const basket = new BasketState(fakeClient({ 'frees.get': bytesOf }));
    basket.toggle([image('a'), image('b')]);
    await settled();
    expect(basket.frees?.diskBytes).toBe(20);
    basket.toggle([image('a')]);
    await settled();
    expect(basket.frees?.diskBytes).toBe(10);
    basket.undo();
    expect(basket.items.map((ref) => ref.id)).toEqual(['a', 'b']);
    basket.redo();
    expect(basket.items.map((ref) => ref.id)).toEqual(['b']);
    basket.undo();
    basket.undo();
    basket.undo();
    await settled();
    expect(basket.items).toEqual([]);
    expect(basket.frees).toBeNull();
  });

  test('an answer that comes late does not stand for a newer basket', async () => {
    const waiting: (() => void)[] = [];
    const slow = (params: { selection: Selection }) =>
      new Promise((resolve) => waiting.push(() => resolve(bytesOf(params))));
    const basket = new BasketState(fakeClient({ 'frees.get': slow }));
    basket.toggle([image('a')]);
    basket.toggle([image('b')]);
    waiting[1]?.();
    await settled();
    waiting[0]?.();
    await settled();
    expect(basket.frees?.diskBytes).toBe(20);
    expect(basket.pending).toBe(false);
  });

  test('when it can’t be counted there is a reason and no number', async () => {
    const basket = new BasketState(fakeClient({}));
    basket.toggle([image('a')]);
    await settled();
    expect(basket.frees).toBeNull();
    expect(basket.problem?.code).toBe('not-found');
  });
});

describe('store', () => {
  test('a failed refresh keeps the last good document on screen', async () => {
    let fails = false;
    const document = sampleDocument({ images: 8 });
    const client = fakeClient({
      'connection.get': () => null,
      'scan.document': () => {
        if (fails) throw new StrataError('failed', 'The engine went away.');
        return document;
      },
    });
    const store = new StoreState(client);
    await store.load();
    fails = true;
    client.emit({ kind: 'document-changed', takenAt: 'later' });
    await settled();
    expect(store.document).toBe(document);
    expect(store.problem?.message).toBe('The engine went away.');
  });

  test('while the store is measured the newest document is shown, and none is asked for twice at once', async () => {
    const whole = sampleDocument({ images: 8 });
    const answers: (() => void)[] = [];
    let share = 0;
    const client = fakeClient({
      'connection.get': () => null,
      'scan.document': (params: unknown) => {
        expect(params).toEqual({ soFar: true });
        const document = measuredSoFar(whole, share);
        return new Promise((resolve) => answers.push(() => resolve(document)));
      },
    });
    const store = new StoreState(client);
    const loading = store.load();
    answers.shift()?.();
    await expect.poll(() => store.partial?.measured, { timeout: 20_000 }).toBe(0);
    await loading;
    expect(store.loading).toBe(false);
    for (share of [0.2, 0.5, 1]) client.emit({ kind: 'document-changed', takenAt: whole.takenAt });
    expect(answers).toHaveLength(1);
    answers.shift()?.();
    await expect.poll(() => answers.length, { timeout: 20_000 }).toBe(1);
    expect(store.partial?.measured).toBeGreaterThan(0);
    answers.shift()?.();
    await expect.poll(() => store.partial, { timeout: 20_000 }).toBeNull();
    expect(store.document).toBe(whole);
    client.emit({ kind: 'document-changed', takenAt: whole.takenAt });
    await settled();
    expect(answers).toEqual([]); // there is nothing newer than a whole document of the same scan
  });

  test('progress is shown until the operation ends', async () => {
    const client = fakeClient({ 'scan.start': () => ({ operationId: 'one' }) });
    const store = new StoreState(client);
    await store.scan();
    const progress = { stage: 'Walking layers', done: 1, total: 2, files: 10, diskBytes: 4096 };
    client.emit({ kind: 'progress', operationId: 'one', progress });
    expect(store.running).toEqual({ operationId: 'one', progress });
    client.emit({ kind: 'finished', operationId: 'one', outcome: 'done', message: null });
    expect(store.running).toBeNull();
  });

  test('without the server what is shown is marked as old, and asked for again when it is back', async () => {
    let asked = 0;
    const document = sampleDocument({ images: 8 });
    const client = fakeClient({
      'connection.get': () => null,
      'scan.document': () => {
        asked += 1;
        return document;
      },
    });
    const store = new StoreState(client);
    await store.load();
    client.link(false);
    expect(store.stale).toBe(true);
    client.link(true);
    await settled();
    expect(store.stale).toBe(false);
    expect(asked).toBe(2);
  });
});
