import { createHash } from 'node:crypto';
import { StrataError } from '../../contract/errors.ts';
import { withFileInside } from './read-inside.ts';

const CHUNK_BYTES = 1 << 20;

/**
 * SHA-256 (hex) of one regular file inside a layer, read in pieces.
 * @param file `path` absolute inside the layer; `bytes` the size it must have, so that no more is ever read
 * @throws StrataError what `readFileInside` throws; 'failed' when the file has another size
 */
export async function hashFileInside(
  root: string,
  file: { readonly path: string; readonly bytes: number },
  signal: AbortSignal,
): Promise<string> {
  const { path, bytes } = file;
  return withFileInside(root, path, async ({ file: handle, size }) => {
    const hash = createHash('sha256');
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, Math.max(1, bytes)));
    let read = 0;
    while (read < bytes) {
      if (signal.aborted) throw new StrataError('cancelled', 'Cancelled');
      const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, bytes - read), read);
      if (bytesRead === 0) break;
      hash.update(chunk.subarray(0, bytesRead));
      read += bytesRead;
    }
    if (read !== bytes || size !== bytes)
      throw new StrataError('failed', `${path} has ${size} bytes, not the ${bytes} of the file list`);
    return hash.digest('hex');
  });
}
