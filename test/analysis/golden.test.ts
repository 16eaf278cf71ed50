/** The three golden graphdriver stores: what we derive equals what an independent reader found. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeGraph } from '../../src-main/analysis/graph.ts';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import type { StoreSnapshot } from '../../src-main/model/store.ts';
import { scanDocument } from '../../src-main/services/scan-document.ts';
import { readDisk } from '../../src-main/sources/disk/index.ts';
import type { DiskRecords } from '../../src-main/sources/disk/records.ts';
import { joinStore, listDataRoot, walkPlan } from '../../src-main/sources/join.ts';
import { walkUnits } from '../../src-main/sources/scan/index.ts';
import type { TreeTotals, WalkResult } from '../../src-main/sources/scan/records.ts';
import { GOLDEN_STORES, goldenMissing, unpackGolden } from '../support/golden-stores.ts';
import { du } from '../support/store-truth.ts';

interface Truth {
  readonly images: readonly {
    id: string;
    intermediate: boolean;
    dangling: boolean;
    total_layerdb_size: number;
    shared_disk: number;
    unique_disk: number;
  }[];
  readonly layers: readonly {
    chain_id: string;
    cache_id: string;
    disk: number;
    in_fixture: boolean;
    files: number;
  }[];
  readonly containers: readonly { id: string; size: number; in_fixture?: boolean }[];
  readonly same_diff_id: Readonly<Record<string, readonly string[]>>;
  readonly orphan_dirs: readonly string[];
  readonly unreferenced_layers: readonly string[];
}

const byKey = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));

describe.skipIf(goldenMissing !== null).each(GOLDEN_STORES)('the store of %s', (name) => {
  let golden: ReturnType<typeof unpackGolden>;
  let truth: Truth;
  let disk: DiskRecords;
  let snapshot: StoreSnapshot;
  let scan: ScanDocument;

  beforeAll(async () => {
    golden = unpackGolden(name);
    const file = join(import.meta.dirname, '../../../shared/fixtures', name, 'truth.json');
    truth = JSON.parse(readFileSync(file, 'utf8')) as Truth;
    disk = await readDisk(golden.root, {});
    const walk = await walkUnits(golden.root, walkPlan(await listDataRoot(golden.root), disk), {});
    snapshot = joinStore({ engine: null, disk, walk, takenAtMs: Date.UTC(2030, 0, 1), access: 'direct' });
    scan = scanDocument(snapshot);
  });
  afterAll(() => golden.remove());

  test('is accounted for to the byte, in nine categories', () => {
    const { dataRootDiskBytes, ...categories } = scan.account;
    expect(dataRootDiskBytes).toBe(du(golden.root));
    expect(Object.values(categories).reduce((sum: number, bytes) => sum + (bytes ?? NaN), 0)).toBe(
      dataRootDiskBytes,
    );
    expect(scan.account.other).toBe(0);
    expect(scan.account.inactiveStore).toBe(0);
  });

  test('has the dangling and intermediate images, orphans and duplicates that it has', () => {
    const flags = byKey(scan.images.map((one) => [one.id, [one.intermediate, one.dangling]]));
    expect(flags).toEqual(byKey(truth.images.map((one) => [one.id, [one.intermediate, one.dangling]])));
    expect(scan.orphans.map((one) => one.path)).toEqual(truth.orphan_dirs.map((dir) => `overlay2/${dir}`));
    const copies = byKey(scan.duplicates.map((one) => [one.diffId, [...one.chainIds].sort()]));
    expect(copies).toEqual(
      byKey(Object.entries(truth.same_diff_id).map(([id, ids]) => [id, [...ids].sort()])),
    );
  });

  test('shares what it shares, by the truth’s own sizes of the layers', () => {
    const sizes = new Map(truth.layers.map((layer) => [`overlay2/${layer.cache_id}`, layer.disk]));
    const units = [...sizes].map(([path, diskBytes]) => unit(path, diskBytes));
    const walk: WalkResult = { units, cancelled: false };
    const measured = scanDocument(joinStore({ engine: null, disk, walk, takenAtMs: 0, access: 'direct' }));
    const ours = measured.images
      .filter((one) => !one.intermediate)
      .map((one) => [one.id, [one.bytes, one.sharedDiskBytes, one.uniqueDiskBytes]] as const);
    const theirs = truth.images
      .filter((one) => !one.intermediate)
      .map((one) => [one.id, [one.total_layerdb_size, one.shared_disk, one.unique_disk]] as const);
    expect(byKey(ours)).toEqual(byKey(theirs));
  });

  test('counts the files of each layer as they are', () => {
    const ours = new Map(scan.layers.map((layer) => [layer.chainId, layer.files]));
    for (const layer of truth.layers)
      if (layer.in_fixture) expect(ours.get(layer.chain_id)).toBe(layer.files);
  });

  test('has layers that nobody stands on, which no removal promises', () => {
    const graph = storeGraph(snapshot);
    const unreferenced = snapshot.layers.filter((_, at) => graph.unreferenced[at] === 1);
    expect(unreferenced.map((layer) => layer.chainId).sort()).toEqual([...truth.unreferenced_layers].sort());
  });
});

function unit(path: string, diskBytes: number): WalkResult['units'][number] {
  const none = { files: 0, folders: 0, symlinks: 0, whiteouts: 0, others: 0, setuid: 0, newestMtimeMs: 0 };
  const totals: TreeTotals = { ...none, bytes: 0, diskBytes };
  return { path, totals, incomplete: null, from: 'walk', issues: [] };
}
