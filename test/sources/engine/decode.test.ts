import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, describe, expect, test } from 'vitest';
import { BuildCache, Containers, Images, SizedContainers } from '../../../src-main/sources/engine/decode.ts';
import { atMost, imageDetail, Info } from '../../../src-main/sources/engine/decode-engine.ts';
import { connectEngine, type Engine } from '../../../src-main/sources/engine/index.ts';
import { parseImageId } from '../../../src-main/model/ids.ts';
import { fixtureFolder, startFakeEngine, type FakeEngine } from '../../support/fake-engine.ts';

const open: FakeEngine[] = [];
afterEach(async () => {
  for (const fake of open.splice(0)) await fake.close();
});

async function engineOf(fixture: string, api?: string): Promise<{ engine: Engine; fake: FakeEngine }> {
  const fake = await startFakeEngine({ fixture, ...(api === undefined ? {} : { api }) });
  open.push(fake);
  const found = await connectEngine({ host: fake.host, env: {}, home: '/nonexistent' });
  if (found.kind === 'none') throw new Error(JSON.stringify(found.tried));
  return { engine: found.engine, fake };
}

interface Truth {
  images: { id: string; refs?: string[]; names?: string[]; diff_ids: string[] }[];
  containers: { id: string }[];
  volumes: { name: string }[];
}

describe.each([
  ['engine-20.10-graphdriver', undefined, '1.41'],
  ['engine-26.1-graphdriver', undefined, '1.45'],
  ['engine-26.1-graphdriver', '1.41', '1.41'],
  ['engine-28.5-graphdriver', undefined, '1.51'],
  ['engine-28.5-graphdriver', '1.41', '1.41'],
])('the recorded answers of %s, asked in %s', (name, api, spoken) => {
  const fixture = fixtureFolder(name);
  const load = (file: string): unknown => JSON.parse(readFileSync(join(fixture ?? '', file), 'utf8'));

  test.skipIf(fixture === null)('name what the store holds', async () => {
    const { engine, fake } = await engineOf(fixture ?? '', api);
    const records = await engine.read({ sizes: true });
    const truth = load('truth.json') as Truth;

    expect(records.issues).toEqual([]);
    expect(records.store).toBe('graphdriver');
    expect(records.facts.driver).toBe('overlay2');
    expect(new Set(records.images?.map((image) => image.id))).toEqual(
      new Set(truth.images.map(({ id }) => id)),
    );
    expect(new Set(records.containers?.map(({ id }) => id))).toEqual(
      new Set(truth.containers.map(({ id }) => id)),
    );
    expect(new Set(records.volumes?.map((volume) => volume.name))).toEqual(
      new Set(truth.volumes.map((volume) => volume.name)),
    );
    expect(records.images?.some((image) => image.tags.includes('<none>:<none>'))).toBe(false);
    expect(fake.requests.filter((line) => !line.includes(`/v${spoken}/`))).toEqual(['GET /version']);
  });

  test.skipIf(fixture === null)('keep the build cache with its parents, and sizes', async () => {
    const { engine } = await engineOf(fixture ?? '', api);
    const records = await engine.read({ sizes: true });

    expect(records.buildCache?.length).toBeGreaterThan(5);
    // A newer engine asked in an old version leaves the parents out.
    const answersWithParents = api === undefined;
    expect(records.buildCache?.some((record) => record.parents.length > 0)).toBe(answersWithParents);
    const ids = new Set(records.buildCache?.map((record) => record.id));
    const parents = records.buildCache?.flatMap((record) => record.parents) ?? [];
    expect(parents.filter((id) => !ids.has(id))).toEqual([]);
    expect(records.volumes?.every((volume) => volume.bytes !== null)).toBe(true);
    expect(records.containers?.every((container) => container.writableBytes !== null)).toBe(true);
    expect(records.docker.layersBytes).toBe(
      (load('api/system-df.json') as { LayersSize: number }).LayersSize,
    );
  });

  test.skipIf(fixture === null)('give every image its DiffIDs, and one step per layer', async () => {
    const { engine } = await engineOf(fixture ?? '', api);
    const truth = load('truth.json') as Truth;
    const heads = (load('api/images.json') as { Id: string }[]).map((image) => image.Id);
    for (const { id, diff_ids } of truth.images.filter((image) => heads.includes(image.id))) {
      const detail = await engine.imageDetail(parseImageId(id) ?? fail(id));
      expect(detail.diffIds).toEqual(diff_ids);
      expect(detail.platform).toBe('linux/amd64');
      expect(detail.history.filter((step) => !step.emptyLayer).length).toBe(diff_ids.length);
    }
  });

  test.skipIf(fixture === null)('without sizes leave what was not computed unknown', async () => {
    const { engine } = await engineOf(fixture ?? '', api);
    const records = await engine.read({ diskUsage: false });
    expect(records.buildCache).toBeNull();
    expect(records.volumes?.every((volume) => volume.bytes === null)).toBe(true);
    expect(new Set(Object.values(records.docker))).toEqual(new Set([null]));
  });
});

