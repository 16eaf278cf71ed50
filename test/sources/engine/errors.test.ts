import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { NoAnswer } from '../../../src-main/contract/errors.ts';
import { connectEngine, type Engine, type EngineSearch } from '../../../src-main/sources/engine/index.ts';
import { connectionFailure } from '../../../src-main/sources/engine/failure.ts';
import { startFakeEngine, type FakeEngine, type Misbehaviour } from '../../support/fake-engine.ts';

const open: FakeEngine[] = [];
afterEach(async () => {
  for (const fake of open.splice(0)) await fake.close();
});

const connect = (host: string, timeoutMs = 30_000): Promise<EngineSearch> =>
  connectEngine({ host, env: {}, home: '/nonexistent', timeoutMs });

const said = (body: unknown, status = 200): Misbehaviour => ({ status, body: JSON.stringify(body) });
const VERSION = said({ Version: '28.0.0', ApiVersion: '1.48', MinAPIVersion: '1.24' });
const INFO = said({ ID: 'e', Driver: 'overlay2', DriverStatus: [], DockerRootDir: '/d' });
const HEALTHY = {
  '/version': VERSION,
  '/info': INFO,
  '/images/json': said([]),
  '/containers/json': said([]),
  '/volumes': said({ Volumes: null }),
  '/system/df': said({ LayersSize: 0, Images: [], BuildCache: null }),
};

async function fake(answers: Record<string, Misbehaviour>): Promise<FakeEngine> {
  const started = await startFakeEngine({ answers });
  open.push(started);
  return started;
}

async function engineWith(
  answers: Record<string, Misbehaviour>,
): Promise<{ engine: Engine; fake: FakeEngine }> {
  const started = await fake({ ...HEALTHY, ...answers });
  const found = await connect(started.host);
  if (found.kind === 'none') throw new Error(JSON.stringify(found.tried));
  return { engine: found.engine, fake: started };
}

describe('no engine', () => {
  test('a socket that is not there', async () => {
    const found = await connect('unix:///nonexistent/docker.sock');
    expect(found.tried).toMatchObject([{ code: 'ENOENT', kind: 'no-engine', error: 'does not exist' }]);
  });

  test('a socket nobody listens on', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'strata-dead-'));
    writeFileSync(join(dir, 'docker.sock'), '');
    const found = await connect(`unix://${dir}/docker.sock`);
    rmSync(dir, { recursive: true });
    expect(found.tried).toMatchObject([{ code: 'ECONNREFUSED', kind: 'no-engine' }]);
  });

  test('every known place is tried and listed', async () => {
    const found = await connectEngine({ env: { XDG_RUNTIME_DIR: '/nonexistent' }, home: '/nonexistent' });
    if (found.kind === 'none') expect(found.tried.length).toBeGreaterThan(8);
  });

  test('a missing right comes with the advice', () => {
    const error = connectionFailure('unix:///s', Object.assign(new Error('denied'), { code: 'EACCES' }));
    expect(error.code).toBe('no-permission');
    expect(error.message).toMatch(/usermod -aG docker/);
  });

  test('ssh is refused with the way around it', async () => {
    const found = await connect('ssh://me@far');
    expect(found.tried).toMatchObject([{ kind: 'unsupported' }]);
    expect(found.tried[0]?.error).toMatch(/ssh -nNT -L .* me@far/);
  });

  test('an address that is none', async () => {
    for (const host of ['http://x', 'unix://', 'tcp://', 'fd://']) {
      expect((await connect(host)).tried).toMatchObject([{ kind: 'bad-request' }]);
    }
  });
});

