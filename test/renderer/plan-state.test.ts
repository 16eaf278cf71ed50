import { describe, expect, test } from 'vitest';
import type { Method } from '../../src-main/contract/api.ts';
import { StrataError } from '../../src-main/contract/errors.ts';
import type { PlanRequest, Receipt } from '../../src-main/contract/reclaim.ts';
import { PinsState } from '../../src-renderer/state/pins.svelte.ts';
import { PlanState } from '../../src-renderer/state/plan.svelte.ts';
import { StoreState } from '../../src-renderer/state/store.svelte.ts';
import { fakeClient, settled } from '../support/fake-client.ts';
import { planStep, samplePlan, sampleReceipt } from '../support/sample-plan.ts';

type Answers = Partial<Record<Method, (params: never) => unknown>>;

const DANGLING: PlanRequest = { rules: { dangling: true } };

function table(answers: Answers) {
  const client = fakeClient({ 'plan.make': () => samplePlan(), ...answers });
  const started: string[] = [];
  const receipts: Receipt[] = [];
  const state = new PlanState(client, {
    bytes: String,
    onStart: (operationId) => started.push(operationId),
    onReceipt: (receipt) => receipts.push(receipt),
  });
  const finish = (message: string | null = null): void =>
    client.emit({ kind: 'finished', operationId: 'op', outcome: message ? 'failed' : 'done', message });
  return { client, state, started, receipts, finish };
}

const NOW = Date.parse('2026-11-20T12:01:00Z');

describe('making', () => {
  test('the same wish is not asked again while its plan is fresh, and is when the plan is old', async () => {
    const asked: unknown[] = [];
    const { state } = table({ 'plan.make': (request) => (asked.push(request), samplePlan()) });
    state.want(DANGLING, NOW);
    await settled();
    state.want({ rules: { dangling: true } }, NOW);
    await settled();
    expect(asked).toHaveLength(1);
    state.want(DANGLING, NOW + 10 * 60_000);
    await settled();
    expect(asked).toHaveLength(2);
  });

  test('a late plan for an older wish is not shown', async () => {
    const waiting: (() => void)[] = [];
    const { state } = table({
      'plan.make': (request: PlanRequest) =>
        new Promise((resolve) =>
          waiting.push(() => resolve(samplePlan({ id: JSON.stringify(request.rules) }))),
        ),
    });
    state.want(DANGLING, NOW);
    state.want({ rules: { unused: true } }, NOW);
    waiting[1]?.();
    await settled();
    waiting[0]?.();
    await settled();
    expect(state.plan?.id).toBe('{"unused":true}');
    expect(state.making).toBe(false);
  });

  test('no wish, no plan; a failed making leaves none on the table', async () => {
    const { state } = table({
      'plan.make': () => {
        throw new StrataError('no-engine', 'No engine answers.');
      },
    });
    state.want(null, NOW);
    expect(state.plan).toBeNull();
    expect(state.problem).toBeNull();
    state.want(DANGLING, NOW);
    await settled();
    expect(state.plan).toBeNull();
    expect(state.problem?.message).toBe('No engine answers.');
  });

  test('made again, it says what is different', async () => {
    const plans = [samplePlan(), samplePlan({ steps: [planStep('delete-image', 'image:a')] })];
    const { state } = table({ 'plan.make': () => plans.shift() });
    state.want(DANGLING, NOW);
    await settled();
    await state.again();
    expect(state.changes).toEqual(['b is not in it any more']);
  });
});

