import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freedWords, planEffect } from '../../src-main/contract/effect.ts';
import type { Connection } from '../../src-main/contract/store.ts';
import { formatBytes } from '../../src-renderer/lib/bytes.ts';
import { pinnableOf, pinnedBecause } from '../../src-renderer/lib/pins.ts';
import { planGroups, planItems } from '../../src-renderer/lib/plan-items.ts';
import {
  changesIn,
  hindranceOf,
  lossWords,
  planChanges,
  removeWords,
  stageWords,
} from '../../src-renderer/lib/plan-words.ts';
import { ALL_CACHE, formatWish, NO_WISH, parseWish, requestOf } from '../../src-renderer/lib/plan-wish.ts';
import { pruneWords } from '../../src-renderer/lib/prune-words.ts';
import { eventWords, promiseWords, stateMeans } from '../../src-renderer/lib/receipt-words.ts';
import { formatRoute, parseRoute } from '../../src-renderer/lib/route.ts';
import { indexStore } from '../../src-renderer/lib/store-index.ts';
import { DEMO_CONNECTION } from '../support/fake-handlers.ts';
import { sampleDocument } from '../support/sample-document.ts';
import { planStep, samplePlan, sampleReceipt } from '../support/sample-plan.ts';

const bytes = (count: number | null): string => formatBytes(count, 'iec');
const NOTHING = { images: [], containers: [], volumes: [], buildCache: [], orphans: [] };

describe('what is wished stands in the address', () => {
  const wish = fc.record({
    basket: fc.boolean(),
    rules: fc.record(
      {
        dangling: fc.constant(true),
        unused: fc.constant(true),
        stopped: fc.constant(true),
        orphans: fc.constant(true),
        cache: fc.subarray([...ALL_CACHE], { minLength: 1 }),
        olderThanDays: fc.integer({ min: 0, max: 9999 }),
        keepLast: fc.integer({ min: 1, max: 99 }),
        repo: fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.trim() !== ''),
        targetBytes: fc.integer({ min: 1, max: 2 ** 50 }),
      },
      { requiredKeys: [] },
    ),
    without: fc.array(fc.string({ minLength: 1, unit: 'grapheme' })),
  });

  test('and comes back out of it as it was', () => {
    fc.assert(
      fc.property(wish, (one) => {
        const route = parseRoute(formatRoute({ screen: 'plan', id: null, query: formatWish(one) }));
        expect(route.screen).toBe('plan');
        expect(parseWish(route.query)).toEqual(one);
      }),
    );
  });

  test('an address typed by hand that makes no sense wishes for nothing', () => {
    const typed = { dangling: 'yes', older: '-3', keep: '0', target: 'lots', cache: 'all', without: '%' };
    expect(parseWish(typed)).toEqual({ ...NO_WISH, without: ['%'] });
    expect(requestOf(parseWish(typed), NOTHING)).toBeNull();
  });

  test('the basket alone is a request only while it has something', () => {
    expect(requestOf({ ...NO_WISH, basket: true }, NOTHING)).toBeNull();
    const selection = { ...NOTHING, images: ['sha256:a'] };
    expect(requestOf({ ...NO_WISH, basket: true }, selection)).toEqual({ rules: {}, selection });
    expect(requestOf(NO_WISH, selection)).toBeNull();
  });
});

describe('a plan in items', () => {
  test('an image with all its names is one item', () => {
    const steps = [
      planStep('untag', 'image:a', { target: 'app:1', freesDiskBytes: 0 }),
      planStep('delete-image', 'image:a', { name: 'app:2', hasDigest: true }),
    ];
    expect(planItems(steps)).toMatchObject([
      {
        key: 'image:a',
        name: 'app:2',
        places: [1, 2],
        untags: ['app:1'],
        freesDiskBytes: 4096,
        hasDigest: true,
      },
    ]);
  });

  test('an intermediate image belongs to the last image that was built on it', () => {
    const steps = ['top1', 'top2', 'middle', 'low'].map((id) => planStep('delete-image', `image:${id}`));
    const children: Record<string, string[]> = { middle: ['top1', 'top2'], low: ['middle', 'low'] };
    const items = planItems(steps, (id) => children[id] ?? null);
    expect(items.map((item) => [item.key, item.buildSteps, item.freesDiskBytes])).toEqual([
      ['image:top1', 0, 4096],
      ['image:top2', 2, 12288],
    ]);
  });

  test('one unmeasured step makes the sums unknown, never smaller', () => {
    const steps = [
      planStep('remove-container', 'container:a'),
      planStep('remove-container', 'container:b', { freesDiskBytes: null }),
    ];
    expect(planGroups({ steps })[0]?.freesDiskBytes).toBeNull();
  });
});

