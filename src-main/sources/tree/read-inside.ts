/**
 * Content of one regular file inside a layer, never outside it: every folder on the way is opened by handle without
 * following links (`openat` by way of /proc/self/fd), so nothing can be swapped under us.
 */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { StrataError } from '../../contract/errors.ts';
import { bytesFromName } from './name-bytes.ts';

export interface FileContent {
  /** st_size. */
  readonly size: number;
  /** At most the limit asked for. */
  readonly bytes: Buffer;
}

const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** O_NONBLOCK: a fifo in the place of the file must not hold us up. */
const FILE_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * @param root the layer's `diff` folder
 * @param path absolute inside the layer
 * @throws StrataError 'not-found' when it is not there, is no regular file or lies behind a link; 'no-permission'
 */
export async function readFileInside(root: string, path: string, limit: number): Promise<FileContent> {
  return withFileInside(root, path, (file) => content(file, limit, path));
}

/** Hands the opened file on and closes it afterwards; whether it is a regular one is for `use` to look at. */
export async function withFileInside<T>(
  root: string,
  path: string,
  use: (file: FileHandle) => Promise<T>,
): Promise<T> {
  const parts = path.split('/').filter((part) => part !== '');
  const name = parts.pop();
  if (name === undefined || [...parts, name].some((part) => part === '.' || part === '..')) {
    throw new StrataError('bad-request', `${path} is no path of a file inside a layer`);
  }
  let folder = await opened(root, FOLDER_FLAGS, path);
  try {
    for (const part of parts) {
      const next = await opened(childPath(folder, part), FOLDER_FLAGS, path);
      await folder.close();
      folder = next;
    }
    const file = await opened(childPath(folder, name), FILE_FLAGS, path);
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  } finally {
    await folder.close();
  }
}

function childPath(folder: FileHandle, name: string): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${folder.fd}/`), bytesFromName(name)]);
}

async function opened(path: string | Buffer, flags: number, asked: string): Promise<FileHandle> {
  try {
    return await open(path as string, flags);
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') {
      throw new StrataError(
        'no-permission',
        `${asked} can't be read: ${message}. Run Strata as root to read inside layers.`,
        { cause: thrown },
      );
    }
    const why = code === 'ELOOP' || code === 'ENOTDIR' ? 'it lies behind a link or a file' : message;
    throw new StrataError('not-found', `${asked} is not there as a file of this layer: ${why}`, {
      cause: thrown,
    });
  }
}

async function content(file: FileHandle, limit: number, path: string): Promise<FileContent> {
  const stats = await file.stat();
  if (!stats.isFile()) throw new StrataError('not-found', `${path} is no regular file`);
  const wanted = Math.min(stats.size, limit);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, 0);
  return { size: stats.size, bytes: buffer.subarray(0, bytesRead) };
}