function fail(why: string): never {
  throw new Error(why);
}

const ID = `sha256:${'a'.repeat(64)}`;
const container = (more: object): object[] => [{ Id: 'b'.repeat(64), Names: ['/web'], ImageID: ID, ...more }];

test('minus one is unknown, never zero', () => {
  expect(v.parse(Images, [{ Id: ID, Size: -1, SharedSize: -1 }])[0]).toMatchObject({
    bytes: null,
    sharedBytes: null,
  });
  expect(v.parse(SizedContainers, container({ SizeRw: -1 }))[0]?.writableBytes).toBeNull();
});

test('an engine leaves out a size of zero when it was asked for sizes', () => {
  expect(v.parse(SizedContainers, container({}))[0]?.writableBytes).toBe(0);
  expect(v.parse(Containers, container({}))[0]?.writableBytes).toBeNull();
});

test('one item that is no image fails the whole list', () => {
  expect(v.safeParse(Images, [{ Id: ID }, { Id: '../../etc' }]).success).toBe(false);
  expect(v.safeParse(Images, [{ Id: ID, RepoTags: 'strata/a:1' }]).success).toBe(false);
  expect(v.safeParse(Images, {}).success).toBe(false);
});

test('a container has its own name, not the alias of a link, and an unknown state stays unknown', () => {
  const [web] = v.parse(Containers, container({ Names: ['/db/alias', '/web'], State: 'dreaming' }));
  expect(web).toMatchObject({ name: 'web', state: 'unknown' });
});

test('a container whose image was forced away has no image id', () => {
  expect(v.parse(Containers, container({ ImageID: '' }))[0]?.imageId).toBeNull();
});

test('parents of build cache come under three names', () => {
  const record = { ID: 'r', InUse: false, Shared: false };
  const parse = (more: object): readonly string[] | undefined =>
    v.parse(BuildCache, [{ ...record, ...more }])[0]?.parents;
  expect(parse({ Parent: 'p' })).toEqual(['p']);
  expect(parse({ ' Parents': ['p', 'q'] })).toEqual(['p', 'q']);
  expect(parse({ Parents: ['q'] })).toEqual(['q']);
  expect(parse({})).toEqual([]);
});

test('the containerd image store is told from the graphdriver one by the driver status', () => {
  const info = (DriverStatus: string[][], Driver = 'overlay2'): string =>
    v.parse(Info, { ID: 'x', Driver, DriverStatus, DockerRootDir: '/d' }).store;
  expect(info([['Backing Filesystem', 'extfs']])).toBe('graphdriver');
  expect(info([['driver-type', 'io.containerd.snapshotter.v1']], 'overlayfs')).toBe('containerd');
  expect(info([], 'btrfs')).toBe('unknown');
});

test('API versions compare as numbers', () => {
  expect(atMost('1.9', '1.41')).toBe(true);
  expect(atMost('1.100', '1.41')).toBe(false);
  expect(atMost('2.0', '1.41')).toBe(false);
});

test('a step without bytes has a layer only when a layer is left for it', () => {
  const diff = (letter: string): string => `sha256:${letter.repeat(64)}`;
  const step = (CreatedBy: string, Size: number): object => ({ CreatedBy, Size, Comment: '', Created: 1 });
  const newestFirst = [
    step('CMD ["x"]', 0),
    step('RUN true', 0),
    step('COPY a /a', 5),
    step('WORKDIR /srv', 0),
  ];
  const detail = imageDetail(
    {
      Id: ID,
      Os: 'linux',
      Architecture: 'arm64',
      Variant: 'v8',
      RootFS: { Layers: [diff('a'), diff('b')] as never },
    },
    newestFirst as never,
  );
  expect(detail.platform).toBe('linux/arm64/v8');
  expect(detail.history.map((one) => one.emptyLayer)).toEqual([false, false, true, true]);
});
