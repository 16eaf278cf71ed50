/** Contents of files of one layer's folder on disk, read by handle: see tree/reach.ts. */
import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { StrataError } from '../../contract/errors.ts';
import { openFileInside, openLayer, type OpenedFile } from '../tree/read-inside.ts';
import type { Content } from './records.ts';

const CHUNK = 1 << 20;
const SMALL = 64 << 10;

/**
 * @param root the layer's `diff` folder
 * @param paths absolute inside the layer; quickest folder by folder
 * @throws StrataError when the layer's folder itself can't be opened
 */
export async function* folderContents(root: string, paths: Iterable<string>): AsyncGenerator<Content> {
  const layer = await openLayer(root, '/');
  try {
    for (const path of paths) {
      const opened = await openFileInside(layer, path).catch(
        (thrown: unknown) => StrataError.from(thrown).message,
      );
      if (typeof opened === 'string') {
        yield { path, problem: opened };
        continue;
      }
      try {
        yield { path, size: opened.size, chunks: chunksOf(opened, path) };
      } finally {
        await opened.file.close();
      }
    }
  } finally {
    await layer.close();
  }
}

async function* chunksOf({ file, size }: OpenedFile, path: string): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size));
  try {
    for (let at = 0; ;) {
      // Most files are small, and a turn of the event loop costs more than reading one.
      const read = size <= SMALL ? readSync(file.fd, buffer, 0, size, at) : await readAt(file, buffer, at);
      if (read === 0) return;
      at += read;
      yield buffer.subarray(0, read);
    }
  } catch (thrown) {
    throw new StrataError('failed', `${path} can't be read: ${(thrown as Error).message}`, { cause: thrown });
  }
}

async function readAt(file: FileHandle, buffer: Buffer, at: number): Promise<number> {
  return (await file.read(buffer, 0, buffer.length, at)).bytesRead;
}
