/** HistoryStore's calls over the open database, synchronous. One transaction per call. */
import type { Database } from 'better-sqlite3';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ScanDocument } from '../contract/scan-document.ts';
import type { LayerKey, RememberedLayer } from '../sources/scan/memory.ts';
import type {
  AuditEntry,
  MemoryUse,
  NewAuditEntry,
  Retention,
  SnapshotDetail,
  SnapshotItem,
  SnapshotPoint,
  UsedKind,
} from './records.ts';
import { snapshotOf } from './snapshot-items.ts';
import { changeRetention, dropOldScans, memoryUse, readRetention } from './sqlite-retention.ts';
import { forgetOldLayers, keepTree, lookupLayers, readTree, storeLayers } from './sqlite-layers.ts';

interface SnapshotRow {
  readonly id: number;
  readonly point: string;
  readonly items: Uint8Array | null;
}

type StoredPoint = Omit<SnapshotPoint, 'id' | 'hasDetail'>;

export class SqliteStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
    forgetOldLayers(db);
  }

  lookupLayers(keys: readonly LayerKey[]): (RememberedLayer | null)[] {
    return lookupLayers(this.#db, keys, Date.now());
  }

  storeLayers(layers: readonly (LayerKey & RememberedLayer)[]): void {
    storeLayers(this.#db, layers, Date.now());
  }

  readTree(path: string, identity: string): Uint8Array | null {
    return readTree(this.#db, path, identity);
  }

  keepTree(path: string, identity: string, columns: Uint8Array): void {
    keepTree(this.#db, { path, identity, columns }, Date.now());
  }

  addSnapshot(document: ScanDocument): number {
    const { items, ...point } = snapshotOf(document);
    const packed = zstdCompressSync(Buffer.from(JSON.stringify(items)));
    const add = this.#db.prepare('INSERT INTO snapshot (point, items) VALUES (?, ?)');
    return this.#db
      .transaction(() => {
        const { lastInsertRowid } = add.run(JSON.stringify(point), packed);
        dropOldScans(this.#db);
        return Number(lastInsertRowid);
      })
      .immediate();
  }

  listSnapshots(): SnapshotPoint[] {
    const rows = this.#db
      .prepare<[], { id: number; point: string; detail: number }>(
        'SELECT id, point, items IS NOT NULL AS detail FROM snapshot ORDER BY id DESC',
      )
      .all();
    return rows.map(({ id, point, detail }) => ({
      id,
      hasDetail: detail === 1,
      ...(JSON.parse(point) as StoredPoint),
    }));
  }

  getSnapshot(id: number): SnapshotDetail | null {
    const row = this.#db.prepare<[number], SnapshotRow>('SELECT * FROM snapshot WHERE id = ?').get(id);
    if (!row?.items) return null;
    const items = JSON.parse(zstdDecompressSync(row.items).toString('utf8')) as SnapshotItem[];
    return { id, hasDetail: true, ...(JSON.parse(row.point) as StoredPoint), items };
  }

  appendAudit({ atMs, kind, planId, json }: NewAuditEntry): number {
    const add = this.#db.prepare('INSERT INTO audit (at_ms, kind, plan_id, json) VALUES (?, ?, ?, ?)');
    return Number(add.run(atMs, kind, planId, json).lastInsertRowid);
  }

  listAudit(limit: number): AuditEntry[] {
    return this.#db
      .prepare<[number], AuditEntry>(
        'SELECT id, at_ms AS atMs, kind, plan_id AS planId, json FROM audit ORDER BY id DESC LIMIT ?',
      )
      .all(limit);
  }

  getSetting(key: string): string | null {
    const find = this.#db.prepare<[string], { value: string }>('SELECT value FROM setting WHERE key = ?');
    return find.get(key)?.value ?? null;
  }

  setSetting(key: string, value: string | null): void {
    if (value === null) this.#db.prepare('DELETE FROM setting WHERE key = ?').run(key);
    else this.#db.prepare('INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)').run(key, value);
  }

  retention(): Retention {
    return readRetention(this.#db);
  }

  setRetention(retention: Retention): void {
    changeRetention(this.#db, retention);
  }

  memoryUse(): MemoryUse {
    return memoryUse(this.#db);
  }

  noteUsed(kind: UsedKind, ids: readonly string[], atMs: number): void {
    const note = this.#db.prepare(
      `INSERT INTO used (kind, id, at_ms) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)`,
    );
    this.#db.transaction(() => ids.forEach((id) => note.run(kind, id, atMs))).immediate();
  }

  lastUsed(kind: UsedKind): Map<string, number> {
    const all = this.#db.prepare<[string], { id: string; at_ms: number }>(
      'SELECT id, at_ms FROM used WHERE kind = ?',
    );
    return new Map(all.all(kind).map(({ id, at_ms }) => [id, at_ms]));
  }

  close(): void {
    this.#db.close();
  }
}
