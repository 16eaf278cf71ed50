import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { StrataEvent } from '../../src-main/contract/api.ts';
import { createServices, type Services, type SourceOptions } from '../../src-main/services/index.ts';
import {
  fixtureFolder,
  startFakeEngine,
  type FakeEngine,
  type FakeEngineOptions,
} from '../support/fake-engine.ts';

const fixture = fixtureFolder('engine-28.5-graphdriver');
const signal = new AbortController().signal;
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** The recorded engine with its few tagged images: one inspect and one history each. */
async function fake(answers: FakeEngineOptions['answers'] = {}): Promise<FakeEngine> {
  const all = JSON.parse(readFileSync(join(fixture ?? '', 'api/images.json'), 'utf8')) as {
    RepoTags: string[] | null;
  }[];
  const tagged = all.filter(({ RepoTags }) => (RepoTags ?? []).length > 0).slice(0, 8);
  const images = { status: 200, body: JSON.stringify(tagged) };
  const engine = await startFakeEngine({
    fixture: fixture ?? undefined,
    answers: { '/images/json': images, ...answers },
  });
  closing.push(() => engine.close());
  return engine;
}

function services(source: Partial<SourceOptions & { kind: 'engine' }>, watch = false): Services {
  const stateDir = mkdtempSync(join(tmpdir(), 'strata-state-'));
  const made = createServices({
    source: { kind: 'engine', ...source },
    stateDir,
    env: { HOME: '/nonexistent' },
    mayPrune: true,
    watch,
  });
  closing.unshift(() => made.close());
  closing.push(async () => rmSync(stateDir, { recursive: true, force: true }));
  return made;
}

describe.skipIf(fixture === null)('an engine whose files are not on this machine', () => {
  test('is read through its API: names and chains stand, sizes on disk are unknown, and an issue says what to do', async () => {
    const { handlers } = services({ host: (await fake()).host });
    const document = await handlers['scan.document'](null, signal);

    expect(document.access).toBe('api');
    expect(document.images.length).toBeGreaterThan(3);
    expect(document.images.some(({ chain }) => chain.length > 3)).toBe(true);
    expect(Object.values(document.account)).toEqual(Object.values(document.account).map(() => null));
    expect(document.layers.every(({ diskBytes }) => diskBytes === null)).toBe(true);
    expect(document.reclaimable.dangling).toBeNull();
    expect(document.orphans).toEqual([]);
    expect(document.issues.some(({ what }) => what.includes('sudo strata scan -o'))).toBe(true);
    const connection = await handlers['connection.get'](null, signal);
    expect(connection).toMatchObject({ state: 'ready', access: 'api', mayPrune: true });
    expect(connection.accessWhy).not.toBeNull();
  });

  test('a data root that is not here at all is said to be in a VM, and no command promises more', async () => {
    const recorded = JSON.parse(readFileSync(join(fixture ?? '', 'api/info.json'), 'utf8')) as object;
    const info = { status: 200, body: JSON.stringify({ ...recorded, DockerRootDir: '/no/such/docker' }) };
    const { handlers } = services({ host: (await fake({ '/info': info })).host });
    await handlers['scan.document'](null, signal);
    const { limits } = await handlers['connection.get'](null, signal);
    expect(limits.join()).toContain('/no/such/docker is inside a VM or on another machine');
  });

  test('one image that the engine cannot describe is an issue; the others stand', async () => {
    const images = await services({ host: (await fake()).host }).handlers['scan.document'](null, signal);
    const broken = images.images.find(({ tags }) => tags.length > 0)?.id ?? '';
    const engine = await fake({
      [`/images/${broken}/json`]: { status: 500, body: '{"message":"layer does not exist"}' },
    });
    const document = await services({ host: engine.host }).handlers['scan.document'](null, signal);

    expect(document.images).toHaveLength(images.images.length);
    expect(document.issues).toContainEqual(
      expect.objectContaining({ where: expect.stringContaining(broken) as string }) as unknown,
    );
    expect(document.images.find(({ id }) => id === broken)?.uniqueDiskBytes).toBeNull();
  });

  test('disk usage that fails, fails alone', async () => {
    const engine = await fake({ '/system/df': { status: 500, body: '{"message":"disk usage broke"}' } });
    const document = await services({ host: engine.host }).handlers['scan.document'](null, signal);
    expect(document.images.length).toBeGreaterThan(3);
    expect(document.docker.layersBytes).toBeNull();
    expect(document.issues.some(({ what }) => what.includes('disk usage broke'))).toBe(true);
  });
});

describe('no engine', () => {
  test('is a state that says what was tried; only the account is an error', async () => {
    const { handlers } = services({ host: 'unix:///nonexistent.sock' });
    const connection = await handlers['connection.get'](null, signal);
    expect(connection).toMatchObject({ state: 'no-engine', mayPrune: false, access: null });
    expect(connection.tried).toMatchObject([{ endpoint: 'unix:///nonexistent.sock', code: 'ENOENT' }]);
    await expect(handlers['scan.document'](null, signal)).rejects.toMatchObject({ code: 'no-engine' });
  });

  test('with the demo allowed the demo is shown, marked, until an engine answers', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'strata-late-'));
    closing.push(async () => rmSync(dir, { recursive: true, force: true }));
    const { handlers } = services({ host: `unix://${dir}/none.sock`, demoIfNone: true });
    expect(await handlers['connection.get'](null, signal)).toMatchObject({ state: 'demo', mayPrune: false });
    expect((await handlers['scan.document'](null, signal)).images.length).toBeGreaterThan(10);
    expect(await handlers['connection.retry'](null, signal)).toMatchObject({ state: 'demo' });
  });

  test.skipIf(fixture === null)('a lost engine is told, and keeps the last account', async () => {
    const engine = await fake();
    const { handlers, onEvent } = services({ host: engine.host });
    const heard: StrataEvent[] = [];
    onEvent((event) => heard.push(event));
    const document = await handlers['scan.document'](null, signal);
    await engine.close();

    const { operationId } = await handlers['scan.start']({}, signal);
    await expect
      .poll(() => heard.some((event) => event.kind === 'finished' && event.operationId === operationId), {
        timeout: 30_000,
      })
      .toBe(true);
    expect(await handlers['connection.get'](null, signal)).toMatchObject({
      state: 'lost',
      mayPrune: false,
    });
    expect(await handlers['scan.document'](null, signal)).toEqual(document);
  });
});

test('a data root named by the user is read without an engine', async () => {
  const { handlers } = services({ host: 'unix:///nonexistent.sock', dataRoot: '/nonexistent' });
  await expect(handlers['scan.document'](null, signal)).rejects.toMatchObject({
    message: expect.stringContaining('/nonexistent') as string,
  });
});

test('a socket where nothing listens any more is named, with what to do', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'strata-dead-'));
  const socket = join(dir, 'engine.sock');
  const script = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script, socket]);
  const { handlers } = services({ host: `unix://${socket}` });
  await expect(handlers['scan.document'](null, signal)).rejects.toMatchObject({
    code: 'no-engine',
    message: `unix://${socket}: nothing listens there any more. Start the engine. A sample is shown with --demo.`,
  });
  rmSync(dir, { recursive: true });
});
