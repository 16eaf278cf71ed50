import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { applyPlan, type ApplyRecord, type ApplyTools } from '../../src-main/actions/apply.ts';
import { worldOf } from '../../src-main/actions/items.ts';
import { makePlan } from '../../src-main/actions/plan.ts';
import { NoAnswer, StrataError } from '../../src-main/contract/errors.ts';
import type { Pins, Plan, Rules } from '../../src-main/contract/reclaim.ts';
import type { StoreSnapshot } from '../../src-main/model/store.ts';
import type { EngineActions } from '../../src-main/sources/engine/index.ts';
import type { EngineRecords } from '../../src-main/sources/engine/records.ts';
import { buildSnapshot, containerIdOf, idOf, TAKEN_AT_MS, type Sketch } from '../support/build-snapshot.ts';

const NO_PINS: Pins = { images: [], repositories: [], volumes: [], labels: [] };
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A store that only the engine knows; what is removed leaves it, and everything that happens is noted in order. */
class Bench {
  snapshot: StoreSnapshot;
  readonly notes: string[] = [];
  /** Instead of doing it right away: how the engine's own end of it comes. */
  during: (what: string) => void = () => undefined;
  onBackup: (imageId: string) => void = () => undefined;
  readonly aborter = new AbortController();
  /** Called before a step's entry is written. */
  beforeEntry: (entry: ApplyRecord) => void = () => undefined;
  afterAction: (done: string) => void = () => undefined;

  constructor(sketch: Sketch) {
    this.snapshot = { ...buildSnapshot(sketch), access: 'api' };
  }

  plan(rules: Rules): Plan {
    const tools = { id: 'plan-0001', madeAt: '2026-01-02T00:00:00.000Z', hash };
    return makePlan({ rules }, worldOf(this.snapshot, NO_PINS, TAKEN_AT_MS), tools);
  }

  apply(plan: Plan): ReturnType<typeof applyPlan> {
    const tools: ApplyTools = {
      actions: this.#actions(),
      look: async () => this.snapshot,
      names: async () => this.snapshot as unknown as EngineRecords,
      record: async (entry) => {
        this.beforeEntry(entry);
        this.notes.push(
          entry.kind === 'step-begins' ? `begins ${String(entry.step)}` : `ended ${entry.outcome.result}`,
        );
      },
      pins: NO_PINS,
      hash,
      quarantine: async () => undefined,
      patiently: (work) => work(new AbortController().signal),
      backup: async (imageId) => this.onBackup(imageId),
      signal: this.aborter.signal,
      report: () => undefined,
    };
    return applyPlan(plan, tools);
  }

  #actions(): EngineActions {
    const done = (what: string, change: Partial<StoreSnapshot>): void => {
      this.during(what);
      this.notes.push(what);
      this.snapshot = { ...this.snapshot, ...change };
      this.afterAction(what);
    };
    return {
      removeContainer: async (id) =>
        done('container', { containers: this.snapshot.containers.filter((one) => one.id !== id) }),
      removeImage: async (id) => {
        done('image', { images: this.snapshot.images.filter((one) => one.id !== id) });
        return { untagged: [], deleted: [id] };
      },
      removeVolume: async (name) =>
        done('volume', { volumes: this.snapshot.volumes.filter((one) => one.name !== name) }),
      untag: () => Promise.reject(new StrataError('failed', 'no untag expected')),
      pruneCache: () => Promise.reject(new StrataError('failed', 'no prune expected')),
      saveImage: () => Promise.reject(new StrataError('failed', 'no save expected')),
      loadImage: () => Promise.reject(new StrataError('failed', 'no load expected')),
    };
  }
}

const SKETCH: Sketch = {
  images: { app: ['a'], web: ['b'] },
  containers: { old: 'app' },
  volumes: { data: ['old'] },
};
const ALL: Rules = { stopped: true, unused: true, things: [idOf('app')], volumes: ['data'] };
const results = (applied: Awaited<ReturnType<Bench['apply']>>): string[] =>
  applied.outcomes.map((one) => one.result);

