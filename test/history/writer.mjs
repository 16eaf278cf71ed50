/** Writes into a history without end, one byte out for each audit entry that is confirmed; somebody kills it. */
import { openDatabase } from '../../src-main/history/sqlite.ts';
import { SqliteStore } from '../../src-main/history/sqlite-store.ts';

const store = new SqliteStore(openDatabase(process.argv[2]));
const totals = {
  bytes: 1,
  diskBytes: 1,
  files: 1,
  folders: 1,
  symlinks: 0,
  whiteouts: 0,
  others: 0,
  setuid: 0,
  newestMtimeMs: 0,
};
for (let round = 0; ; round += 1) {
  store.appendAudit({ atMs: 1, kind: 'receipt', planId: 'p', json: JSON.stringify('x'.repeat(5000)) });
  process.stdout.write('.');
  const layers = Array.from({ length: 50 }, (_, at) => `/layer-${process.pid}-${round}-${at}`);
  store.storeLayers(layers.map((path) => ({ path, identity: 'i', chainId: null, totals, shared: [] })));
  store.keepTree(`/tree-${round % 20}`, 'i', new Uint8Array(20_000).fill(round));
}
