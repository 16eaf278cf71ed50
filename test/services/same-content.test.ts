import { expect, test } from 'vitest';
import type { StrataEvent } from '../../src-main/contract/api.ts';
import type { LayerTree } from '../../src-main/model/tree.ts';
import type { ServiceContext } from '../../src-main/services/context.ts';
import type { ImageTrees, InsideTree } from '../../src-main/services/inside/image-trees.ts';
import { createSameContent } from '../../src-main/services/inside/same-content.ts';
import { createOperations } from '../../src-main/services/operations.ts';
import { buildSnapshot, chainIdOf, type Sketch } from '../support/build-snapshot.ts';
import { buildTree } from '../support/build-tree.ts';

const BIG = 300_000_000; // too large to be hashed by the search itself
const { signal } = new AbortController();
const layer = (paths: Record<string, bigint>): LayerTree =>
  buildTree(
    Object.fromEntries(Object.entries(paths).map(([path, checksum]) => [path, { size: BIG, checksum }])),
  );

/** The search over a store whose layers have these trees, by path: `base/api`. */
function searching(sketch: Sketch, trees: Record<string, LayerTree | Error | 'walked'>) {
  const events: StrataEvent[] = [];
  const snapshot = buildSnapshot(sketch);
  const byId = new Map(Object.entries(trees).map(([path, tree]) => [chainIdOf(path) as string, tree]));
  const context = {
    kind: 'engine',
    scans: { shown: () => Promise.resolve({ ...snapshot, dataRoot: '/nowhere' }) },
    source: { state: () => Promise.resolve({ state: 'ready' }) },
    operations: createOperations((event) => events.push(event)),
  } as unknown as ServiceContext;
  const images = {
    tree: ({ chain: [chainId] }: { chain: string[] }): Promise<InsideTree> => {
      const tree = byId.get(chainId!)!;
      if (tree instanceof Error) return Promise.reject(tree);
      return Promise.resolve(
        tree === 'walked'
          ? { tree: { ...layer({ '/a': 1n }), checksums: null }, source: 'disk' }
          : { tree, source: 'tar-split' },
      );
    },
  } as unknown as ImageTrees;
  return { same: createSameContent(context, images), events, operations: context.operations };
}

const sketch = { images: { api: ['base', 'api'], web: ['other', 'web'] } };
const library = { 'base/api': layer({ '/lib/a.so': 7n }), 'other/web': layer({ '/opt/a.so': 7n }) };
const none = { base: layer({}), other: layer({}) };

test('files of two layers with their places, steps and images; what was not read is only probable', async () => {
  const { same, events } = searching(sketch, { ...none, ...library });
  const { operationId } = await same.start(signal);
  const report = await same.report(operationId);
  expect(report).toMatchObject({ layers: 4, files: 2, groupCount: 1, savesBytes: BIG, problems: [] });
  expect(report.groups[0]).toMatchObject({
    bytes: BIG,
    copies: 2,
    sameness: 'probable',
    imageCount: 2,
    places: [
      { chainId: chainIdOf('base/api'), path: '/lib/a.so' },
      { chainId: chainIdOf('other/web'), path: '/opt/a.so' },
    ],
  });
  expect(events.at(-1)).toMatchObject({ kind: 'finished', operationId, outcome: 'done' });
  expect(events[0]).toMatchObject({ kind: 'progress', progress: { stage: 'Reading file lists', total: 4 } });
});

test('layers without a list or that can not be read are named, the others compared', async () => {
  const { same } = searching(sketch, { base: 'walked', other: new Error('it is gone'), ...library });
  const report = await same.report((await same.start(signal)).operationId);
  expect(report).toMatchObject({ layers: 2, groupCount: 1 });
  expect(report.problems).toEqual([
    'Not compared, 1 layer: the engine has no file list of it, so no checksums',
    'Not compared, 1 layer: it is gone',
  ]);
});

test('a layer stored twice is told: what lies in it is counted there, too', async () => {
  const twice = { images: { api: ['base', 'lib'], web: ['other', 'lib'] } };
  const lib = layer({ '/a.so': 7n });
  const { same } = searching(twice, { ...none, 'base/lib': lib, 'other/lib': lib });
  const report = await same.report((await same.start(signal)).operationId);
  expect(report).toMatchObject({ savesBytes: BIG, inTwinLayersBytes: BIG });
});

test('what can not be read when asked to make sure stays probable, with the reason', async () => {
  const { same } = searching(sketch, { ...none, ...library });
  const { operationId } = await same.start(signal);
  const { groups } = await same.report(operationId);
  const confirmed = await same.confirm(groups[0]!.id, signal);
  expect(confirmed).toMatchObject([{ sameness: 'probable' }]);
  expect(confirmed[0]!.problem).toContain('Not all copies could be read');
  expect((await same.report(operationId)).groups).toEqual(confirmed);
  await expect(same.confirm('no such group', signal)).rejects.toMatchObject({ code: 'not-found' });
});

test('a cancelled search ends as cancelled; an earlier one is not kept', async () => {
  const { same, events, operations } = searching(sketch, { ...none, ...library });
  const first = await same.start(signal);
  await same.report(first.operationId);
  const second = await same.start(signal);
  operations.cancel(second.operationId);
  await expect(same.report(second.operationId)).rejects.toMatchObject({ code: 'cancelled' });
  expect(events.at(-1)).toMatchObject({ operationId: second.operationId, outcome: 'cancelled' });
  await expect(same.report(first.operationId)).rejects.toMatchObject({ code: 'not-found' });
  await expect(same.start(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
});
