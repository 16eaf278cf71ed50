import { describe, expect, test } from 'vitest';
import { fitsGlob, worldOf, type World } from '../../src-main/actions/items.ts';
import { repositoryOf } from '../../src-main/analysis/repositories.ts';
import { candidatesOf } from '../../src-main/actions/rules.ts';
import type { Pins, Rules } from '../../src-main/contract/reclaim.ts';
import type { Image } from '../../src-main/model/store.ts';
import { buildSnapshot, containerIdOf, idOf, TAKEN_AT_MS, type Sketch } from '../support/build-snapshot.ts';

const NO_PINS: Pins = { images: [], repositories: [], volumes: [], labels: [] };
const DAY_MS = 86_400_000;

function world(sketch: Sketch, change: (image: Image) => Partial<Image> = () => ({})): World {
  const snapshot = buildSnapshot(sketch);
  const images = snapshot.images.map((image) => ({ ...image, ...change(image) }));
  return worldOf({ ...snapshot, images }, NO_PINS, TAKEN_AT_MS);
}

function taken(rules: Rules, of: World): string[] {
  return candidatesOf(rules, of)
    .map((one) => one.id)
    .sort();
}

const ids = (...names: string[]): string[] => names.map(idOf).sort();

describe('rules', () => {
  test('dangling takes images without a name that nothing stands on, never intermediates', () => {
    const store = world({
      images: { app: ['base', 'app'], lost: ['base', 'lost'], step: ['base'] },
      untagged: ['lost', 'step'],
      parents: { app: 'step' },
    });
    expect(taken({ dangling: true }, store)).toEqual(ids('lost'));
  });

  test('unused takes what no container, running or stopped, was created from', () => {
    const store = world({
      images: { a: ['a'], b: ['b'], c: ['c'] },
      containers: { run: 'a', old: 'b' },
      running: ['run'],
    });
    expect(taken({ unused: true }, store)).toEqual(ids('c'));
  });

  test('an age narrows what the others take, and an unknown age is never old', () => {
    const store = world({ images: { old: ['a'], young: ['b'], ageless: ['c'] } }, ({ tags }) => ({
      createdAtMs:
        tags[0] === 'ageless:latest' ? null : TAKEN_AT_MS - (tags[0] === 'old:latest' ? 40 : 3) * DAY_MS,
    }));
    expect(taken({ unused: true, olderThanDays: 30 }, store)).toEqual(ids('old'));
  });

  test('keep-last keeps the newest of each repository and leaves nameless images alone', () => {
    const born: Record<string, number> = { a: 4, b: 3, c: 2, x: 9 };
    const store = world(
      { images: { a: ['a'], b: ['b'], c: ['c'], x: ['x'], lost: ['l'] }, untagged: ['lost'] },
      ({ id }) => {
        const name = Object.keys(born).find((one) => idOf(one) === id);
        if (name === undefined) return {};
        const tags = [`${name === 'x' ? 'other' : 'app'}:${name}`];
        return { tags, createdAtMs: TAKEN_AT_MS - born[name]! * DAY_MS };
      },
    );
    expect(taken({ keepLast: 1 }, store)).toEqual(ids('a', 'b'));
    expect(taken({ keepLast: 2 }, store)).toEqual(ids('a'));
  });

  test('a repository glob spares images that another repository names too', () => {
    const store = world({ images: { a: ['a'], b: ['b'] } }, ({ id }) => ({
      tags: id === idOf('a') ? ['team/a:1'] : ['team/b:1', 'else/b:1'],
    }));
    expect(taken({ repo: 'team/*' }, store)).toEqual(ids('a'));
  });

  test('stopped containers are taken, running and unknown ones never', () => {
    const store = world({ images: { a: ['a'] }, containers: { up: 'a', down: 'a' }, running: ['up'] });
    expect(taken({ stopped: true }, store)).toEqual([containerIdOf('down')]);
  });

  test('shared build cache is taken only with all images that hold its layers', () => {
    const sketch: Sketch = { images: { a: ['base', 'a'] }, buildCache: { own: [], kept: ['base'] } };
    expect(taken({ cache: ['regular'] }, world(sketch))).toEqual(['own']);
    expect(taken({ cache: ['regular'], unused: true }, world(sketch))).toEqual(
      [idOf('a'), 'kept', 'own'].sort(),
    );
  });

  test('no rule takes a volume; a named one must exist', () => {
    const store = world({ images: {}, volumes: { data: [] } });
    const all: Rules = { dangling: true, unused: true, stopped: true, cache: ['regular'], orphans: true };
    expect(taken(all, store)).toEqual([]);
    expect(taken({ volumes: ['data'] }, store)).toEqual(['data']);
    expect(() => taken({ volumes: ['dta'] }, store)).toThrow(/No volume is called dta/);
  });

  test('names mean one thing: a tag of several is a tag, a prefix of two is refused', () => {
    const store = world({ images: { a: ['a'], b: ['b'] } }, ({ id }) =>
      id === idOf('a') ? { tags: ['app:1', 'app:2'] } : {},
    );
    const [tag] = candidatesOf({ things: ['app:1'] }, store);
    expect(tag).toMatchObject({ kind: 'tag', id: 'app:1' });
    expect(taken({ things: ['b'] }, store)).toEqual(ids('b'));
    expect(taken({ things: [idOf('b').slice(7, 19)] }, store)).toEqual(ids('b'));
    expect(() => taken({ things: ['nothing-here'] }, store)).toThrow(/Nothing here is called/);
  });

  test('a repository is what stands before the tag, with a port or without', () => {
    expect(repositoryOf('host:5000/app/api:1.2')).toBe('host:5000/app/api');
    expect(repositoryOf('host:5000/app/api')).toBe('host:5000/app/api');
    expect(repositoryOf(`app@sha256:${'a'.repeat(64)}`)).toBe('app');
  });

  test('globs end in time, whatever they are', () => {
    expect(fitsGlob('team/api', 'team/*')).toBe(true);
    expect(fitsGlob('team/api', '*/a?i')).toBe(true);
    expect(fitsGlob('team/api', 'team')).toBe(false);
    expect(fitsGlob('a'.repeat(5000), `${'*a'.repeat(500)}b`)).toBe(false);
  });
});