test('every step is recorded before it happens and after', async () => {
  const bench = new Bench(SKETCH);
  const applied = await bench.apply(bench.plan(ALL));
  expect(applied.failure).toBeNull();
  expect(bench.notes).toEqual(
    ['container', 'image', 'image', 'volume'].flatMap((what, at) => [
      `begins ${String(at)}`,
      what,
      'ended done',
    ]),
  );
  expect([bench.snapshot.images, bench.snapshot.containers, bench.snapshot.volumes]).toEqual([[], [], []]);
});

test('where nothing can be recorded nothing happens', async () => {
  const bench = new Bench(SKETCH);
  bench.beforeEntry = () => {
    throw new StrataError('failed', 'no space left on device');
  };
  const applied = await bench.apply(bench.plan(ALL));
  expect(results(applied)).toEqual(['failed', 'skipped', 'skipped', 'skipped']);
  expect(applied.failure?.message).toMatch(/no space left/);
  expect(bench.notes).toEqual([]);
});

test('a disk that gets full between entry and end stops it after that step', async () => {
  const bench = new Bench(SKETCH);
  bench.beforeEntry = (entry) => {
    if (entry.kind === 'step-ended') throw new StrataError('failed', 'no space left on device');
  };
  const applied = await bench.apply(bench.plan(ALL));
  expect(results(applied)).toEqual(['failed', 'skipped', 'skipped', 'skipped']);
  expect(applied.outcomes[0]?.message).toMatch(/done, but not recorded/);
});

test('a surprise ends it: a new name of an image that waits for its turn', async () => {
  const bench = new Bench(SKETCH);
  bench.afterAction = (what) => {
    if (what !== 'container') return;
    const images = bench.snapshot.images.map((image) => ({ ...image, tags: [...image.tags, 'new:1'] }));
    bench.snapshot = { ...bench.snapshot, images };
  };
  const applied = await bench.apply(bench.plan(ALL));
  expect(results(applied)).toEqual(['done', 'failed', 'skipped', 'skipped']);
  expect(applied.outcomes[1]?.message).toBe('the image has a new name: new:1');
  expect(bench.snapshot.images).toHaveLength(2);
});

test('a container made of an image that waits, or an image built on it, keeps it', async () => {
  const made = (bench: Bench): Partial<StoreSnapshot> => ({
    containers: [{ ...buildSnapshot(SKETCH).containers[0]!, id: containerIdOf('late'), name: 'late' }],
    images: bench.snapshot.images,
  });
  const built = (bench: Bench): Partial<StoreSnapshot> => ({
    images: [
      ...bench.snapshot.images,
      { ...bench.snapshot.images[0]!, id: idOf('child'), tags: ['child:1'], parentId: idOf('app') },
    ],
  });
  for (const [change, words] of [
    [made, 'the container late was created from it meanwhile'],
    [built, 'the image child:1 was built on it meanwhile'],
  ] as const) {
    const bench = new Bench(SKETCH);
    bench.afterAction = (what) => {
      if (what === 'container') bench.snapshot = { ...bench.snapshot, ...change(bench) };
    };
    const applied = await bench.apply(bench.plan({ stopped: true, things: [idOf('app')] }));
    expect(results(applied)).toEqual(['done', 'failed']);
    expect(applied.outcomes[1]?.message).toBe(words);
    expect(bench.snapshot.images.map((image) => image.id)).toContain(idOf('app'));
  }
});

test('cancelled, it ends after the step under way and says what was done', async () => {
  const bench = new Bench(SKETCH);
  bench.afterAction = () => bench.aborter.abort();
  const applied = await bench.apply(bench.plan(ALL));
  expect(results(applied)).toEqual(['done', 'skipped', 'skipped', 'skipped']);
  expect(applied.failure?.code).toBe('cancelled');
});

test('a request whose answer never came, and whose thing is gone, was carried out', async () => {
  const bench = new Bench(SKETCH);
  bench.afterAction = (what) => {
    if (what === 'container') throw new NoAnswer('failed', 'the connection broke');
  };
  const applied = await bench.apply(bench.plan(ALL));
  expect(results(applied)).toEqual(['done', 'done', 'done', 'done']);
  expect(applied.failure).toBeNull();
});

