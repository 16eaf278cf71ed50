/** The memory of layers in the database: sizes by folder identity, and packed file trees. */
import type { Database } from 'better-sqlite3';
import type { LayerKey, RememberedLayer } from '../sources/scan/memory.ts';
import { dropOldLists } from './sqlite-retention.ts';

const DAY_MS = 86_400_000;
/** A layer that was not asked for so long before the one asked for last is gone, or its store is. */
const FORGET_AFTER_MS = 90 * DAY_MS;

interface LayerRow {
  readonly path: string;
  readonly identity: string;
  readonly totals: string;
  readonly shared: string;
  readonly seen_ms: number;
}

export function lookupLayers(
  db: Database,
  keys: readonly LayerKey[],
  nowMs: number,
): (RememberedLayer | null)[] {
  const find = db.prepare<[string], LayerRow>('SELECT * FROM layer WHERE path = ?');
  const seen: string[] = [];
  const found = keys.map(({ path, identity }) => {
    const row = find.get(path);
    if (row === undefined || row.identity !== identity) return null;
    if (Math.abs(nowMs - row.seen_ms) > DAY_MS) seen.push(path);
    return { totals: JSON.parse(row.totals), shared: JSON.parse(row.shared) } as RememberedLayer;
  });
  markSeen(db, seen, nowMs);
  return found;
}

/** Once a day a layer, so that a scan of known layers writes nothing. */
function markSeen(db: Database, paths: readonly string[], nowMs: number): void {
  if (paths.length === 0) return;
  const mark = db.prepare('UPDATE layer SET seen_ms = ? WHERE path = ?');
  db.transaction(() => paths.forEach((path) => mark.run(nowMs, path))).immediate();
}

export function storeLayers(
  db: Database,
  layers: readonly (LayerKey & RememberedLayer)[],
  nowMs: number,
): void {
  const put = db.prepare(
    'INSERT OR REPLACE INTO layer (path, identity, chain_id, totals, shared, seen_ms) VALUES (?, ?, ?, ?, ?, ?)',
  );
  db.transaction(() => {
    for (const { path, identity, chainId, totals, shared } of layers) {
      put.run(path, identity, chainId, JSON.stringify(totals), JSON.stringify(shared), nowMs);
    }
  }).immediate();
}

export function readTree(db: Database, path: string, identity: string): Uint8Array | null {
  const find = db.prepare<[string, string], { columns: Uint8Array }>(
    'SELECT columns FROM tree WHERE path = ? AND identity = ?',
  );
  return find.get(path, identity)?.columns ?? null;
}

export function keepTree(
  db: Database,
  tree: { readonly path: string; readonly identity: string; readonly columns: Uint8Array },
  nowMs: number,
): void {
  const put = db.prepare(
    'INSERT OR REPLACE INTO tree (path, identity, bytes, seen_ms, columns) VALUES (?, ?, ?, ?, ?)',
  );
  db.transaction(() => {
    put.run(tree.path, tree.identity, tree.columns.byteLength, nowMs, tree.columns);
    dropOldLists(db);
  }).immediate();
}

/** Drops what was not asked for in a long time, by the times that are kept: a clock that jumped must not empty the memory. */
export function forgetOldLayers(db: Database): void {
  const { newest } = db
    .prepare<[], { newest: number | null }>('SELECT max(seen_ms) AS newest FROM layer')
    .get()!;
  if (newest === null) return;
  const before = newest - FORGET_AFTER_MS;
  const old = db
    .prepare<[number], { n: number }>('SELECT count(*) AS n FROM layer WHERE seen_ms < ?')
    .get(before);
  if (!old || old.n === 0) return;
  db.transaction(() => {
    db.prepare('DELETE FROM layer WHERE seen_ms < ?').run(before);
    db.prepare('DELETE FROM tree WHERE path NOT IN (SELECT path FROM layer) AND seen_ms < ?').run(before);
  }).immediate();
}
