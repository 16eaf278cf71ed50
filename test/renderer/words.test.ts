import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAge, formatTime } from '../../src-renderer/lib/ages.ts';
import { bannerOf } from '../../src-renderer/lib/banner.ts';
import { countOf, formatBytes, formatShare } from '../../src-renderer/lib/bytes.ts';
import { inspectCommand, posixQuote } from '../../src-renderer/lib/docker-command.ts';
import { factsOf } from '../../src-renderer/lib/facts.ts';
import { fit } from '../../src-renderer/lib/fuzzy.ts';
import { formatSort, parseSort, sortedBy } from '../../src-renderer/lib/grid.ts';
import { repositoryOf, tagOf } from '../../src-renderer/lib/names.ts';
import { parseRef, refKey } from '../../src-renderer/lib/ref.ts';
import { formatRoute, parseRoute, SCREENS } from '../../src-renderer/lib/route.ts';
import { safeShort, safeText } from '../../src-renderer/lib/safe-text.ts';
import { indexStore } from '../../src-renderer/lib/store-index.ts';
import type { Connection } from '../../src-main/contract/store.ts';
import { sampleDocument } from '../support/sample-document.ts';
import { seenWords } from '../../src-renderer/lib/seen-words.ts';

describe('hostile names', () => {
  const HOSTILE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

  test('nothing that controls, hides or reorders text gets through', () => {
    expect(safeText('a\u001b[31mred')).toBe('a\\u001b[31mred');
    expect(safeText('user\u202Egnp.exe')).toBe('user\\u202egnp.exe');
    expect(safeText('zero\u200bwidth\ttab')).toBe('zero\\u200bwidth\\ttab');
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !HOSTILE.test(safeText(text))));
  });

  test('plain names of all scripts stay as they are', () => {
    for (const name of ['registry.example/shop/api:1.4', 'büro', '日本語', 'имя', '<script>', '😀']) {
      expect(safeText(name)).toBe(name);
    }
  });

  test('a name of any length is shown in at most so many characters, start and end kept', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.integer({ min: 0, max: 60 }),
        (text, length) => {
          expect([...safeShort(text, length)].length).toBeLessThanOrEqual(length);
        },
      ),
    );
    expect(safeShort('registry.example/a/very/long/name:tag-9', 12)).toBe('registr…ag-9');
    expect(safeShort('x'.repeat(1_000_000), 9)).toHaveLength(9);
  });

  test('a docker command is quoted for a POSIX shell, and refused where pasting it could act', () => {
    expect(posixQuote("it's; rm -rf /")).toBe(`'it'\\''s; rm -rf /'`);
    expect(posixQuote('-rf')).toBe("'-rf'");
    expect(posixQuote('a\nb')).toBeNull();
    expect(inspectCommand({ kind: 'volume', id: '$(reboot)' })).toBe("docker volume inspect '$(reboot)'");
    expect(inspectCommand({ kind: 'orphan', id: 'overlay2/x' })).toBeNull();
  });
});

describe('numbers', () => {
  test('three digits and the unit; unknown is never a number', () => {
    expect(formatBytes(0, 'iec')).toBe('0 B');
    expect(formatBytes(1023, 'iec')).toBe('1023 B');
    expect(formatBytes(1024, 'iec')).toBe('1.00 KiB');
    expect(formatBytes(1_048_575, 'iec')).toBe('1.00 MiB');
    expect(formatBytes(1_920_000_000, 'si')).toBe('1.92 GB');
    expect(formatBytes(999_999, 'si')).toBe('1.00 MB');
    expect(formatBytes(null, 'iec')).toBe('–');
    expect(countOf(1, 'image')).toBe('1 image');
    expect(countOf(1200, 'image')).toBe('1,200 images');
    expect(formatShare(1, 1000)).toBe('< 1 %');
  });

  test('unknown times say so', () => {
    const now = Date.parse('2026-11-20T12:00:00Z');
    expect(formatAge('2026-11-18T12:00:00Z', now)).toBe('2 days ago');
    expect(formatAge(null, now)).toBe('–');
    expect(formatAge('rubbish', now)).toBe('–');
    expect(formatTime('rubbish')).toBe('not known');
  });

  test('unknown values sort last, either way round', () => {
    const items = [null, 2, 1, null, 3];
    expect(sortedBy(items, (one) => one, false)).toEqual([1, 2, 3, null, null]);
    expect(sortedBy(items, (one) => one, true)).toEqual([3, 2, 1, null, null]);
    expect(parseSort(formatSort({ key: 'size', down: true }), { key: 'x', down: false })).toEqual({
      key: 'size',
      down: true,
    });
  });
});

describe('addresses', () => {
  test('every place has an address that leads back to it', () => {
    const route = fc.record({
      screen: fc.constantFrom(...SCREENS),
      id: fc.option(fc.string({ minLength: 1 })),
      query: fc.dictionary(fc.constantFrom('q', 'sort', 'sel'), fc.string({ minLength: 1 })),
    });
    fc.assert(
      fc.property(route, (one) => {
        expect(parseRoute(formatRoute(one))).toEqual({ ...one, query: { ...one.query } });
      }),
    );
  });

  test('a mistyped address leads somewhere sensible', () => {
    expect(parseRoute('#/nowhere/x')).toEqual({ screen: 'overview', id: null, query: {} });
    expect(parseRoute('#/images/%E0%A4%A').screen).toBe('images');
    expect(parseRef('no such kind:x')).toBeNull();
    expect(parseRef(refKey({ kind: 'volume', id: 'a:b' }))).toEqual({ kind: 'volume', id: 'a:b' });
  });
});