test('a request whose answer never came, and whose thing is still there, is not said to be undone', async () => {
  const bench = new Bench(SKETCH);
  bench.during = () => {
    throw new NoAnswer('failed', 'the connection broke');
  };
  const applied = await bench.apply(bench.plan(ALL));
  expect(results(applied)).toEqual(['unknown', 'skipped', 'skipped', 'skipped']);
  expect(applied.failure?.code).toBe('failed');
  expect(bench.notes).toEqual(['begins 0', 'ended unknown']);
});

test('cancelled in the middle of a step whose end does not come, it is cancelled and the step not known', async () => {
  const bench = new Bench(SKETCH);
  bench.during = () => {
    bench.aborter.abort();
    throw new NoAnswer('cancelled', 'Cancelled while the engine was at it.');
  };
  const applied = await bench.apply(bench.plan(ALL));
  expect(results(applied)).toEqual(['unknown', 'skipped', 'skipped', 'skipped']);
  expect(applied.failure?.code).toBe('cancelled');
});

test('what happens while an image is saved is seen before it is removed', async () => {
  const bench = new Bench(SKETCH);
  bench.onBackup = () => {
    const images = bench.snapshot.images.map((image) => ({ ...image, tags: [...image.tags, 'new:1'] }));
    bench.snapshot = { ...bench.snapshot, images };
  };
  const applied = await bench.apply(bench.plan(ALL));
  expect(results(applied)).toEqual(['done', 'failed', 'skipped', 'skipped']);
  expect(applied.outcomes[1]?.message).toBe('the image has a new name: new:1');
  expect(bench.snapshot.images).toHaveLength(2);
});

test('cancelled while an image is saved, its step was not begun', async () => {
  const bench = new Bench(SKETCH);
  bench.onBackup = () => {
    bench.aborter.abort();
    throw new StrataError('failed', 'The backup failed, so it was not deleted: Cancelled');
  };
  const applied = await bench.apply(bench.plan(ALL));
  expect(results(applied)).toEqual(['done', 'skipped', 'skipped', 'skipped']);
  expect(applied.failure?.code).toBe('cancelled');
});

test('one name of several is not taken away when it became the last: that would delete the image', async () => {
  const bench = new Bench(SKETCH);
  const named = (tags: readonly string[]): void => {
    const images = bench.snapshot.images.map((image) =>
      image.id === idOf('web') ? { ...image, tags } : image,
    );
    bench.snapshot = { ...bench.snapshot, images };
  };
  named(['web:1', 'web:2']);
  const plan = bench.plan({ stopped: true, things: ['web:1'] });
  bench.afterAction = (what) => {
    if (what === 'container') named(['web:1']);
  };
  const applied = await bench.apply(plan);
  expect(results(applied)).toEqual(['done', 'failed']);
  expect(applied.outcomes[1]?.message).toMatch(/it is the last name of its image now/);
});

test('what changed since the preview is told, and nothing is done', async () => {
  const bench = new Bench(SKETCH);
  const plan = bench.plan(ALL);
  const containers = bench.snapshot.containers.map((one) => ({ ...one, state: 'running' as const }));
  bench.snapshot = { ...bench.snapshot, containers };
  await expect(bench.apply(plan)).rejects.toMatchObject({
    code: 'stale',
    message: expect.stringContaining('old stays: it is running') as string,
  });
  expect(bench.notes).toEqual([]);
});

test('a plan that names things falsely, or leaves out what is lost, is refused', async () => {
  const bench = new Bench(SKETCH);
  const plan = bench.plan(ALL);
  expect(plan.lost.map((one) => one.kind)).toContain('volume');
  const [first, ...rest] = plan.steps;
  const forged: readonly Plan[] = [
    { ...plan, steps: [{ ...first!, name: 'something harmless' }, ...rest] },
    { ...plan, steps: plan.steps.map((step) => ({ ...step, hasDigest: true })) },
    { ...plan, lost: plan.lost.filter((one) => one.kind !== 'volume') },
    { ...plan, lost: plan.lost.map((one) => ({ ...one, what: 'nothing of worth' })) },
    { ...plan, freesDiskBytes: 1 },
  ];
  for (const one of forged) {
    await expect(bench.apply(one)).rejects.toMatchObject({
      code: 'stale',
      message: expect.stringContaining('the plan was altered') as string,
    });
  }
  expect(bench.notes).toEqual([]);
  expect((await bench.apply(plan)).failure).toBeNull();
});
