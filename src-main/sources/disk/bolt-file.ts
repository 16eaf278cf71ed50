/**
 * A bbolt file that a running daemon holds open, read as one consistent state. Pages that the last committed
 * transaction reaches are not overwritten before a later one commits: when the newest meta page is the same before and
 * after reading, all that it reaches belongs together.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { BoltError, newestMeta } from './bolt-page.ts';
import type { BoltBucket } from './bolt.ts';
import { readBolt } from './bolt.ts';
import { DamagedError, damageOf } from './files.ts';

const FILE_LIMIT = 512 * 1024 * 1024;
/** Both meta pages of the largest page size. */
const META_AREA = 2 * 65536;
const TRIES = 20;
const PAUSE_MS = 15;

/** The root bucket; null when the file is absent. Throws DamagedError (unreadable) or BoltError (damaged). */
export async function readBoltFile(path: string): Promise<BoltBucket | null> {
  for (let attempt = 1; ; attempt += 1) {
    const read = readOnce(path);
    if (read === null) return null;
    if (read.settled) return readBolt(read.bytes);
    if (attempt === TRIES) throw new BoltError('meta pages', `changed during each of ${TRIES} readings`);
    await pause(PAUSE_MS);
  }
}

function readOnce(path: string): { readonly bytes: Buffer; readonly settled: boolean } | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    const damage = damageOf(thrown);
    if (damage.code === 'ENOENT') return null;
    throw damage;
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new DamagedError('is no regular file');
    if (stat.size > FILE_LIMIT) throw new DamagedError(`is larger than ${FILE_LIMIT} bytes`);
    const before = newestMeta(readAt(file, Math.min(META_AREA, stat.size)));
    const bytes = readAt(file, stat.size);
    const after = newestMeta(readAt(file, META_AREA));
    return { bytes, settled: before?.txid === after?.txid };
  } catch (thrown) {
    throw damageOf(thrown);
  } finally {
    closeSync(file);
  }
}

function readAt(file: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const more = readSync(file, bytes, filled, length - filled, filled);
    if (more === 0) break;
    filled += more;
  }
  return bytes.subarray(0, filled);
}
