import fc from 'fast-check';
import { expect, test } from 'vitest';
import { account, CATEGORIES } from '../../src-main/analysis/account.ts';
import { storeGraph } from '../../src-main/analysis/graph.ts';
import { reclaimable } from '../../src-main/analysis/reclaimable.ts';
import { bytesOrNull, known, sum, unknown } from '../../src-main/model/measured.ts';
import type { LedgerEntry } from '../../src-main/model/store.ts';
import { buildSnapshot, cacheIdOf } from '../support/build-snapshot.ts';
import { stores } from '../support/random-snapshot.ts';

const entry = (path: string, bytes: number): LedgerEntry => ({
  path,
  diskBytes: known(bytes),
  logDiskBytes: 0,
});

test('each folder counts by its owner, logs by themselves', () => {
  const { categories, total } = account(
    buildSnapshot({
      images: { api: ['base'] },
      containers: { one: 'api' },
      buildCache: { rec: [] },
      volumes: { data: [] },
      unowned: ['lost'],
    }),
  );
  expect(categories.imageLayers).toEqual(known(1000));
  expect(categories.writableLayers).toEqual(known(500));
  expect(categories.buildCache).toEqual(known(300));
  expect(categories.volumes).toEqual(known(2000));
  expect(categories.logs).toEqual(known(7));
  expect(categories.orphans).toEqual(known(600));
  expect(categories.other).toEqual(known(0));
  expect(total).toEqual(sum(CATEGORIES.map((one) => categories[one])));
});

test('what is none of Docker’s own is other, and says why', () => {
  const store = buildSnapshot({});
  const { categories, others } = account({ ...store, ledger: [...store.ledger, entry('backup.old', 50)] });
  expect(categories.other).toEqual(known(50));
  expect(others).toEqual([
    { path: 'backup.old', diskBytes: known(50), why: 'not one of Docker’s own entries of a data root' },
  ]);
});

test('the other kind of store is inactive, whichever it is', () => {
  const content = 'containerd/daemon/io.containerd.content.v1.content';
  const store = buildSnapshot({ images: { api: ['base'] } });
  const ledger = [
    entry('containerd', 10),
    entry(content, 70),
    entry('image', 5),
    entry(`overlay2/${cacheIdOf('base')}`, 9),
  ];

  const graphdriver = account({ ...store, ledger }).categories;
  expect(graphdriver.inactiveStore).toEqual(known(70));
  expect(graphdriver.engineMetadata).toEqual(known(15));
  const containerd = account({ ...store, ledger, store: 'containerd' }).categories;
  expect(containerd.inactiveStore).toEqual(known(14));
});

test('an unread entry makes its category and the total unknown, and no other', () => {
  const store = buildSnapshot({ images: { api: ['base'] }, volumes: { data: [] } });
  const ledger = store.ledger.map((one) =>
    one.path === 'volumes/data' ? { ...one, diskBytes: unknown('EACCES') } : one,
  );
  const { categories, total } = account({ ...store, ledger });
  expect(categories.volumes).toMatchObject(unknown('EACCES'));
  expect(total).toMatchObject(unknown('EACCES'));
  expect(categories.imageLayers).toEqual(known(1000));
});

test('without the data root nothing is zero', () => {
  const store = buildSnapshot({ images: { api: ['base'] } }, { ledger: [] });
  const { categories, total } = account(store);
  expect([total, ...Object.values(categories)].map(bytesOrNull)).toEqual(Array(10).fill(null));
  expect(Object.values(reclaimable(storeGraph(store))).map(bytesOrNull)).toEqual(Array(5).fill(null));
});

test('while not all users could be read, no image and no cache is said to free anything, nor nothing', () => {
  const store = buildSnapshot({ images: { api: ['base'] } }, { usersIncomplete: 'metadata_v2.db is cut' });
  const { dangling, unused, buildCache, stoppedContainers } = reclaimable(storeGraph(store));
  expect([dangling, unused, buildCache].map(bytesOrNull)).toEqual([null, null, null]);
  expect(bytesOrNull(stoppedContainers)).toBe(0);
});

test('law: the nine categories sum to the whole ledger', () => {
  fc.assert(
    fc.property(stores, (store) => {
      const { categories, total } = account(store);
      expect(sum(CATEGORIES.map((one) => categories[one]))).toEqual(
        sum(store.ledger.map((one) => one.diskBytes)),
      );
      expect(total).toEqual(sum(store.ledger.map((one) => one.diskBytes)));
    }),
  );
});
