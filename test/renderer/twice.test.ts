import { describe, expect, test } from 'vitest';
import type { SameContentGroup, SameContentReport } from '../../src-main/contract/same-content.ts';
import type { OldVersions } from '../../src-main/contract/store.ts';
import { growthWords } from '../../src-renderer/lib/growth-words.ts';
import { indexStore } from '../../src-renderer/lib/store-index.ts';
import {
  costOf,
  fileRows,
  goingOf,
  layerRows,
  layersCost,
  versionRows,
} from '../../src-renderer/lib/twice-rows.ts';
import { sampleDocument } from '../support/sample-document.ts';

const group = (id: string, ...paths: string[]): SameContentGroup => ({
  id,
  bytes: 100,
  copies: paths.length,
  savesBytes: 100 * (paths.length - 1),
  sameness: 'probable',
  problem: null,
  places: paths.map((path, at) => ({ chainId: `sha256:${at}`, path, createdBy: null })),
  imageCount: 1,
  images: [],
});
const report = (...groups: SameContentGroup[]): SameContentReport => ({
  layers: 2,
  files: 9,
  smallestBytes: 65_536,
  groupCount: groups.length,
  savesBytes: 0,
  inTwinLayersBytes: 0,
  groups,
  problems: [],
});

describe('what is stored more than once, as lines', () => {
  test('a head for each content, its copies below, each a layer to be looked at', () => {
    const { rows, heads } = fileRows(report(group('a', '/lib/a', '/opt/a'), group('b', '/b', '/b')));
    expect(rows.map(({ item, ref }) => item?.path ?? `head, ${ref === null ? 'nothing' : ref.id}`)).toEqual([
      'head, nothing',
      '/lib/a',
      '/opt/a',
      'head, nothing',
      '/b',
      '/b',
    ]);
    expect(rows[1]?.ref).toEqual({ kind: 'layer', id: 'sha256:0' });
    expect(heads.get(rows[3]!.key)?.id).toBe('b');
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });

  test('copies of a layer are the layers of the scan; one that is gone has no line', () => {
    const document = sampleDocument({ images: 10 });
    const [a, b] = document.layers;
    const duplicates = [
      { diffId: 'sha256:d', chainIds: [a!.chainId, 'sha256:gone', b!.chainId], wastedDiskBytes: null },
    ];
    const { rows } = layerRows(indexStore({ ...document, duplicates }));
    expect(rows.flatMap(({ item }) => item?.chainId ?? [])).toEqual([a!.chainId, b!.chainId]);
  });

  test('a store whose layers are not read has no known cost; one without images costs nothing', () => {
    const document = sampleDocument({ images: 10 });
    expect(layersCost(indexStore({ ...document, layers: [], duplicates: [] })).bytes).toBeNull();
    const empty = { ...document, images: [], layers: [], duplicates: [] };
    expect(layersCost(indexStore(empty))).toEqual({ bytes: 0, atLeast: false });
  });

  test('only old versions that may go get into the basket', () => {
    const image = (id: string, fate: 'newest' | 'goes' | 'stays') => ({
      id,
      tags: [`acme/api:${id}`],
      created: null,
      uniqueDiskBytes: null,
      fate,
      because: '',
    });
    const versions: OldVersions = {
      keep: 1,
      freesDiskBytes: null,
      repositories: [
        {
          repository: 'acme/api',
          freesDiskBytes: 5,
          images: [image('3', 'newest'), image('2', 'stays'), image('1', 'goes')],
        },
      ],
    };
    expect(goingOf(versions.repositories[0]!)).toEqual([{ kind: 'image', id: '1' }]);
    expect(versionRows(versions).rows.map(({ ref }) => ref?.id ?? null)).toEqual([null, '3', '2', '1']);
  });

  test('a cost with unmeasured parts is at least what is known, and unknown without any', () => {
    expect(costOf([])).toEqual({ bytes: 0, atLeast: false });
    expect(costOf([5, 6])).toEqual({ bytes: 11, atLeast: false });
    expect(costOf([5, null])).toEqual({ bytes: 5, atLeast: true });
    expect(costOf([null])).toEqual({ bytes: null, atLeast: false });
  });
});

describe('growth since the last look', () => {
  const now = Date.UTC(2026, 10, 24, 14, 2);
  const words = (byDiskBytes: number) =>
    growthWords(
      { sinceLastLook: { at: '2026-11-21T14:02:00.000Z', byDiskBytes }, sinceUnknown: null },
      (bytes) => `${bytes} B`,
      now,
    );

  test('has a sign, an age and a time', () => {
    expect(words(12).by).toBe('+12 B');
    expect(words(-3).by).toBe('-3 B');
    expect(words(0).by).toBe('no change');
    expect(words(12).since).toMatch(/^since 3 days ago \(21 Nov 2026, \d\d:\d\d\)$/);
  });

  test('is not known with its reason, never zero', () => {
    const unknown = { sinceLastLook: null, sinceUnknown: 'this is the first look at this store' };
    expect(growthWords(unknown, String, now)).toEqual({
      by: 'not known:',
      since: 'this is the first look at this store',
    });
  });
});
