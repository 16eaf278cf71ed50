/** The database itself, synchronous: runs in the history worker. The only importer of better-sqlite3. */
import { closeSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { StrataError } from '../contract/errors.ts';
import { MIGRATIONS } from './migrations.ts';

const BUSY_MS = 10_000;
/** Where SQLite's file format keeps `user_version`, big endian. */
const USER_VERSION_AT = 60;
const MAGIC = 'SQLite format 3\0';

/**
 * Opens (or makes) `history.db` in the state folder: folder 0700, file 0600, its side files like it. One writer at a
 * time across processes, readers never wait (WAL). Throws StrataError where it can't be used; a database of a newer
 * Strata is not touched.
 */
export function openDatabase(stateDir: string): Database.Database {
  const file = join(stateDir, 'history.db');
  try {
    makeFolder(stateDir);
    refuseNewer(file, headerVersion(file));
    const db = new Database(file, { timeout: BUSY_MS });
    try {
      prepare(db, file);
      return db;
    } catch (thrown) {
      db.close();
      throw thrown;
    }
  } catch (thrown) {
    throw explained(thrown, stateDir);
  }
}

function prepare(db: Database.Database, file: string): void {
  refuseNewer(file, db.pragma('user_version', { simple: true }) as number);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL'); // what was done to somebody's data has to survive a power cut
  const migrate = db.transaction(() => {
    const version = db.pragma('user_version', { simple: true }) as number;
    refuseNewer(file, version);
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    db.pragma(`user_version = ${MIGRATIONS.length}`);
  });
  if ((db.pragma('user_version', { simple: true }) as number) < MIGRATIONS.length) migrate.immediate();
}

/** Not `recursive`: Node's own never ends where a parent refuses with ENOENT, as /proc does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown; // made by another process meanwhile
  }
}

/** Read without SQLite, which would write beside the file. 0 for a new file; makes it with the right permissions. */
function headerVersion(file: string): number {
  const fd = openSync(file, 'a+', 0o600);
  try {
    const header = Buffer.alloc(USER_VERSION_AT + 4);
    const read = readSync(fd, header, 0, header.length, 0);
    const isDatabase = read === header.length && header.toString('latin1', 0, MAGIC.length) === MAGIC;
    return isDatabase ? header.readUInt32BE(USER_VERSION_AT) : 0;
  } finally {
    closeSync(fd);
  }
}

function refuseNewer(file: string, version: number): void {
  if (version <= MIGRATIONS.length) return;
  throw new StrataError(
    'unsupported',
    `${file} was written by a newer Strata (version ${version}, this one knows ${MIGRATIONS.length}) and is left ` +
      'untouched. Use that Strata, or give this one another folder with --state-dir.',
  );
}

/** What went wrong, why, and what to do: for the person who runs Strata. */
export function explained(thrown: unknown, stateDir: string): StrataError {
  if (thrown instanceof StrataError) return thrown;
  const error: NodeJS.ErrnoException = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { code = '', message } = error;
  const where = `Nothing can be remembered in ${stateDir}`;
  if (/^(EACCES|EPERM|EROFS|ENOENT|ENOTDIR|SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM)/.test(code)) {
    const todo = 'Make the folder writable for this user, or choose another one with --state-dir.';
    return new StrataError('no-permission', `${where}: it can't be written (${code}). ${todo}`);
  }
  if (/^(ENOSPC|EDQUOT|SQLITE_FULL)/.test(code)) {
    const todo = 'Free some space there, or choose another folder with --state-dir.';
    return new StrataError('failed', `${where}: no space is left on its disk (${code}). ${todo}`);
  }
  if (/^(SQLITE_CORRUPT|SQLITE_NOTADB)/.test(code)) {
    const todo =
      'Move history.db away; Strata then starts a new one. Sizes are measured again, the past is lost.';
    return new StrataError('failed', `${where}: history.db is damaged (${code}). ${todo}`);
  }
  if (/^SQLITE_BUSY/.test(code)) {
    const todo = 'Try again, or end the other Strata that works on the same folder.';
    return new StrataError(
      'busy',
      `${where}: another process has been writing for ${BUSY_MS / 1000} s. ${todo}`,
    );
  }
  const todo = 'Choose another folder with --state-dir.';
  return new StrataError('failed', `${where}: ${message}${code ? ` (${code})` : ''}. ${todo}`, {
    cause: thrown,
  });
}
