/** How much is kept, and how much there is. The oldest detail goes first; totals of scans and receipts of removals stay. */
import type { Database } from 'better-sqlite3';
import type { MemoryUse, Retention } from './records.ts';

const KEY = 'retention';
const DEFAULT: Retention = { detailedScans: 400, fileListBytes: 512 << 20 };
/** Scans that keep at least their totals. */
const SCANS_KEPT = 10_000;
const NEWEST = 'SELECT id FROM snapshot ORDER BY id DESC LIMIT';

export function readRetention(db: Database): Retention {
  const row = db.prepare<[string], { value: string }>('SELECT value FROM setting WHERE key = ?').get(KEY);
  return row === undefined ? DEFAULT : { ...DEFAULT, ...(JSON.parse(row.value) as Partial<Retention>) };
}

/** What is over the new bounds goes at once. */
export function changeRetention(db: Database, retention: Retention): void {
  db.transaction(() => {
    db.prepare('INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)').run(
      KEY,
      JSON.stringify(retention),
    );
    dropOldScans(db);
    dropOldLists(db);
  }).immediate();
}

/** Within the caller's transaction. */
export function dropOldScans(db: Database): void {
  const { detailedScans } = readRetention(db);
  db.prepare(
    `UPDATE snapshot SET items = NULL WHERE items IS NOT NULL AND id NOT IN (${NEWEST} ${detailedScans})`,
  ).run();
  db.prepare(`DELETE FROM snapshot WHERE id NOT IN (${NEWEST} ${SCANS_KEPT})`).run();
}

/** File lists asked for longest ago. Within the caller's transaction. */
export function dropOldLists(db: Database): void {
  db.prepare(
    `DELETE FROM tree WHERE path IN (SELECT path FROM
       (SELECT path, sum(bytes) OVER (ORDER BY seen_ms DESC, path) AS upto FROM tree) WHERE upto > ?)`,
  ).run(readRetention(db).fileListBytes);
}

export function memoryUse(db: Database): MemoryUse {
  const one = <Row>(sql: string): Row => db.prepare<[], Row>(sql).get() as Row;
  const pages = db.pragma('page_count', { simple: true }) as number;
  const free = db.pragma('freelist_count', { simple: true }) as number;
  const pageBytes = db.pragma('page_size', { simple: true }) as number;
  return {
    bytes: (pages - free) * pageBytes,
    ...one<{ scans: number; detailedScans: number }>(
      'SELECT count(*) AS scans, count(items) AS detailedScans FROM snapshot',
    ),
    ...one<{ fileLists: number; fileListBytes: number }>(
      'SELECT count(*) AS fileLists, coalesce(sum(bytes), 0) AS fileListBytes FROM tree',
    ),
    ...one<{ layers: number }>('SELECT count(*) AS layers FROM layer'),
  };
}
