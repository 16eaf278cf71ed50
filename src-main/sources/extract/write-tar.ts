/** A tar into a file of the user's, whole or not at all; into a pipe or device as it comes. */
import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StrataError } from '../../contract/errors.ts';
import { gathered } from './gathered.ts';
import { systemWords } from './system-words.ts';

const PART_BYTES = 1 << 20;

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Written for the owner alone (0600) under another name, which becomes the asked one at the end.
 * @param owner who the file is to belong to; null: whoever runs us
 * @throws what `chunks` throws, and StrataError when the file can't be written
 */
export async function writeTar(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  owner: Owner | null,
): Promise<void> {
  const place = await writing(path, () => placeOf(path));
  if (place === 'stream') return writeStream(path, chunks);
  const temporary = join(dirname(place), `.${basename(place)}.${randomBytes(6).toString('hex')}`);
  const file = await writing(path, () => open(temporary, 'wx', 0o600));
  let closed = false;
  try {
    for await (const part of gathered(chunks, PART_BYTES)) await writing(path, () => file.writeFile(part));
    await writing(path, async () => {
      if (owner) await file.chown(owner.uid, owner.gid);
      await file.sync();
      closed = true;
      await file.close();
      await rename(temporary, place);
    });
  } catch (thrown) {
    if (!closed) await file.close();
    await rm(temporary, { force: true });
    throw thrown;
  }
}

/** The file itself where the path is a link to one; `/dev/stdout`, a fifo and the like are written into. */
async function placeOf(path: string): Promise<string> {
  const stats = await stat(path).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return null;
    throw thrown;
  });
  if (stats === null) return path;
  if (stats.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  return stats.isFile() ? realpath(path) : 'stream';
}

async function writeStream(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const file: FileHandle = await writing(path, () => open(path, 'w'));
  try {
    for await (const part of gathered(chunks, PART_BYTES)) await writing(path, () => file.writeFile(part));
  } finally {
    await file.close();
  }
}

async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw new StrataError('failed', `Can't write ${path}: ${systemWords(thrown)}`, { cause: thrown });
  }
}
