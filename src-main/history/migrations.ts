/** Each step takes the database from version n to n + 1 (`user_version`). Never change one that was released: add one. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE layer (
    path TEXT PRIMARY KEY,
    identity TEXT NOT NULL,
    chain_id TEXT,
    totals TEXT NOT NULL,
    shared TEXT NOT NULL,
    seen_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE tree (
    path TEXT PRIMARY KEY,
    identity TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL,
    columns BLOB NOT NULL
  ) STRICT;
  CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    point TEXT NOT NULL,
    items BLOB
  ) STRICT;
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    json TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
  CREATE TRIGGER audit_never_leaves BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
  CREATE TABLE used (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];