describe('sentences', () => {
  const index = indexStore(sampleDocument({ images: 60 }));
  const wording = { index, bytes: (bytes: number | null) => formatBytes(bytes, 'iec'), nowMs: 0, uses: null };

  test('when an image was last seen in use, and since when anybody looks; nothing remembered is not never', () => {
    const nowMs = Date.parse('2026-11-20T12:00:00Z');
    const unused = index.heads.filter((image) => image.containers.length === 0);
    const [seen, never] = [unused[0]!, unused[1]!];
    const [layer] = index.document.layers.filter(({ containers }) => containers.length === 0);
    const uses = {
      since: '2026-09-02T08:00:00Z',
      images: { [seen.id]: '2026-10-21T12:00:00Z' },
      layers: { [layer!.chainId]: '2026-11-19T12:00:00Z' },
    };
    expect(seenWords(seen, uses, nowMs)?.sentence).toMatch(
      /^Last seen .* ago \(watching since 2 Sept? 2026\)\.$/,
    );
    expect(seenWords(never, uses, nowMs)?.sentence).toMatch(
      /^Never seen .*\(watching since 2 Sept? 2026\)\.$/,
    );
    expect(seenWords(layer!, uses, nowMs)?.sentence).toMatch(/^Last seen under a container .* ago/);
    expect(seenWords(never, null, nowMs)).toBeNull();
    expect(seenWords(never, { since: null, images: {}, layers: {} }, nowMs)).toBeNull();
  });

  test('an image in use says by what, one that is not says what it frees', () => {
    const used = index.heads.find((image) => image.containers.length > 0);
    const free = index.heads.find((image) => image.containers.length === 0);
    expect(factsOf({ kind: 'image', id: used?.id ?? '' }, wording)?.sentences[0]).toMatch(
      /^It can’t go now: /,
    );
    expect(factsOf({ kind: 'image', id: free?.id ?? '' }, wording)?.sentences[0]).toBe(
      `Deleting it alone frees ${formatBytes(free?.freesDiskBytes ?? null, 'iec')}.`,
    );
    expect(factsOf({ kind: 'image', id: 'sha256:gone' }, wording)).toBeNull();
  });

  test('repository and tag are told apart, a registry’s port is not a tag', () => {
    expect(repositoryOf('localhost:5000/app')).toBe('localhost:5000/app');
    expect(repositoryOf('localhost:5000/app:1.2@sha256:abc')).toBe('localhost:5000/app');
    expect(tagOf('localhost:5000/app:1.2')).toBe('1.2');
    expect(fit('api 14', 'shop/api:14')).not.toBeNull();
    expect(fit('api zz', 'shop/api:14')).toBeNull();
  });
});

describe('the line over all screens', () => {
  const ready: Connection = {
    state: 'ready',
    endpoint: 'unix:///var/run/docker.sock',
    tried: [],
    access: 'direct',
    accessWhy: null,
    limits: [],
    dataRoot: '/var/lib/docker',
    disk: null,
    mayPrune: false,
    takenAt: null,
    version: '1',
  };
  const standing = { linked: true, problem: null, takenAt: 'today', partial: null, scanning: false };

  test('says nothing when all is well, and the worst first when not', () => {
    expect(bannerOf({ ...standing, connection: ready })).toBeNull();
    expect(bannerOf({ ...standing, connection: ready, linked: false })?.title).toMatch(/server is gone/);
    expect(bannerOf({ ...standing, connection: { ...ready, state: 'lost' } })?.retry).toBe(true);
    expect(bannerOf({ ...standing, connection: { ...ready, state: 'demo' } })?.title).toMatch(/demo/);
    expect(bannerOf({ ...standing, connection: { ...ready, state: 'file' } })?.title).toMatch(/Read-only/);
    const unread = { ...ready, access: 'api', accessWhy: 'They are root’s.' } as const;
    expect(bannerOf({ ...standing, connection: unread })?.command).toBe('sudo strata scan -o host.strata');
    expect(bannerOf({ ...standing, connection: { ...ready, limits: ['Too old.'] } })?.text).toBe('Too old.');
  });

  test('says while it measures that numbers grow, and how far it came when that was cancelled', () => {
    const partial = { measured: 41, total: 1230, of: 'folders' } as const;
    const first = bannerOf({ ...standing, connection: ready, partial, scanning: true });
    const later = bannerOf({
      ...standing,
      connection: ready,
      partial: { ...partial, measured: 90 },
      scanning: true,
    });
    expect(first?.title).toBe('Still measuring.');
    expect(later).toEqual(first); // it is read out, and not again with each number
    const cut = bannerOf({ ...standing, connection: ready, partial });
    expect(cut?.text).toMatch(/^41 of 1,230 folders\. /);
    expect(cut?.measure).toBe(true);
  });
});
