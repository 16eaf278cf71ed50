/** Content of regular files inside a layer, never outside it: see reach.ts. */
import { constants, fstatSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { StrataError } from '../../contract/errors.ts';
import { Reach } from './reach.ts';

export interface OpenedFile {
  readonly file: FileHandle;
  /** st_size. */
  readonly size: number;
}

export interface FileContent {
  /** st_size. */
  readonly size: number;
  /** At most the limit asked for. */
  readonly bytes: Buffer;
}

/** O_NONBLOCK: a fifo in the place of the file must not hold us up. */
const FILE_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * @param root the layer's `diff` folder
 * @param path absolute inside the layer
 * @throws StrataError 'not-found' when it is not there, is no regular file or lies behind a link; 'no-permission'
 */
export async function readFileInside(root: string, path: string, limit: number): Promise<FileContent> {
  return withFileInside(root, path, async ({ file, size }) => {
    const wanted = Math.min(size, limit);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, 0);
    return { size, bytes: buffer.subarray(0, bytesRead) };
  });
}

/** Hands the opened file on and closes it afterwards. Throws as `readFileInside`. */
export async function withFileInside<T>(
  root: string,
  path: string,
  use: (opened: OpenedFile) => Promise<T>,
): Promise<T> {
  const layer = await openLayer(root, path);
  try {
    const opened = await openFileInside(layer, path);
    try {
      return await use(opened);
    } finally {
      await opened.file.close();
    }
  } finally {
    await layer.close();
  }
}

/** @param asked the path that is wanted, for what an error says */
export async function openLayer(root: string, asked: string): Promise<Reach> {
  try {
    return await Reach.open(root);
  } catch (thrown) {
    throw unreadable(asked, thrown);
  }
}

/** An open file and its st_size; the caller closes it. Throws as `readFileInside`. */
export async function openFileInside(layer: Reach, path: string): Promise<OpenedFile> {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 0 || parts.some((part) => part === '.' || part === '..'))
    throw new StrataError('bad-request', `${path} is no path of a file inside a layer`);
  let file: FileHandle;
  try {
    file = await open(await layer.place(parts.join('/')), FILE_FLAGS);
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
  const stats = fstatSync(file.fd);
  if (stats.isFile()) return { file, size: stats.size };
  await file.close();
  throw new StrataError('not-found', `${path} is no regular file`);
}

function unreadable(asked: string, thrown: unknown): StrataError {
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') {
    return new StrataError(
      'no-permission',
      `${asked} can't be read: ${message}. Run Strata as root to read inside layers.`,
      { cause: thrown },
    );
  }
  const why = code === 'ELOOP' || code === 'ENOTDIR' ? 'it lies behind a link or a file' : message;
  return new StrataError('not-found', `${asked} is not there as a file of this layer: ${why}`, {
    cause: thrown,
  });
}