describe('something that is no engine', () => {
  test.each<[string, Misbehaviour]>([
    ['answers garbage', 'garbage'],
    ['cuts the connection', 'reset'],
    ['hangs', 'hang'],
    ['breaks off in the middle', 'half'],
    ['answers a web page', { status: 200, body: '<html></html>' }],
    ['answers other JSON', said({ hello: 'world' })],
    ['claims a version that is a path', said({ Version: 'x', ApiVersion: '1.41/../..' })],
    ['sends us elsewhere', { status: 302, body: '', location: 'http://127.0.0.1:1/' }],
    ['sends us to a scheme that is none', { status: 301, body: '', location: 'nothing://x' }],
  ])('one that %s is an error in words', async (_what, behaviour) => {
    const found = await connect((await fake({ '/version': behaviour })).host, 1500);
    expect(found.kind).toBe('none');
    expect(found.tried).toMatchObject([{ kind: 'failed' }]);
    expect(found.tried[0]?.error).not.toBe('');
  });
});

test('engines that are too new or too old are refused by name', async () => {
  const newer = await fake({ '/version': said({ Version: '40', ApiVersion: '2.9', MinAPIVersion: '2.0' }) });
  expect((await connect(newer.host)).tried).toMatchObject([{ kind: 'unsupported' }]);
  const older = await fake({ '/version': said({ Version: '1.9', ApiVersion: '1.21' }) });
  expect((await connect(older.host)).tried).toMatchObject([{ kind: 'unsupported' }]);
});

test('an environment made for another client does not change the address', async () => {
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = 'tcp://[broken';
  try {
    const { engine } = await engineWith({});
    expect((await engine.read({})).images).toEqual([]);
    expect(process.env.DOCKER_HOST).toBe('tcp://[broken');
  } finally {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  }
});

describe('a list that fails alone', () => {
  test.each<[string, Misbehaviour]>([
    ['is refused', said({ message: 'layer does not exist' }, 500)],
    ['breaks off', 'half'],
    ['is cut', 'reset'],
    ['is no list', said({ Images: [] })],
    ['has an item without id', said([{ Names: ['/x'] }])],
  ])('is null with an issue when it %s, never empty', async (_how, behaviour) => {
    const { engine } = await engineWith({ '/containers/json': behaviour });
    const records = await engine.read({});
    expect(records.containers).toBeNull();
    expect(records.images).toEqual([]);
    expect(records.issues).toMatchObject([{ where: 'engine /containers' }]);
  });

  test('keeps the words of the engine', async () => {
    const { engine } = await engineWith({ '/images/json': said({ message: 'layer does not exist' }, 500) });
    expect((await engine.read({})).issues[0]?.what).toMatch(/layer does not exist/);
  });

  test('a build cache that is null is an empty one, a failed disk usage is not', async () => {
    expect((await (await engineWith({})).engine.read({})).buildCache).toEqual([]);
    const broken = await engineWith({ '/system/df': said({ message: 'boom' }, 500) });
    expect((await broken.engine.read({})).buildCache).toBeNull();
  });
});

test('a reading that is cancelled ends at once and says so', async () => {
  const { engine } = await engineWith({ '/system/df': 'hang' });
  const stop = new AbortController();
  const reading = engine.read({ signal: stop.signal });
  setTimeout(() => stop.abort(), 50);
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
});

test('without /info there is nothing to tell', async () => {
  const { engine } = await engineWith({ '/info': said({ message: 'no' }, 500) });
  await expect(engine.read({})).rejects.toMatchObject({ code: 'failed' });
});

describe('watching', () => {
  test('ends quietly with its signal, and gives what happened before', async () => {
    const line = JSON.stringify({
      Type: 'image',
      Action: 'untag',
      Actor: { ID: 'sha256:1' },
      timeNano: 2_500_000,
    });
    const noise = JSON.stringify({
      Type: 'container',
      Action: 'exec_start: sh',
      Actor: { ID: 'c' },
      time: 1,
    });
    const { engine } = await engineWith({ '/events': { status: 200, body: `${noise}\n${line}\n` } });
    const stop = new AbortController();
    const seen: unknown[] = [];
    await engine.watch((event) => {
      seen.push(event);
      stop.abort();
    }, stop.signal);
    expect(seen).toEqual([
      { type: 'image', action: 'untag', id: 'sha256:1', name: '', image: null, atMs: 2 },
    ]);
  });

  test.each<[string, Misbehaviour]>([
    ['ends', { status: 200, body: '' }],
    ['breaks', 'half'],
    ['is garbage', { status: 200, body: 'what?\n' }],
    ['is refused', said({ message: 'no' }, 500)],
  ])('throws when the stream %s', async (_how, behaviour) => {
    const { engine } = await engineWith({ '/events': behaviour });
    await expect(engine.watch(() => undefined, new AbortController().signal)).rejects.toMatchObject({
      name: 'StrataError',
    });
  });
});