describe('words', () => {
  test('the button says what goes and how much of it', () => {
    const containers = [planStep('remove-container', 'container:c')];
    const images = samplePlan().steps;
    const cache = [planStep('prune-cache', 'build-cache:r')];
    expect(removeWords({ steps: images })).toBe('Remove 2 images');
    expect(removeWords({ steps: [...containers, ...images, ...cache] })).toBe(
      'Remove 1 container, 2 images and 1 build cache record',
    );
    expect(removeWords({ steps: [planStep('quarantine-orphan', 'orphan:overlay2/x')] })).toBe(
      'Move 1 orphan folder to the quarantine',
    );
    const refs = [{ kind: 'image' as const, id: 'a' }];
    expect(pruneWords({ key: 'dangling', refs })).toBe('Prune 1 dangling image');
  });

  test('what only moves to the quarantine is not said to be freed', () => {
    const orphan = planStep('quarantine-orphan', 'orphan:overlay2/x', { freesDiskBytes: 100 });
    const mixed = samplePlan({ steps: [...samplePlan().steps, orphan] });
    expect(planEffect(mixed)).toEqual({ frees: 8192, moves: 100, onlyMoves: false });
    expect(planEffect(samplePlan({ steps: [orphan] }))).toEqual({ frees: 0, moves: 100, onlyMoves: true });
    const unmeasured = samplePlan({ steps: [{ ...orphan, freesDiskBytes: null }], freesDiskBytes: null });
    expect(planEffect(unmeasured)).toEqual({ frees: null, moves: null, onlyMoves: true });
  });

  test('a list of receipts says moved where nothing left the disk', () => {
    const words = (freedDiskBytes: number | null, movedDiskBytes: number | null) =>
      freedWords(sampleReceipt({ freedDiskBytes, movedDiskBytes }), bytes);
    expect([words(4096, 0), words(4096, 4096), words(5120, 4096), words(null, null)]).toEqual([
      bytes(4096),
      `moved ${bytes(4096)}`,
      `${bytes(1024)}, moved ${bytes(4096)}`,
      bytes(null),
    ]);
  });

  test('losses are counted by kind, volumes first', () => {
    const loss = (kind: 'volume' | 'local-image' | 'writable-layer', target: string) => ({
      ...{ kind, target, name: target, bytes: null, what: '' },
    });
    expect(lossWords([loss('local-image', 'a'), loss('local-image', 'b'), loss('volume', 'c')])).toEqual([
      'everything in a volume',
      '2 images that are local only',
    ]);
  });

  test('a refusal is shown line by line, and its names cannot imitate others', () => {
    expect(changesIn('Stale. Changed:\nimage:a: tags: was x, is y\nimage:b: is: gone')).toHaveLength(2);
    expect(changesIn('another apply runs')).toEqual(['another apply runs']);
    expect(stageWords('delete-image app\u202e:1')).toBe('Delete image app\\u202e:1');
    expect(stageWords('Saving app:1')).toBe('Saving app:1');
  });

  test('two plans for one wish: what left, what came, what frees something else', () => {
    const before = samplePlan();
    const now = samplePlan({
      steps: [
        planStep('delete-image', 'image:b', { freesDiskBytes: 8192 }),
        planStep('delete-image', 'image:c'),
      ],
      stays: [{ target: 'a', name: 'a', because: 'a container uses it', conflict: 'soft' }],
    });
    expect(planChanges(before, now, bytes)).toEqual([
      'a stays now: a container uses it',
      'b frees 8.00 KiB now, not 4.00 KiB',
      'c is new in it',
    ]);
    expect(planChanges(before, before, bytes)).toEqual([]);
  });
});

