import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import type { StoreSnapshot } from '../../src-main/model/store.ts';
import { PartialWalk } from '../../src-main/services/partial-walk.ts';
import { scanDocument } from '../../src-main/services/scan-document.ts';
import { readDisk } from '../../src-main/sources/disk/index.ts';
import type { DiskRecords } from '../../src-main/sources/disk/records.ts';
import { joinStore, listDataRoot, walkPlan } from '../../src-main/sources/join.ts';
import { walkUnits } from '../../src-main/sources/scan/index.ts';
import type { UnitResult, WalkResult, WalkUnit } from '../../src-main/sources/scan/records.ts';
import { writeStore, type WrittenStore } from '../support/write-store.ts';

const file = (bytes: number): string => 'x'.repeat(bytes);

let store: WrittenStore;
let disk: DiskRecords;
let units: readonly WalkUnit[];
let whole: WalkResult;

beforeAll(async () => {
  store = writeStore({
    layers: {
      base: { 'bin/sh': file(90_000) },
      lib: { 'lib/so': file(30_000) },
      api: { 'srv/api': file(50_000) },
      web: { 'srv/web': file(20_000) },
      old: { 'srv/old': file(70_000) },
    },
    images: {
      'api:1': { layers: ['base', 'lib', 'api'] },
      'web:1': { layers: ['base', 'web'] },
      old: { layers: ['base', 'old'], tags: [] },
    },
    containers: { job: { image: 'api:1', files: { out: file(40_000) }, log: file(9000), volumes: ['data'] } },
    volumes: { data: { files: { rows: file(60_000) } }, lone: { files: { rows: file(5000) } } },
    orphans: { ['e'.repeat(64)]: { left: file(8000) } },
  });
  disk = await readDisk(store.root);
  units = walkPlan(await listDataRoot(store.root), disk);
  whole = await walkUnits(store.root, units);
});
afterAll(() => store.remove());

function joined(walk: WalkResult, partial: StoreSnapshot['partial']): StoreSnapshot {
  const taken = { engine: null, takenAtMs: Date.UTC(2030, 0), access: 'direct' } as const;
  return { ...joinStore({ ...taken, disk, walk }), ...(partial ? { partial } : {}) };
}

/** The document after each batch, nothing measured first. */
function documentsOf(batches: readonly (readonly UnitResult[])[]): ScanDocument[] {
  const soFar = new PartialWalk(units);
  const documents = [scanDocument(joined(soFar.result(), soFar.part()))];
  for (const batch of batches) {
    soFar.add(batch);
    documents.push(scanDocument(joined(soFar.result(), soFar.part())));
  }
  return documents;
}

/** Every size of ours in a document by its place; what is not measured is left out. */
function sizes(value: unknown, path = ''): Map<string, number> {
  const found = new Map<string, number>();
  if (typeof value === 'number' && /bytes$|^\/account|^\/reclaimable/i.test(path)) found.set(path, value);
  if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      for (const [at, bytes] of sizes(one, `${path}/${key}`)) found.set(at, bytes);
    }
  }
  return found;
}

const inAnyOrder = (): fc.Arbitrary<UnitResult[][]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...whole.units], { minLength: whole.units.length }),
      fc.integer({ min: 1, max: 6 }),
    )
    .map(([shuffled, size]) =>
      Array.from({ length: Math.ceil(shuffled.length / size) }, (_, at) =>
        shuffled.slice(at * size, (at + 1) * size),
      ),
    );

test('in whatever order folders are measured, no size shrinks and none is above the final one', () => {
  const final = sizes(scanDocument(joined(whole, null)));
  fc.assert(
    fc.property(inAnyOrder(), (batches) => {
      let before = new Map<string, number>();
      for (const document of documentsOf(batches)) {
        const now = sizes(document);
        for (const [path, bytes] of now) {
          expect(bytes, path).toBeGreaterThanOrEqual(before.get(path) ?? 0);
          expect(bytes, path).toBeLessThanOrEqual(final.get(path) ?? -1);
        }
        expect([...before.keys()].filter((path) => !now.has(path))).toEqual([]);
        before = now;
      }
      expect(before).toEqual(final);
    }),
    { numRuns: 40 },
  );
});

test('what is not marked as a lower bound is final', () => {
  const final = scanDocument(joined(whole, null));
  fc.assert(
    fc.property(inAnyOrder(), (batches) => {
      for (const document of documentsOf(batches)) {
        document.images.forEach((image, at) => image.atLeast ?? expect(image).toEqual(final.images[at]));
        document.containers.forEach((one, at) => {
          if (one.atLeast === undefined)
            expect(one.freesDiskBytes).toBe(final.containers[at]!.freesDiskBytes);
        });
      }
    }),
    { numRuns: 20 },
  );
});

test('before anything is walked, all names and Docker’s sizes of layers are there and nothing is 0', () => {
  const [first] = documentsOf([]);
  const final = scanDocument(joined(whole, null));
  expect(first!.partial).toEqual({ measured: 0, total: units.length, of: 'folders' });
  expect(first!.images.map(({ id, tags }) => [id, tags])).toEqual(
    final.images.map(({ id, tags }) => [id, tags]),
  );
  expect(first!.layers.map(({ bytes }) => bytes)).toEqual(final.layers.map(({ bytes }) => bytes));
  expect(first!.images.map(({ bytes }) => bytes)).toEqual(final.images.map(({ bytes }) => bytes));
  expect(first!.account.dataRootDiskBytes).toBeNull();
  expect(first!.layers.every(({ diskBytes }) => diskBytes === null)).toBe(true);
  expect(first!.images.every(({ atLeast }) => atLeast === true)).toBe(true);
  expect(first!.volumes.map(({ diskBytes }) => diskBytes)).toEqual([null, null]);
});

test('a part that can’t be read keeps its sums open for good; it is not measured, and not partial', () => {
  const broken = whole.units.map((one) =>
    one.path.startsWith('volumes/data') ? { ...one, incomplete: 'could not be read: EACCES' } : one,
  );
  const document = scanDocument(joined({ ...whole, units: broken }, null));
  expect(document.partial).toBeNull();
  expect(document.account).toMatchObject({ volumes: null, dataRootDiskBytes: null });
  expect(document.account.imageLayers).not.toBeNull();
});