describe('applying', () => {
  const apply = { 'plan.apply': () => ({ operationId: 'op' }) };

  test('sends the id and the fingerprint of what was shown, follows it, and ends with its receipt', async () => {
    const sent: unknown[] = [];
    const { state, client, finish, started, receipts } = table({
      'plan.apply': (params) => (sent.push(params), { operationId: 'op' }),
      'receipt.get': () => sampleReceipt(),
    });
    state.want(DANGLING, NOW);
    await settled();
    await state.apply();
    expect(sent).toEqual([{ planId: 'plan-1', fingerprint: 'f' }]);
    expect(started).toEqual(['op']);
    const progress = { stage: 'delete-image a', done: 1, total: 2, files: 0, diskBytes: 4096 };
    client.emit({ kind: 'progress', operationId: 'another', progress });
    expect(state.applying?.progress).toBeNull();
    client.emit({ kind: 'progress', operationId: 'op', progress });
    expect(state.applying?.progress?.done).toBe(1);
    finish();
    await settled();
    expect(state.applying).toBeNull();
    expect(state.plan).toBeNull();
    expect(receipts.map((receipt) => receipt.planId)).toEqual(['plan-1']);
  });

  test('an end that is heard before the answer that names the operation is not lost', async () => {
    const setup = table({
      'plan.apply': () => (setup.finish(), { operationId: 'op' }),
      'receipt.get': () => sampleReceipt(),
    });
    setup.state.want(DANGLING, NOW);
    await settled();
    await setup.state.apply();
    await settled();
    expect(setup.receipts).toHaveLength(1);
    expect(setup.state.applying).toBeNull();
  });

  test('a stale plan removes nothing: the difference is shown beside a new plan', async () => {
    const message = 'The store is no longer what it was. Changed:\na stays: in use\nimage:b: is: gone';
    const { state, finish, receipts } = table({
      ...apply,
      'receipt.get': () => sampleReceipt({ state: 'stale', message, stepsDone: 0 }),
    });
    state.want(DANGLING, NOW);
    await settled();
    await state.apply();
    finish(message);
    await settled();
    await settled();
    expect(state.changes).toEqual(['a stays: in use', 'image:b: is: gone']);
    expect(state.plan).not.toBeNull();
    expect(receipts).toEqual([]);
  });

  test('busy: what was refused without a receipt is told, and the plan made anew', async () => {
    const { state, finish } = table(apply);
    state.want(DANGLING, NOW);
    await settled();
    await state.apply();
    finish('Another removal runs.');
    await settled();
    await settled();
    expect(state.problem?.message).toBe('Another removal runs.');
    expect(state.plan).not.toBeNull();
    expect(state.applying).toBeNull();
  });

  test('declined in the app’s dialog: the plan stays on the table as it was', async () => {
    let made = 0;
    const { state } = table({
      'plan.make': () => (made++, samplePlan()),
      'plan.apply': () => {
        throw new StrataError('cancelled', 'Nothing was removed.');
      },
    });
    state.want(DANGLING, NOW);
    await settled();
    await state.apply();
    expect(state.plan?.id).toBe('plan-1');
    expect(made).toBe(1);
    expect(state.applying).toBeNull();
  });

  test('cancel goes by the operation; a link that was down asks the receipt how it ended', async () => {
    const cancelled: unknown[] = [];
    const { state, client, receipts } = table({
      ...apply,
      'operation.cancel': (params) => (cancelled.push(params), null),
      'receipt.get': () => sampleReceipt({ state: 'cancelled', stepsDone: 1 }),
    });
    state.want(DANGLING, NOW);
    await settled();
    await state.apply();
    await state.cancel();
    expect(cancelled).toEqual([{ operationId: 'op' }]);
    expect(state.applying?.cancelling).toBe(true);
    client.link(false);
    client.link(true);
    await settled();
    expect(receipts[0]?.state).toBe('cancelled');
    expect(state.applying).toBeNull();
  });

  test('a removal is no scan: the bar of scans does not show it, nor its failure', () => {
    const client = fakeClient({});
    const store = new StoreState(client);
    const progress = { stage: 'delete-image a', done: 1, total: 2, files: 0, diskBytes: 0 };
    client.emit({ kind: 'progress', operationId: 'op', progress });
    store.leave('op');
    expect(store.running).toBeNull();
    client.emit({ kind: 'progress', operationId: 'op', progress });
    client.emit({ kind: 'finished', operationId: 'op', outcome: 'failed', message: 'no' });
    expect(store.running).toBeNull();
    expect(store.problem).toBeNull();
  });
});

describe('pins', () => {
  test('a pin is added to what is pinned now, not to what was read at the start', async () => {
    let pins = { images: ['a'], repositories: [], volumes: [], labels: [] };
    const client = fakeClient({
      'pins.get': () => pins,
      'pins.set': (next: typeof pins) => (pins = next),
    });
    const state = new PinsState(client);
    await state.load();
    pins = { ...pins, images: ['a', 'set-in-the-terminal'] };
    await state.pin('images', 'b');
    expect(state.pins?.images).toEqual(['a', 'set-in-the-terminal', 'b']);
    await state.unpin('images', ['a', 'b']);
    expect(state.pins?.images).toEqual(['set-in-the-terminal']);
  });

  test('pins that cannot be read are unknown, not none', async () => {
    const state = new PinsState(fakeClient({}));
    await state.load();
    expect(state.pins).toBeNull();
    expect(state.problem).not.toBeNull();
  });
});
