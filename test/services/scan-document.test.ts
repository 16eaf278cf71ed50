import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import { unknown } from '../../src-main/model/measured.ts';
import { scanDocument } from '../../src-main/services/scan-document.ts';
import { demoSnapshot } from '../../src-main/sources/demo.ts';
import { joinStore } from '../../src-main/sources/join.ts';
import { buildSnapshot, containerIdOf, idOf } from '../support/build-snapshot.ts';
import { schemaErrors } from '../support/json-schema.ts';
import { stores } from '../support/random-snapshot.ts';

const file = new URL('../../resources/scan.schema.json', import.meta.url);
const schema = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
const errors = (scan: ScanDocument): string[] => schemaErrors(schema, JSON.parse(JSON.stringify(scan)));

test('every document is valid by the published schema', async () => {
  expect(errors(scanDocument(await demoSnapshot()))).toEqual([]);
  const nothing = joinStore({ engine: null, disk: null, walk: null, takenAtMs: 0, access: 'api' });
  expect(errors(scanDocument(nothing))).toEqual([]);
  fc.assert(
    fc.property(stores, (store) => {
      expect(errors(scanDocument(store))).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

test('the schema refuses a lacking key, a size that is no integer, and an id without its kind', () => {
  const scan = scanDocument(buildSnapshot({ images: { api: ['base'] } }));
  const { issues: _, ...lacking } = scan;
  expect(errors(lacking as ScanDocument)).toEqual(['$: lacks issues']);
  expect(errors({ ...scan, account: { ...scan.account, logs: 0.5 } })).toHaveLength(1);
  expect(errors({ ...scan, images: [{ ...scan.images[0]!, id: 'abc' }] })).toHaveLength(1);
});

test('unique bytes are what removing an image alone frees, but for the short names', () => {
  const scan = scanDocument(buildSnapshot({ images: { api: ['base', 'api'], web: ['base', 'web'] } }));
  const image = scan.images.find((one) => one.id === idOf('api'))!;
  expect(image).toMatchObject({
    diskBytes: 2000,
    sharedDiskBytes: 1000,
    uniqueDiskBytes: 1000,
    freesDiskBytes: 1010,
  });
});

test('intermediate images are listed, flagged, and no users', () => {
  const scan = scanDocument(
    buildSnapshot({
      images: { step: ['base'], app: ['base', 'app'] },
      untagged: ['step'],
      parents: { app: 'step' },
      containers: { one: 'app' },
    }),
  );
  const step = scan.images.find((one) => one.id === idOf('step'))!;
  expect(step).toMatchObject({
    intermediate: true,
    dangling: false,
    children: [idOf('app')],
    freesDiskBytes: 0,
  });
  expect(scan.images.find((one) => one.id === idOf('app'))).toMatchObject({
    sharedDiskBytes: 0,
    uniqueDiskBytes: 2000,
  });
  expect(scan.layers[0]).toMatchObject({ images: [idOf('app')], containers: [containerIdOf('one')] });
});

test('a layer is dangling when only dangling images stand on it', () => {
  const scan = scanDocument(
    buildSnapshot({
      images: { app: ['base'], old: ['base', 'old'], kept: ['kept'] },
      untagged: ['old', 'kept'],
      buildCache: { rec: ['kept'] },
    }),
  );
  expect(scan.layers.map((layer) => layer.dangling)).toEqual([false, true, false]);
});

test('what was not measured is null in every sum that has it', () => {
  const scan = scanDocument(
    buildSnapshot({ images: { api: ['base'], web: ['web'] }, layerDiskBytes: { base: unknown('EACCES') } }),
  );
  expect(scan.images[0]).toMatchObject({
    diskBytes: null,
    uniqueDiskBytes: null,
    freesDiskBytes: null,
    bytes: 900,
  });
  expect(scan.images[1]).toMatchObject({ diskBytes: 1000, freesDiskBytes: 1010 });
  expect(scan.account).toMatchObject({ dataRootDiskBytes: null, imageLayers: null, volumes: 0 });
});
