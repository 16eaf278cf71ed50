import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { safeParse } from 'valibot';
import { describe, expect, test } from 'vitest';
import { freedBy } from '../../src-main/analysis/freed-by.ts';
import { storeGraph } from '../../src-main/analysis/graph.ts';
import { worldOf } from '../../src-main/actions/items.ts';
import { makePlan, remakePlan, type PlanTools } from '../../src-main/actions/plan.ts';
import { dockerCommands, quote } from '../../src-main/actions/commands.ts';
import { differences } from '../../src-main/actions/facts.ts';
import { plan as planSchema } from '../../src-main/contract/check-reclaim.ts';
import type { Pins, Plan, PlanRequest } from '../../src-main/contract/reclaim.ts';
import type { Selection } from '../../src-main/contract/store.ts';
import type { Image, StoreSnapshot } from '../../src-main/model/store.ts';
import { unknown } from '../../src-main/model/measured.ts';
import { buildSnapshot, containerIdOf, idOf, TAKEN_AT_MS, type Sketch } from '../support/build-snapshot.ts';

const NO_PINS: Pins = { images: [], repositories: [], volumes: [], labels: [] };
const TOOLS: PlanTools = {
  id: 'plan-0001',
  madeAt: '2026-01-02T00:00:00.000Z',
  hash: (text) => createHash('sha256').update(text).digest('hex'),
};

function plan(sketch: Sketch | StoreSnapshot, request: PlanRequest, pins = NO_PINS): Plan {
  const snapshot = 'takenAtMs' in sketch ? sketch : buildSnapshot(sketch);
  return makePlan(request, worldOf(snapshot, pins, TAKEN_AT_MS), TOOLS);
}

function withImage(snapshot: StoreSnapshot, name: string, change: Partial<Image>): StoreSnapshot {
  const images = snapshot.images.map((image) => (image.id === idOf(name) ? { ...image, ...change } : image));
  return { ...snapshot, images };
}

const select = (part: Partial<Selection>): Selection => ({
  images: [],
  containers: [],
  volumes: [],
  buildCache: [],
  orphans: [],
  ...part,
});
const steps = (made: Plan): string[] => made.steps.map((step) => `${step.kind} ${step.name}`);

