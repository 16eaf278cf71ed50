import { describe, expect, test } from 'vitest';
import type { ArchiveReport, ArchiveReportImage } from '../../src-main/contract/archive.ts';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import { groupDetail } from '../../src-renderer/charts/group-marks.ts';
import { indexRows, sumOf, verdictOfImage } from '../../src-renderer/lib/archive-rows.ts';
import { bannerOf } from '../../src-renderer/lib/banner.ts';
import { connectionWords, isGood } from '../../src-renderer/lib/connection-words.ts';
import { factsOf } from '../../src-renderer/lib/facts.ts';
import { imageTable } from '../../src-renderer/lib/image-rows.ts';
import { hindranceOf } from '../../src-renderer/lib/plan-words.ts';
import { SCREENS } from '../../src-renderer/lib/route.ts';
import { NOT_IN_ARCHIVES, screensWith, shownScreen } from '../../src-renderer/lib/screens.ts';
import { indexStore, sharesOf } from '../../src-renderer/lib/store-index.ts';
import { DEMO_CONNECTION } from '../support/fake-handlers.ts';
import { sampleDocument } from '../support/sample-document.ts';

const whole = sampleDocument({ images: 20, seed: 3 });
/** As an archive tells it: no disk, no containers, `read` of the layers with a size. */
function archived(read: (place: number) => boolean): ScanDocument {
  return {
    ...whole,
    engine: null,
    access: 'archive',
    account: { ...whole.account, dataRootDiskBytes: null },
    containers: [],
    images: whole.images.map((image) => ({
      ...image,
      containers: [],
      diskBytes: null,
      sharedDiskBytes: null,
      uniqueDiskBytes: null,
      freesDiskBytes: null,
    })),
    layers: whole.layers.map((layer, place) => ({
      ...layer,
      diskBytes: null,
      bytes: read(place) ? 100 : null,
      containers: [],
    })),
  };
}

describe('sizes of an archive', () => {
  test('an image’s shares are those of its files, when all its layers were read', () => {
    const index = indexStore(archived(() => true));
    expect(index).toMatchObject({ archive: true, measure: 'apparent', unmeasured: 0 });
    for (const image of index.heads) {
      const { unique, shared } = sharesOf(index, image);
      expect((unique ?? 0) + (shared ?? 0)).toBe(image.chain.length * 100);
    }
  });

  test('one layer that was not read makes shares and what a repository holds unknown, not smaller', () => {
    const index = indexStore(archived((place) => place !== 0));
    const [unread] = index.document.layers;
    const image = index.heads.find(({ chain }) => chain.includes(unread?.chainId ?? ''));
    expect(image && sharesOf(index, image)).toEqual({ unique: null, shared: null });
    expect(index.unmeasured).toBe(1);
    const nothing = indexStore(archived(() => false));
    const table = imageTable(nothing, nothing.heads, { sort: { key: 'unique', down: true }, grouped: true });
    const owners = [...table.heads.values()].filter(({ own }) => own.bytes !== null && own.bytes > 0);
    expect(owners).toEqual([]);
  });

  test('nothing is said of use: nobody knows it', () => {
    const index = indexStore(archived(() => true));
    const wording = { index, bytes: String, nowMs: 0, uses: null };
    const [image] = index.heads;
    const [group] = index.groups;
    const words = [
      JSON.stringify(factsOf({ kind: 'image', id: image?.id ?? '' }, wording)),
      JSON.stringify(factsOf({ kind: 'layer', id: image?.chain[0] ?? '' }, wording)),
      JSON.stringify(factsOf({ kind: 'group', id: group?.id ?? '' }, wording)),
      group && groupDetail(index, group),
    ].join('\n');
    expect(words).toContain('image in the archive');
    expect(words).not.toMatch(/frees|nobody uses|can’t go|goes when|stand once|Docker/);
  });
});

describe('the index of an archive', () => {
  const layer = (chainId: string, problems: readonly string[] | null) =>
    ({ chainId, problems, storedBytes: 10 }) as ArchiveReportImage['layers'][number];
  const image = (...layers: ArchiveReportImage['layers']): ArchiveReportImage =>
    ({ id: 'sha256:1', tags: [], layers, problems: [] }) as unknown as ArchiveReportImage;

  test('an image is wrong as soon as a layer is, and verified when all were read', () => {
    expect(verdictOfImage(image(layer('a', []), layer('b', [])))).toBe('verified');
    expect(verdictOfImage(image(layer('a', []), layer('b', null)))).toBe('pending');
    expect(verdictOfImage(image(layer('a', ['other bytes']), layer('b', null)))).toBe('wrong');
    expect(verdictOfImage({ ...image(layer('a', [])), problems: ['misnamed'] })).toBe('wrong');
  });

  test('a layer of several images counts once, and the same image may be listed twice', () => {
    const shared = layer('a', []);
    const report: ArchiveReport = {
      images: [image(shared, layer('b', null)), image(shared, layer('c', ['wrong']))],
      notes: [{ digest: 'sha256:2', what: 'attestation' }],
      reading: { state: 'running', problem: null },
    };
    expect(sumOf(report)).toEqual({ layers: 3, read: 2, wrong: 1, storedBytes: 30 });
    const keys = indexRows(report).map(({ key }) => key);
    expect(new Set(keys).size).toBe(3);
  });
});

describe('what is open', () => {
  const connection = {
    ...DEMO_CONNECTION,
    state: 'archive',
    endpoint: '/srv/image.tar',
    access: 'archive',
    accessWhy: 'An archive has no data root',
  } as const;

  test('it has words of its own, and is no trouble', () => {
    expect(connectionWords(connection, true)).toBe('Archive image.tar');
    expect(isGood(connection, true)).toBe(true);
    expect(
      bannerOf({
        connection,
        linked: true,
        problem: null,
        takenAt: 'now',
        partial: null,
        scanning: false,
      }),
    ).toMatchObject({
      tone: 'info',
      title: 'Read-only:',
      text: expect.stringContaining('archive /srv/image.tar'),
    });
    expect(hindranceOf(connection, true)).toMatchObject({ kind: 'absent' });
  });

  test('what is in it stands where a store has its overview; screens it has nothing for say so', () => {
    expect(screensWith(true)).toEqual(['archive', ...SCREENS.slice(1)]);
    expect(screensWith(false)).toEqual(SCREENS);
    expect(shownScreen('archive', false)).toBe('overview');
    for (const [screen, sentence] of Object.entries(NOT_IN_ARCHIVES)) {
      expect(sentence, screen).toMatch(/archive .*\.$/);
    }
  });
});
