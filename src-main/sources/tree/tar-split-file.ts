/** Where the engine keeps an image layer's file list, and its bytes. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChainId } from '../../model/ids.ts';

/** A million entries are about 45 MB; more than five million are not taken. */
const MAX_PACKED_BYTES = 256 << 20;

export function tarSplitFile(dataRoot: string, chainId: ChainId): string {
  const folder = join(dataRoot, 'image/overlay2/layerdb/sha256', chainId.slice('sha256:'.length));
  return join(folder, 'tar-split.json.gz');
}

/** The packed list; undefined when there is none to read. Throws the system's error. */
export async function readTarSplit(path: string): Promise<Buffer | undefined> {
  let file;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
  try {
    const { size } = await file.stat();
    return size > 0 && size <= MAX_PACKED_BYTES ? await file.readFile() : undefined;
  } finally {
    await file.close();
  }
}
