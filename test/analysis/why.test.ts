import { expect, test } from 'vitest';
import { storeGraph } from '../../src-main/analysis/graph.ts';
import { whyOf } from '../../src-main/analysis/why.ts';
import {
  buildSnapshot,
  cacheIdOf,
  chainIdOf,
  containerIdOf,
  diffIdOf,
  idOf,
} from '../support/build-snapshot.ts';

const snapshot = buildSnapshot({
  images: {
    api: ['base', 'api'],
    web: ['base', 'web'],
    step: ['old', 'deps'],
    legacy: ['old', 'deps', 'app'],
    twin: ['other', 'web'],
  },
  untagged: ['step'],
  parents: { legacy: 'step' },
  containers: { shop: 'api' },
  running: ['shop'],
  buildCache: { rec: ['base', 'web'], own: [] },
  volumes: { data: ['shop'], free: [] },
  unowned: ['lost'],
  loose: ['killed/load'],
});
const graph = storeGraph(snapshot);
const why = (thing: string) => whyOf(graph, thing, (bytes) => `${bytes} B`);
const users = (thing: string) => why(thing).keptBy.map((link) => `${link.kind} ${link.name}`);
const folderOf = (path: string) => snapshot.folders.find((folder) => folder.name === cacheIdOf(path))!;

test('nothing is called unused while not all users could be read', () => {
  const whole = buildSnapshot({ images: { one: ['a'], two: ['a'] } });
  const verdict = (usersIncomplete: string | null): string =>
    whyOf(storeGraph({ ...whole, usersIncomplete }), 'one', (bytes) => `${bytes} B`).verdict;
  expect(verdict(null)).toMatch(/^Nothing uses it. Removing it alone frees nothing/);
  expect(verdict('containers/: permission denied')).not.toMatch(/Nothing uses it/);
});

test('a layer goes by its ChainID, DiffID, folder, short name, path and the beginning of its id', () => {
  const layer = chainIdOf('base/api');
  const folder = folderOf('base/api');
  const names = [
    layer,
    layer.slice('sha256:'.length),
    layer.slice('sha256:'.length, 20),
    diffIdOf('api'),
    folder.name,
    folder.link!,
    `l/${folder.link}`,
    `overlay2/l/${folder.link}`,
    `overlay2/${folder.name}/diff/etc/passwd`,
    `/var/lib/docker/overlay2/${folder.name}`,
    `image/overlay2/layerdb/sha256/${layer.slice('sha256:'.length)}/size`,
  ];
  for (const name of names) {
    expect(why(name)).toMatchObject({ thing: name, kind: 'layer', diskBytes: 1000 });
    expect(users(name)).toEqual(['image api:latest', 'container shop']);
  }
});

test('an image goes by tag, name without tag, id and its beginning; a container keeps it', () => {
  const id = idOf('api');
  for (const name of ['api:latest', 'api', id, id.slice(7), id.slice(7, 19)]) {
    expect(why(name)).toMatchObject({ kind: 'image', diskBytes: 2000 });
    expect(users(name)).toEqual(['container shop']);
    expect(why(name).verdict).toContain('container shop is made of it');
  }
});

test('an intermediate image is kept by what was built on it', () => {
  expect(users(idOf('step'))).toEqual(['image legacy:latest']);
  expect(why(idOf('step')).verdict).toContain('goes with its last child');
  expect(why('legacy').verdict).toContain('3030 B');
});

test('a container by name and id, and by its folders', () => {
  const id = containerIdOf('shop');
  for (const name of ['shop', '/shop', id, id.slice(0, 12), `containers/${id}/hostname`])
    expect(why(name).kind).toBe('container');
  expect(users('shop')).toEqual(['process running']);
  expect(users(cacheIdOf('mount shop'))).toEqual(['container shop']);
  expect(users(`${cacheIdOf('mount shop')}-init`)).toEqual(['container shop']);
});

test('volumes, build records and their folders', () => {
  expect(users('data')).toEqual(['container shop']);
  expect(why('volumes/free/_data').verdict).toContain('2000 B');
  expect(why('own')).toMatchObject({ kind: 'build-cache', keptBy: [] });
  expect(users(cacheIdOf('cache own'))).toEqual(['build-cache step own']);
});

test('an orphan with its evidence, and a layer that only a killed load left', () => {
  expect(why(cacheIdOf('lost'))).toMatchObject({ kind: 'orphan', keptBy: [] });
  expect(why(cacheIdOf('lost')).what).toContain('no mount uses it');
  expect(why(chainIdOf('killed/load')).verdict).toContain('never removes it');
  expect(users(chainIdOf('killed'))).toHaveLength(1);
});

test('content stored twice is said to be', () => {
  expect(why(diffIdOf('web')).what).toContain('stored 2 times');
});

test('the engine’s own files, and what is not in this store', () => {
  expect(why('image/overlay2/repositories.json').kind).toBe('path');
  expect(why('/var/lib/docker/overlay2').kind).toBe('path');
  for (const name of ['', '/etc/passwd', '../etc', 'nothing', 'overlay2/../../etc', 'abc'])
    expect(why(name)).toMatchObject({ kind: 'unknown', keptBy: [] });
});

test('a layer that somebody of unknown layers may stand on is not called unused', () => {
  const loose = chainIdOf('killed/load');
  const say = (changes: Partial<typeof snapshot>) =>
    whyOf(storeGraph({ ...snapshot, ...changes }), loose, (bytes) => `${bytes} B`);
  expect(say({}).verdict).toContain('No image, container or build record stands on it');
  const images = snapshot.images.map((one, at) =>
    at === 0 ? { ...one, chain: [], chainUnknown: 'its config is cut' } : one,
  );
  expect(say({ images }).keptBy[0]?.because).toContain('may be this');
  expect(say({ images }).verdict).not.toContain('No image');
  expect(say({ usersIncomplete: 'a config is cut' }).verdict).toContain('is not known');
});

test('an image without layers frees nothing, and nobody is said to stand on it', () => {
  const empty = storeGraph(buildSnapshot({ images: { empty: [], api: ['base'], twin: ['base'] } }));
  const verdict = (image: string) => whyOf(empty, image, String).verdict;
  expect(verdict('empty')).toContain('no byte on the disk is its own');
  expect(verdict('api')).toContain('others stand on all its layers');
});
