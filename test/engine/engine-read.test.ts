import { existsSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectEngine, type Engine, type EngineEvent } from '../../src-main/sources/engine/index.ts';
import type { EngineRecords } from '../../src-main/sources/engine/records.ts';
import { haveEngine, makeImages, startEngine, type TestEngine } from '../support/engine.ts';

async function connected(docker: TestEngine): Promise<Engine> {
  const found = await connectEngine({ host: docker.host, env: {}, home: '/nonexistent' });
  if (found.kind === 'none') throw new Error(JSON.stringify(found.tried));
  return found.engine;
}

/** The engine lists items of the same second in any order. */
const byId = <T extends { readonly id: string }>(items: readonly T[] | null): T[] =>
  [...(items ?? expect.fail('no list'))].sort((one, other) => (one.id < other.id ? -1 : 1));

/** What `docker` prints for a format, one item a line. */
const lines = (docker: TestEngine, ...args: string[]): string[] =>
  docker
    .docker(args)
    .split('\n')
    .filter((line) => line !== '')
    .sort();

describe.skipIf(!haveEngine())('a real engine', () => {
  let docker: TestEngine;
  let engine: Engine;
  beforeAll(async () => {
    docker = startEngine();
    makeImages(docker);
    engine = await connected(docker);
  });
  afterAll(() => docker?.remove());

  const named = (records: EngineRecords, name: string) =>
    records.containers?.find((container) => container.name === name) ?? expect.fail(`no container ${name}`);
  const tagged = (records: EngineRecords, tag: string) =>
    records.images?.find((image) => image.tags.includes(tag)) ?? expect.fail(`no image ${tag}`);

  test('is read as its own client shows it', async () => {
    const records = await engine.read({ sizes: true });

    expect(records.issues).toEqual([]);
    expect(records.store).toBe('graphdriver');
    expect(records.facts.dataRoot).toBe(docker.dataRoot);
    expect(records.engineId).toBe(docker.docker(['info', '-f', '{{.ID}}']));
    expect(records.images?.map((image) => image.id).sort()).toEqual([
      ...new Set(lines(docker, 'images', '-aq', '--no-trunc')),
    ]);
    expect(records.containers?.map((one) => one.id).sort()).toEqual(lines(docker, 'ps', '-aq', '--no-trunc'));
    expect(records.volumes?.map((volume) => volume.name).sort()).toEqual(lines(docker, 'volume', 'ls', '-q'));
    expect(records.buildCache?.length).toBeGreaterThan(5);
    expect(named(records, 'strata-running')).toMatchObject({ state: 'running', labels: { tier: 'web' } });
    expect(named(records, 'strata-paused').state).toBe('paused');
    expect(named(records, 'strata-stopped').writableBytes).toBeGreaterThan(60_000);
    expect(records.volumes?.find((volume) => volume.name === 'strata-data')).toMatchObject({ refCount: 1 });
    expect(tagged(records, 'strata/app-a:1.2').tags.length).toBe(3);
  });

  test('started before its first image, and not long before now', async () => {
    const { facts, images } = await engine.read({ diskUsage: false });
    const first = Math.min(...(images ?? []).map((image) => image.createdAtMs ?? Infinity));
    expect(facts.startedAtMs).not.toBeNull();
    expect(facts.startedAtMs).toBeLessThan(first + 1000);
    expect(facts.startedAtMs).toBeGreaterThan(Date.now() - 3_600_000);
  });

  test('gives changes and files of a container', async () => {
    const records = await engine.read({ diskUsage: false });
    const { id } = named(records, 'strata-running');
    expect(await engine.changes(id)).toContainEqual({ path: '/opt/conf/1.conf', kind: 'deleted' });
    expect(await engine.changes(id)).toContainEqual({ path: '/tmp/log', kind: 'added' });
    const tar = await buffer(await engine.archive(id, '/tmp/log'));
    expect(tar.length).toBeGreaterThanOrEqual(50_000);
    await expect(engine.archive(id, '/nothing')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('tells what happens while it happens', async () => {
    const stop = new AbortController();
    const seen: EngineEvent[] = [];
    let heard: () => void = () => undefined;
    const tag = new Promise<void>((resolve) => (heard = resolve));
    const watching = engine.watch((event) => {
      seen.push(event);
      if (event.action === 'untag') heard();
    }, stop.signal);
    // Events before the stream stands aren't told: keep making some until one comes.
    const again = setInterval(() => {
      docker.docker(['tag', 'strata/void:1', 'strata/void:seen']);
      docker.docker(['rmi', 'strata/void:seen']);
    }, 300);
    await tag;
    clearInterval(again);
    stop.abort();
    await watching;
    expect(seen.every((event) => event.type === 'image' && event.id.startsWith('sha256:'))).toBe(true);
  });

  test('keeps what is in use, and says why in its own words', async () => {
    const records = await engine.read({ diskUsage: false });
    const { id } = named(records, 'strata-running');
    const inUse = (words: RegExp) => ({ code: 'busy', message: expect.stringMatching(words) });
    await expect(engine.actions.removeContainer(id)).rejects.toMatchObject(inUse(/running container/));
    await expect(engine.actions.untag('strata/app-b:1.0')).rejects.toMatchObject(inUse(/is using/));
    await expect(engine.actions.removeImage(tagged(records, 'strata/app-a:1.0').id)).rejects.toMatchObject(
      inUse(/container|being used/),
    );
    await expect(engine.actions.removeVolume('strata-data')).rejects.toMatchObject(inUse(/in use/));
    await expect(engine.actions.removeVolume('never-was')).rejects.toMatchObject({ code: 'not-found' });
    const after = await engine.read({ diskUsage: false });
    expect(byId(after.images)).toEqual(byId(records.images));
    expect(byId(after.containers)).toEqual(byId(records.containers));
  });

  test('loses one name by untag, and the image with its last', async () => {
    const before = await engine.read({ diskUsage: false });
    const { id } = tagged(before, 'strata/many:1');
    docker.docker(['tag', 'strata/many:1', 'strata/many:2']);
    expect(await engine.actions.untag('strata/many:1')).toEqual({ untagged: ['strata/many:1'], deleted: [] });
    const last = await engine.actions.untag('strata/many:2');
    expect(last.untagged).toEqual(['strata/many:2']);
    // The image and its own topmost layer: the intermediate image below, kept by noprune, holds the others.
    expect(last.deleted.length).toBe(2);
    expect(last.deleted[0]).toBe(id);

    const after = await engine.read({ diskUsage: false });
    const ids = new Set(after.images?.map((image) => image.id));
    expect(before.images?.filter((image) => !ids.has(image.id)).map((image) => image.id)).toEqual([id]);
  });

  test('removes a stopped container, an unused volume, one record of build cache', async () => {
    const before = await engine.read({});
    const { id } = named(before, 'strata-stopped');
    await engine.actions.removeContainer(id);
    await engine.actions.removeVolume('strata-unused');
    const parents = new Set(before.buildCache?.flatMap((record) => record.parents));
    const leaf = before.buildCache?.find((record) => !record.shared && !parents.has(record.id));
    const pruned = await engine.actions.pruneCache(leaf?.id ?? '');

    const after = await engine.read({});
    expect(pruned).toEqual({ deleted: [leaf?.id], bytes: leaf?.bytes });
    expect(after.containers?.length).toBe((before.containers?.length ?? 0) - 1);
    expect(after.volumes?.map((volume) => volume.name)).not.toContain('strata-unused');
    expect(after.buildCache?.map((record) => record.id).sort()).toEqual(
      before.buildCache
        ?.map((record) => record.id)
        .filter((record) => record !== leaf?.id)
        .sort(),
    );
  });

  test('gives an image as a tar, and takes it back the same', async () => {
    const { id } = tagged(await engine.read({ diskUsage: false }), 'strata/ops:1');
    const tar = await buffer(await engine.actions.saveImage(['strata/ops:1']));
    await engine.actions.removeImage('strata/ops:1', { noprune: true });
    const body = new PassThrough();
    body.end(tar);
    expect(await engine.actions.loadImage(body)).toEqual([expect.stringContaining('strata/ops:1')]);
    expect(tagged(await engine.read({ diskUsage: false }), 'strata/ops:1').id).toBe(id);
  });
});

describe.skipIf(!haveEngine())('an engine that dies', () => {
  test('ends readings and watchers with an error, and is read again after a restart', async () => {
    const docker = startEngine();
    try {
      makeImages(docker, { mb: 2, imagesOnly: true });
      const engine = await connected(docker);
      const before = await engine.read({ diskUsage: false });
      const { id } = before.images?.find((image) => image.tags.includes('strata/base:1')) ?? expect.fail();
      const watching = engine.watch(() => undefined, new AbortController().signal);
      const archive = await engine.actions.saveImage([id]);
      const ended = [
        expect(watching).rejects.toBeInstanceOf(Error),
        expect(buffer(archive)).rejects.toThrow(),
      ];

      docker.kill9();
      await Promise.all(ended);
      await expect(engine.read({})).rejects.toMatchObject({ code: 'no-engine' });
      expect(existsSync(docker.dataRoot)).toBe(true);

      docker.restart();
      const after = await engine.read({ diskUsage: false });
      expect(byId(after.images)).toEqual(byId(before.images));
      expect(after.facts.startedAtMs).toBeGreaterThan(before.facts.startedAtMs ?? Infinity);
    } finally {
      docker.remove();
    }
  });
});
