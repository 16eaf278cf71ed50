import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { StrataEvent } from '../../src-main/contract/api.ts';
import { createServices, type Services } from '../../src-main/services/index.ts';
import { startFakeEngine, type FakeEngine, type Misbehaviour } from '../support/fake-engine.ts';
import { writeStore } from '../support/write-store.ts';

const signal = new AbortController().signal;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const says = (body: unknown): Misbehaviour => ({ status: 200, body: JSON.stringify(body) });

/** An engine with a small store on this disk, whose answers on disk usage are as told. */
async function setUp(
  usage: Readonly<Record<string, Misbehaviour>>,
): Promise<Services & { engine: FakeEngine; heard: StrataEvent[] }> {
  const store = writeStore({
    layers: { base: { 'bin/sh': 'x'.repeat(50_000) } },
    images: { 'app:1': { layers: ['base'] } },
    buildkit: { ['a'.repeat(25)]: { files: { out: 'y'.repeat(9000) }, record: {} } },
  });
  closing.push(() => store.remove());
  const { id } = store.images['app:1']!;
  const image = {
    Id: id,
    RepoTags: ['app:1'],
    Created: 1_700_000_000,
    Size: 50_000,
    SharedSize: -1,
    Containers: -1,
  };
  const engine = await startFakeEngine({
    answers: {
      '/version': says({ Version: '28.5.2', ApiVersion: '1.51', MinAPIVersion: '1.24' }),
      '/info': says({
        ID: '7f1f1b0c-0000-4000-8000-000000000000',
        Driver: 'overlay2',
        DockerRootDir: store.root,
      }),
      '/images/json': says([image]),
      '/containers/json': says([]),
      '/volumes': says({ Volumes: [] }),
      ...usage,
    },
  });
  closing.push(() => engine.close());
  const stateDir = mkdtempSync(join(tmpdir(), 'strata-state-'));
  closing.push(() => rmSync(stateDir, { recursive: true, force: true }));
  const services = createServices({
    source: { kind: 'engine', host: engine.host },
    stateDir,
    env: { HOME: '/nonexistent' },
    mayPrune: true,
  });
  closing.push(() => services.close());
  const heard: StrataEvent[] = [];
  services.onEvent((event) => heard.push(event));
  return { ...services, engine, heard };
}

test('with disk usage that hangs, screens have the exact account; whoever wants all waits once, not twice', async () => {
  const { handlers, engine } = await setUp({ '/system/df': 'hang' });
  const soFar = (): ReturnType<(typeof handlers)['scan.document']> =>
    handlers['scan.document']({ soFar: true }, signal);

  expect((await soFar()).images.map(({ tags }) => tags)).toEqual([['app:1']]);
  await expect.poll(async () => (await soFar()).partial, { timeout: 30_000 }).toBeNull();
  const shown = await soFar();
  expect(shown.docker).toMatchObject({ layersBytes: null, pending: true });
  expect(shown.account.dataRootDiskBytes).toBeGreaterThan(50_000);
  expect(shown.buildCache).toMatchObject([{ inUse: true }]);
  expect(shown.buildCache[0]?.useUnknown).toMatch(/not listed its build cache yet/);
  expect(shown.reclaimable.buildCache).toBeNull();

  const all = await handlers['scan.document'](null, signal);
  expect(all.account).toEqual(shown.account);
  expect(all.docker.pending).toBeUndefined();
  expect(all.buildCache[0]?.useUnknown).toMatch(/did not list its build cache/);
  expect(all.issues).toContainEqual({
    where: 'engine /system/df',
    what: expect.stringContaining('did not come in time') as string,
  });
  const asked = engine.requests.filter((line) => line.includes('/system/df'));
  expect(new Set(asked).size).toBe(asked.length);
}, 60_000);

test('a build cache that is listed in time is in no doubt, although Docker’s sizes hang', async () => {
  const record = {
    ID: 'a'.repeat(25),
    Type: 'regular',
    Description: 'RUN make',
    InUse: false,
    Shared: false,
    Size: 9000,
    CreatedAt: '2026-01-02T03:04:05Z',
    UsageCount: 1,
  };
  const { handlers } = await setUp({
    '/system/df?type=build-cache': says({ LayersSize: 0, BuildCache: [record] }),
    '/system/df': 'hang',
  });
  const all = await handlers['scan.document'](null, signal);
  expect(all.buildCache).toMatchObject([{ inUse: false, description: 'RUN make' }]);
  expect(all.reclaimable.buildCache).toBeGreaterThanOrEqual(9000);
  expect(all.docker.layersBytes).toBeNull();
}, 60_000);

test('cancelled while only Docker’s sizes are waited for, the account is whole without them', async () => {
  const { handlers, heard } = await setUp({ '/system/df': 'hang' });
  const first = await handlers['scan.document']({ soFar: true }, signal);
  const { operationId } = await handlers['scan.start']({}, signal);
  await expect
    .poll(async () => (await handlers['scan.document']({ soFar: true }, signal)).docker.pending, {
      timeout: 30_000,
    })
    .toBe(true);
  await expect
    .poll(async () => (await handlers['scan.document']({ soFar: true }, signal)).partial, { timeout: 30_000 })
    .toBeNull();
  await handlers['operation.cancel']({ operationId }, signal);
  const all = await handlers['scan.document'](null, signal);
  expect(all.takenAt).toBe(first.takenAt);
  expect(all).toMatchObject({ partial: null, account: { dataRootDiskBytes: expect.any(Number) as number } });
  expect(heard).toContainEqual(expect.objectContaining({ kind: 'finished', operationId, outcome: 'done' }));
}, 60_000);

test('without the files, names are there while the engine is asked for each image, and stay when that is cancelled', async () => {
  const elsewhere = { ID: 'x', Driver: 'overlay2', DockerRootDir: '/nonexistent' };
  const { handlers, heard } = await setUp({ '/info': says(elsewhere), '/system/df': 'hang' });
  const soFar = await handlers['scan.document']({ soFar: true }, signal);
  expect(soFar).toMatchObject({ access: 'api', partial: { measured: 0, total: 1, of: 'images' } });
  expect(soFar.images).toMatchObject([{ tags: ['app:1'], bytes: 50_000, diskBytes: null }]);
  const { operationId } = await handlers['scan.start']({}, signal);
  await handlers['operation.cancel']({ operationId }, signal);
  await expect.poll(() => heard.some((event) => event.kind === 'finished'), { timeout: 30_000 }).toBe(true);
  expect(heard).toContainEqual(expect.objectContaining({ outcome: 'cancelled' }));
  const left = await handlers['scan.document']({ soFar: true }, signal);
  expect(left.images.map(({ tags }) => tags)).toEqual([['app:1']]);
  expect(left.partial).not.toBeNull();
  expect(await handlers['connection.get'](null, signal)).toMatchObject({ access: 'api' });
});