describe('acting', () => {
  test('never forces, and keeps untagged parents unless told', async () => {
    const { engine, fake: server } = await engineWith({
      '/images/reg.example:5000/team/app:1': said([
        { Untagged: 'reg.example:5000/team/app:1' },
        { Deleted: 'sha256:1' },
      ]),
    });
    const removed = await engine.actions.untag('reg.example:5000/team/app:1');
    expect(removed).toEqual({ untagged: ['reg.example:5000/team/app:1'], deleted: ['sha256:1'] });
    expect(server.requests.at(-1)).toBe('DELETE /v1.48/images/reg.example:5000/team/app:1?force=0&noprune=1');
  });

  test('a name that is a path or a query is refused before anything is sent', async () => {
    const { engine, fake: server } = await engineWith({});
    const before = server.requests.length;
    for (const bad of ['../containers/x', 'a?force=1', 'a/../b', '', 'a b', 'x#y', '/a']) {
      await expect(engine.actions.removeImage(bad)).rejects.toMatchObject({ code: 'bad-request' });
      await expect(engine.actions.removeContainer(`x/${bad}`)).rejects.toMatchObject({ code: 'bad-request' });
      await expect(engine.actions.removeVolume(`x/${bad}`)).rejects.toMatchObject({ code: 'bad-request' });
      await expect(engine.actions.pruneCache(bad)).rejects.toMatchObject({ code: 'bad-request' });
    }
    expect(server.requests.length).toBe(before);
  });

  test('a cache record that the engine keeps is an error, not a success', async () => {
    const { engine } = await engineWith({ '/build/prune': said({ CachesDeleted: null, SpaceReclaimed: 0 }) });
    await expect(engine.actions.pruneCache('a'.repeat(25))).rejects.toMatchObject({ code: 'busy' });
  });

  test('an aborted removal closes its request, and is no refusal: it may have happened', async () => {
    const { engine, fake: server } = await engineWith({ '/volumes/data': 'hang' });
    const aborter = new AbortController();
    const removing = engine.actions.removeVolume('data', aborter.signal);
    const refused = expect(removing).rejects.toBeInstanceOf(NoAnswer);
    await expect.poll(() => server.requests.at(-1)).toBe('DELETE /v1.48/volumes/data?force=0');
    expect(server.left).toEqual([]);
    aborter.abort();
    await refused;
    await expect.poll(() => server.left).toEqual(['DELETE /v1.48/volumes/data?force=0']);
  });

  test('a connection that is cut in the middle of a removal is no refusal either', async () => {
    const { engine } = await engineWith({ '/volumes/data': 'reset' });
    await expect(engine.actions.removeVolume('data')).rejects.toBeInstanceOf(NoAnswer);
  });

  test('a load that fails in the middle of its answer is an error', async () => {
    const lines = '{"stream":"Loading"}\n{"errorDetail":{"message":"bad tar"},"error":"bad tar"}\n';
    const { engine } = await engineWith({ '/images/load': { status: 200, body: lines } });
    await expect(engine.actions.loadImage(Readable.from([Buffer.alloc(10)]))).rejects.toThrow(/bad tar/);
  });

  test.each([
    [404, 'not-found'],
    [409, 'busy'],
    [500, 'failed'],
  ])('status %i comes as %s with the words of the engine', async (status, code) => {
    const { engine } = await engineWith({
      '/volumes/data': said({ message: 'volume is in use - [abc]' }, status),
    });
    await expect(engine.actions.removeVolume('data')).rejects.toMatchObject({
      code,
      message: 'The engine says: volume is in use - [abc]',
    });
  });
});
