/** Contents of files of one layer's folder on disk, read by handle: see tree/reach.ts. */
import type { FileHandle } from 'node:fs/promises';
import { StrataError } from '../../contract/errors.ts';
import { openFileInside, openLayer } from '../tree/read-inside.ts';
import type { Content } from './records.ts';

const CHUNK = 1 << 20;

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
        yield { path, size: opened.size, chunks: chunksOf(opened.file, path) };
      } finally {
        await opened.file.close();
      }
    }
  } finally {
    await layer.close();
  }
}

async function* chunksOf(file: FileHandle, path: string): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK, at).catch((thrown: unknown) => {
      throw new StrataError('failed', `${path} can't be read: ${(thrown as Error).message}`, {
        cause: thrown,
      });
    });
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