describe('a plan', () => {
  test('frees a shared base where its last user goes', () => {
    const made = plan(
      { images: { api: ['base', 'api'], web: ['base', 'web'] } },
      { rules: { unused: true } },
    );
    expect(made.steps.map((step) => step.freesDiskBytes).sort()).toEqual([1010, 2020]);
    expect(made.freesDiskBytes).toBe(3030);
  });

  test('removes containers first, so that their image can go', () => {
    const sketch: Sketch = { images: { app: ['app'] }, containers: { old: 'app' } };
    const both = select({ images: [idOf('app')], containers: [containerIdOf('old')] });
    expect(steps(plan(sketch, { selection: both }))).toEqual([
      'remove-container old',
      'delete-image app:latest',
    ]);
  });

  test('an image of a stopped container stays softly, of a running one and with a child image hard', () => {
    const sketch: Sketch = {
      images: { a: ['a'], b: ['b'], parent: ['c'], child: ['c', 'd'] },
      containers: { down: 'a', up: 'b' },
      running: ['up'],
      parents: { child: 'parent' },
    };
    const made = plan(sketch, { selection: select({ images: ['a', 'b', 'parent'].map(idOf) }) });
    expect(made.steps).toEqual([]);
    expect(made.stays.map((one) => one.conflict)).toEqual(['soft', 'hard', 'hard']);
    expect(made.stays[2]?.because).toMatch(/dependent child image/);
  });

  test('takes intermediate images along with their last child, each as its own step, children first', () => {
    const sketch: Sketch = {
      images: { s1: ['1'], s2: ['1', '2'], app: ['1', '2', '3'], other: ['1', 'x'] },
      untagged: ['s1', 's2'],
      parents: { s2: 's1', app: 's2', other: 's1' },
    };
    const one = plan(sketch, { selection: select({ images: [idOf('app')] }) });
    expect(one.steps.map((step) => step.target)).toEqual([idOf('app'), idOf('s2')]);
    const both = plan(sketch, { selection: select({ images: [idOf('app'), idOf('other')] }) });
    expect(both.steps.map((step) => step.target).slice(-1)).toEqual([idOf('s1')]);
    expect(both.freesDiskBytes).toBe(4 * 1010);
  });

  test('takes names away until a delete by id meets one repository only', () => {
    const digest = `mirror/app@sha256:${'a'.repeat(64)}`;
    const store = withImage(buildSnapshot({ images: { app: ['a'] } }), 'app', {
      tags: ['app:1', 'app:2', 'team/app:1'],
      digests: [digest],
    });
    const made = plan(store, { selection: select({ images: [idOf('app')] }) });
    expect(steps(made)).toEqual(['untag app:1', 'untag app:2', `untag ${digest}`, 'delete-image app:1']);
    expect(made.steps.every((step) => step.hasDigest)).toBe(true);
  });

  test('one of several tags only untags; all of them mean the image', () => {
    const store = withImage(buildSnapshot({ images: { app: ['a'] } }), 'app', { tags: ['app:1', 'app:2'] });
    const one = plan(store, { rules: { things: ['app:1'] } });
    expect(steps(one)).toEqual(['untag app:1']);
    expect(one.freesDiskBytes).toBe(0);
    expect(plan(store, { rules: { things: ['app:1', 'app:2'] } }).freesDiskBytes).toBe(1010);
  });

  test('a pin keeps what a rule and a selection want', () => {
    const sketch: Sketch = { images: { app: ['a'], web: ['b'] }, volumes: { data: [] } };
    const pins = { ...NO_PINS, repositories: ['a*'], volumes: ['data'] };
    const made = plan(sketch, { rules: { unused: true, volumes: ['data'] } }, pins);
    expect(steps(made)).toEqual(['delete-image web:latest']);
    expect(made.stays.map((one) => [one.name, one.conflict])).toEqual([
      ['data', 'choice'],
      ['app:latest', 'choice'],
    ]);
  });

  test('a single item can be taken out again', () => {
    const sketch: Sketch = { images: { app: ['a'], web: ['b'] } };
    const made = plan(sketch, { rules: { unused: true }, without: [`image:${idOf('app')}`] });
    expect(steps(made)).toEqual(['delete-image web:latest']);
  });

  test('a volume in use stays; with its container it goes, and is named as lost', () => {
    const sketch: Sketch = { images: { app: ['a'] }, containers: { db: 'app' }, volumes: { data: ['db'] } };
    expect(plan(sketch, { rules: { volumes: ['data'] } }).stays[0]?.because).toMatch(
      /in use by the container db/,
    );
    const made = plan(sketch, { rules: { volumes: ['data'], stopped: true } });
    expect(steps(made)).toEqual(['remove-container db', 'remove-volume data']);
    expect(made.lost.map((one) => one.kind)).toEqual(['writable-layer', 'volume']);
  });

  test('build cache goes from its leaves, and a record with a child that stays does not', () => {
    const sketch: Sketch = {
      buildCache: { low: [], mid: [], top: [] },
      cacheParents: { mid: ['low'], top: ['mid'] },
    };
    const made = plan(sketch, { rules: { cache: ['regular'] } });
    expect(made.steps.map((step) => step.target)).toEqual(['top', 'mid', 'low']);
    const part = plan(sketch, { selection: select({ buildCache: ['low', 'mid'] }) });
    expect(part.steps).toEqual([]);
    expect(part.stays).toHaveLength(2);
  });

  test('never promises what was not measured', () => {
    const made = plan(
      { images: { app: ['a'] }, layerDiskBytes: { a: unknown('not readable') } },
      { rules: { unused: true } },
    );
    expect(made.freesDiskBytes).toBeNull();
    expect(made.steps[0]?.freesDiskBytes).toBeNull();
  });

  test('where not all users could be read, nothing that one may use goes, and nothing is promised', () => {
    const sketch: Sketch = {
      images: { app: ['a'], web: ['b'] },
      containers: { old: 'app' },
      volumes: { data: [] },
      buildCache: { rec: ['a'] },
    };
    const partly = buildSnapshot(sketch, { usersIncomplete: 'containers/: permission denied' });
    const made = plan(partly, {
      rules: { unused: true, volumes: ['data'], stopped: true, cache: ['regular'] },
    });
    expect(made.stays.map((one) => one.name).sort()).toEqual(['data', 'web:latest']);
    expect(made.stays[0]?.because).toMatch(
      /not all images and containers could be read \(containers\/: permission/,
    );
    expect(steps(made)).toEqual(['remove-container old']);
    const cached = plan(
      { ...partly, images: [], containers: [] },
      { selection: select({ buildCache: ['rec'] }) },
    );
    expect(cached.steps.map((step) => step.freesDiskBytes)).toEqual([null]);
  });

  test('a digest named beside all tags of an image is taken away once', () => {
    const digest = `mirror/app@sha256:${'a'.repeat(64)}`;
    const store = withImage(buildSnapshot({ images: { app: ['a'] } }), 'app', {
      tags: ['app:1', 'app:2'],
      digests: [digest],
    });
    const made = plan(store, { rules: { things: ['app:1', 'app:2', digest] } });
    expect(steps(made)).toEqual(['untag app:1', `untag ${digest}`, 'delete-image app:1']);
    expect(steps(plan(store, { rules: { things: [digest] } }))).toEqual([`untag ${digest}`]);
  });

  test('the reason of a dangling image does not deny the container that goes with it', () => {
    const made = plan(
      { images: { lost: ['l'] }, untagged: ['lost'], containers: { old: 'lost' } },
      { rules: { dangling: true, stopped: true } },
    );
    expect(made.steps.at(-1)).toMatchObject({
      kind: 'delete-image',
      because: 'dangling: no tag, no child image',
    });
  });

  test('comes back from a file only with items of kinds that there are', () => {
    const made = plan({ images: { app: ['a'] } }, { rules: { unused: true } });
    expect(safeParse(planSchema, made).success).toBe(true);
    for (const item of ['__proto__:x', 'network:x', 'image:', 'image', 'constructor:image'])
      expect(safeParse(planSchema, { ...made, steps: [{ ...made.steps[0]!, item }] }).success).toBe(false);
  });

  test('an added image unlocks the base that the plan leaves', () => {
    const sketch: Sketch = { images: { api: ['base', 'api'], web: ['base', 'web'] } };
    const made = plan(sketch, { selection: select({ images: [idOf('api')] }) });
    expect(made.unlocks).toEqual([
      { kind: 'image', target: idOf('web'), name: 'web:latest', freesDiskBytes: 2020 },
    ]);
  });

  test('made again from the same store it has the same fingerprint; a started container or a moved tag changes it', () => {
    const before = buildSnapshot({ images: { app: ['a'], web: ['b'] }, containers: { old: 'app' } });
    const made = plan(before, { rules: { stopped: true, unused: true } });
    const again = (snapshot: StoreSnapshot): Plan =>
      remakePlan(made, worldOf(snapshot, NO_PINS, TAKEN_AT_MS), TOOLS);
    expect(again(before).fingerprint).toBe(made.fingerprint);

    const started = before.containers.map((one) => ({ ...one, state: 'running' as const }));
    const running = again({ ...before, containers: started });
    expect(running.fingerprint).not.toBe(made.fingerprint);
    expect(running.stays[0]?.because).toMatch(/it is running/);

    const moved = again(withImage(before, 'web', { tags: [] }));
    expect(differences(made.dependsOn, moved.dependsOn).join()).toMatch(/tags: was web:latest, is none/);
  });

  test('something new in the store that shares nothing changes no plan', () => {
    const made = plan({ images: { app: ['a'] } }, { rules: { unused: true } });
    const grown = worldOf(buildSnapshot({ images: { app: ['a'], new: ['n'] } }), NO_PINS, TAKEN_AT_MS);
    expect(remakePlan(made, grown, TOOLS).fingerprint).toBe(made.fingerprint);
  });

  test('reads as docker commands that a shell takes literally', () => {
    const made = plan({ images: { app: ['a'] }, containers: { old: 'app' } }, { rules: { stopped: true } });
    expect(dockerCommands(made)).toEqual([`docker container rm ${containerIdOf('old')}`]);
    expect(quote("it's; rm -rf /")).toBe(`'it'\\''s; rm -rf /'`);
    expect(quote('app:1.0')).toBe('app:1.0');
    expect(quote('-v')).toBe("'-v'");
  });
});

/** Stores of up to 9 images over a small alphabet of layers, so that most of them share. */
const sketches: fc.Arbitrary<Sketch> = fc
  .array(
    fc.record({
      layers: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }),
      tagged: fc.boolean(),
      container: fc.constantFrom('none', 'stopped', 'running'),
      parent: fc.option(fc.nat(8), { nil: null }),
      cached: fc.boolean(),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((images) => {
    const name = (at: number): string => `i${String(at)}`;
    const of = <T>(
      pick: (image: (typeof images)[number], at: number) => [string, T] | null,
    ): Record<string, T> =>
      Object.fromEntries(
        images.flatMap((image, at) => (([entry]) => (entry ? [entry] : []))([pick(image, at)])),
      );
    return {
      images: of((image, at) => [name(at), image.layers]),
      untagged: images.flatMap((image, at) => (image.tagged ? [] : [name(at)])),
      parents: of(({ parent }, at) => (parent !== null && parent < at ? [name(at), name(parent)] : null)),
      containers: of(({ container }, at) => (container === 'none' ? null : [`c${String(at)}`, name(at)])),
      running: images.flatMap(({ container }, at) => (container === 'running' ? [`c${String(at)}`] : [])),
      buildCache: of(({ cached, layers }, at) => (cached ? [`r${String(at)}`, layers.slice(0, 1)] : null)),
    };
  });

/** An engine in a few lines: refuses what moby refuses, and drops a layer with its last user. */
class ModelEngine {
  readonly #images: Map<string, Image>;
  readonly #containers: Map<string, StoreSnapshot['containers'][number]>;
  readonly #records: Set<string>;
  readonly #snapshot: StoreSnapshot;

  constructor(snapshot: StoreSnapshot) {
    this.#snapshot = snapshot;
    this.#images = new Map(snapshot.images.map((image) => [image.id, image]));
    this.#containers = new Map(snapshot.containers.map((one) => [one.id, one]));
    this.#records = new Set(snapshot.buildCache.map((record) => record.id));
  }

  get diskBytes(): number {
    const chains = [...this.#images.values(), ...this.#containers.values()].map((user) => user.chain ?? []);
    const held = new Set(chains.flat());
    for (const layer of this.#snapshot.layers) {
      if (layer.buildCache.some((id) => this.#records.has(id))) held.add(layer.chainId);
    }
    return held.size * 1010 + this.#containers.size * 527;
  }

  do(step: Plan['steps'][number]): void {
    if (step.kind === 'remove-container') {
      if (this.#containers.get(step.target)?.state !== 'exited') throw new Error('container is running');
      this.#containers.delete(step.target);
    } else if (step.kind === 'delete-image') {
      const users = [...this.#containers.values()].some((one) => one.imageId === step.target);
      const child = [...this.#images.values()].some((image) => image.parentId === step.target);
      if (users || child || !this.#images.delete(step.target)) throw new Error('conflict');
    } else if (step.kind === 'prune-cache') this.#records.delete(step.target);
    else throw new Error(`no ${step.kind} expected`);
  }
}

const choices = fc.record({
  store: sketches,
  picks: fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
});

function chosen(snapshot: StoreSnapshot, picks: readonly boolean[]): Selection {
  let next = 0;
  const some = (ids: readonly string[]): string[] => ids.filter(() => picks[next++ % picks.length]);
  return select({
    images: some(snapshot.images.map((image) => image.id)),
    containers: some(snapshot.containers.map((one) => one.id)),
    buildCache: some(snapshot.buildCache.map((record) => record.id)),
  });
}

describe('for every store and selection', () => {
  test('each step does what the preview said, and no step is refused', () => {
    fc.assert(
      fc.property(choices, ({ store, picks }) => {
        const snapshot = buildSnapshot(store);
        const made = plan(snapshot, { selection: chosen(snapshot, picks) });
        const engine = new ModelEngine(snapshot);
        for (const step of made.steps) {
          const before = engine.diskBytes;
          engine.do(step);
          const own = step.kind === 'prune-cache' && step.freesDiskBytes === 310 ? 310 : 0;
          expect(before - engine.diskBytes + own).toBe(step.freesDiskBytes);
        }
      }),
    );
  });

  test('the steps sum up to what the whole set frees', () => {
    fc.assert(
      fc.property(choices, ({ store, picks }) => {
        const snapshot = buildSnapshot(store);
        const made = plan(snapshot, { selection: chosen(snapshot, picks) });
        const going = (kind: string): string[] =>
          made.steps.flatMap((one) => (one.kind === kind ? [one.target] : []));
        const selection = {
          images: going('delete-image'),
          containers: going('remove-container'),
          buildCache: going('prune-cache'),
        };
        expect(freedBy(storeGraph(snapshot), selection).diskBytes).toEqual({
          state: 'known',
          bytes: made.freesDiskBytes,
        });
        expect(made.steps.reduce((sum, step) => sum + (step.freesDiskBytes ?? 0), 0)).toBe(
          made.freesDiskBytes,
        );
      }),
    );
  });

  test('a larger selection frees no less', () => {
    fc.assert(
      fc.property(
        choices,
        fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
        ({ store, picks }, more) => {
          const snapshot = buildSnapshot(store);
          const larger = picks.map((pick, at) => pick || more[at]!);
          const [small, big] = [picks, larger].map((one) =>
            plan(snapshot, { selection: chosen(snapshot, one) }),
          );
          expect(big!.freesDiskBytes!).toBeGreaterThanOrEqual(small!.freesDiskBytes!);
        },
      ),
    );
  });
});
