import { expect, test } from 'vitest';
import { storeGraph } from '../../src-main/analysis/graph.ts';
import { orphansOf } from '../../src-main/analysis/orphans.ts';
import { reclaimable } from '../../src-main/analysis/reclaimable.ts';
import type { EngineFacts, OverlayFolder } from '../../src-main/model/store.ts';
import { TAKEN_AT_MS, buildSnapshot, cacheIdOf } from '../support/build-snapshot.ts';

const facts: EngineFacts = {
  endpoint: 'unix:///var/run/docker.sock',
  version: '28.5.2',
  apiVersion: '1.51',
  driver: 'overlay2',
  dataRoot: '/var/lib/docker',
  rootless: false,
  startedAtMs: TAKEN_AT_MS - 3_600_000,
};
const lost = buildSnapshot({ unowned: ['lost'] });
const withFolder = (changes: Partial<OverlayFolder>) => ({
  ...lost,
  folders: lost.folders.map((folder) => ({ ...folder, ...changes })),
});

test('an old folder that nobody names is an orphan, with its evidence', () => {
  const [orphan, ...more] = orphansOf(lost);
  expect(more).toEqual([]);
  expect(orphan?.path).toBe(`overlay2/${cacheIdOf('lost')}`);
  expect(orphan?.evidence.length).toBeGreaterThan(4);
});

test('without every proof it is none', () => {
  expect(orphansOf(withFolder({ mounted: true }))).toEqual([]);
  expect(orphansOf(withFolder({ unchangedBetweenLooks: false }))).toEqual([]);
  expect(orphansOf(withFolder({ modifiedMs: null }))).toEqual([]);
  expect(orphansOf(withFolder({ name: 'my-backup' }))).toEqual([]);
  expect(orphansOf(withFolder({ modifiedMs: TAKEN_AT_MS - 60_000 }))).toEqual([]);
  expect(orphansOf({ ...lost, ownersIncomplete: 'snapshots.db is cut' })).toEqual([]);
});

test('beside an engine only its start proves that nobody is still writing', () => {
  const before = withFolder({ modifiedMs: TAKEN_AT_MS - 2 * 3_600_000 });
  const since = withFolder({ modifiedMs: TAKEN_AT_MS - 1_800_000 });
  expect(orphansOf({ ...before, engine: facts })).toHaveLength(1);
  expect(orphansOf({ ...since, engine: facts })).toEqual([]);
  // Its start unknown, a long pull may be hours old.
  expect(orphansOf({ ...before, engine: { ...facts, startedAtMs: null } })).toEqual([]);
  expect(orphansOf({ ...lost, engine: { ...facts, startedAtMs: null } })).toHaveLength(1);
});

test('without an engine a day must have passed: one that was not found may be pulling all the same', () => {
  const hours = (age: number) => withFolder({ modifiedMs: TAKEN_AT_MS - age * 3_600_000 });
  expect(orphansOf(hours(23))).toEqual([]);
  expect(orphansOf(hours(25))).toHaveLength(1);
});

test('a folder with an owner is never one', () => {
  expect(
    orphansOf(
      buildSnapshot({ images: { api: ['base'] }, containers: { one: 'api' }, buildCache: { rec: [] } }),
    ),
  ).toEqual([]);
});

test('while not all owners are known, what orphans hold is unknown, not nothing', () => {
  const { orphans } = reclaimable(storeGraph({ ...lost, ownersIncomplete: 'snapshots.db is cut' }));
  expect(orphans.state).toBe('unknown');
  const without = buildSnapshot({ images: { api: ['base'] } }, { ownersIncomplete: 'snapshots.db is cut' });
  expect(reclaimable(storeGraph(without)).orphans).toEqual({ state: 'known', bytes: 0 });
});