describe('what stands in the way of removing', () => {
  const connection = (given: Partial<Connection>): Connection => ({ ...DEMO_CONNECTION, ...given });

  test('nothing, when the server may and the engine answers', () => {
    expect(hindranceOf(connection({ state: 'ready', mayPrune: true }), true)).toBeNull();
  });

  test('a read-only server says how to start one that may', () => {
    const hindrance = hindranceOf(connection({ state: 'ready', mayPrune: false }), true);
    expect(hindrance).toMatchObject({ kind: 'disabled', command: 'strata serve --allow-prune' });
  });

  test('a demo and a saved scan have no button at all', () => {
    for (const state of ['demo', 'file'] as const) {
      expect(hindranceOf(connection({ state, mayPrune: true }), true)?.kind).toBe('absent');
    }
  });

  test('without engine, server or any answer yet, nothing can be removed', () => {
    for (const state of ['no-engine', 'no-permission', 'lost'] as const) {
      expect(hindranceOf(connection({ state, mayPrune: true }), true)?.kind).toBe('disabled');
    }
    expect(hindranceOf(connection({ state: 'ready', mayPrune: true }), false)?.kind).toBe('disabled');
    expect(hindranceOf(null, true)?.kind).toBe('disabled');
  });
});

describe('receipts', () => {
  test('a kept promise is said to be kept to the byte', () => {
    expect(promiseWords(sampleReceipt(), bytes)).toBe('exactly what was promised');
  });

  test('where not every step was measured, what is known is a lower bound', () => {
    const part = sampleReceipt({ freedDiskBytes: null, freedAtLeastDiskBytes: 4096 });
    expect(freedWords(part, bytes)).toBe(`at least ${bytes(4096)}`);
  });

  test('what was done without a plan says what it was, and whether it ended', () => {
    const one = {
      kind: 'purge',
      id: '20260102-000000-aaaaaaaaaaaa',
      what: 'overlay2/a',
      startedAt: '2026-01-02T00:00:00.000Z',
      finishedAt: null,
      state: 'interrupted',
      who: null,
      freedDiskBytes: null,
      message: null,
    } as const;
    expect(eventWords(one, bytes)).toBe(`purged overlay2/a (interrupted); freed ${bytes(null)}`);
    expect(eventWords({ ...one, kind: 'put-back', state: 'done' }, bytes)).toBe('put back overlay2/a');
    expect(stateMeans({ ...one, state: 'failed', message: 'disk gone' })).toBe('disk gone');
    expect(stateMeans(one)).toMatch(/look whether it was done/);
  });

  test('what was not measured is not said to be kept, and not zero', () => {
    expect(promiseWords(sampleReceipt({ freedDiskBytes: null }), bytes)).toContain('not measured');
  });

  test('an apply that ended early says how far it came', () => {
    const receipt = sampleReceipt({ state: 'cancelled', stepsDone: 1, freedDiskBytes: 4096 });
    expect(promiseWords(receipt, bytes)).toBe('of 8.00 KiB promised; 1 step of 2 done');
  });

  test('a difference is named', () => {
    expect(promiseWords(sampleReceipt({ freedDiskBytes: 4096 }), bytes)).toBe(
      '4.00 KiB less than the 8.00 KiB promised',
    );
  });
});

describe('pins', () => {
  const index = indexStore(sampleDocument({ images: 20 }));
  const image = index.heads.find((one) => one.tags[0]?.includes(':'))!;
  const ref = { kind: 'image' as const, id: image.id };
  const none = { images: [], repositories: [], volumes: [], labels: [] };

  test('an image is pinned by its id, a name, its repository or a label', () => {
    const tag = image.tags[0]!;
    const repository = tag.slice(0, tag.lastIndexOf(':'));
    expect(pinnedBecause(ref, index, none)).toBeNull();
    expect(pinnedBecause(ref, index, { ...none, images: [image.id] })).toBe('pinned');
    expect(pinnedBecause(ref, index, { ...none, images: [tag] })).toBe(`pinned as ${tag}`);
    for (const glob of [repository, `${repository.slice(0, -1)}?`, '*']) {
      expect(pinnedBecause(ref, index, { ...none, repositories: [glob] })).toContain(glob);
    }
    expect(pinnedBecause(ref, index, { ...none, repositories: [`${repository}.`, 'x*'] })).toBeNull();
    // Every character of a name stands for itself, and none breaks the pattern.
    const odd = ['my-team/*', '$(reboot)', '[a-', '\\', '+?{', '^|/.'];
    expect(pinnedBecause(ref, index, { ...none, repositories: odd })).toBeNull();
  });

  test('unknown pins mark nothing, and what has no pins offers none', () => {
    expect(pinnedBecause(ref, index, null)).toBeNull();
    expect(pinnableOf({ kind: 'build-cache', id: 'x' }, index)).toBeNull();
    expect(pinnableOf(ref, index)?.names).toContain(image.tags[0]);
  });
});
