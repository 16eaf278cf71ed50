/** Where the engine keeps an image layer's file list, and its bytes. */
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChainId } from '../../model/ids.ts';

/** 1 GiB packed is more than a hundred million entries. */
const MAX_PACKED_BYTES = 1 << 30;

export function tarSplitFile(dataRoot: string, chainId: ChainId): string {
  const folder = join(dataRoot, 'image/overlay2/layerdb/sha256', chainId.slice('sha256:'.length));
  return join(folder, 'tar-split.json.gz');
}

/** Bytes of the packed list, 0 when there is none. Throws the system's error. */
export async function packedBytesOf(path: string): Promise<number> {
  return (await orAbsent(stat(path)))?.size ?? 0;
}

/** The packed list; undefined when there is none to read. Throws the system's error. */
export async function readTarSplit(path: string): Promise<Buffer | undefined> {
  const file = await orAbsent(open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    return size > 0 && size <= MAX_PACKED_BYTES ? await file.readFile() : undefined;
  } finally {
    await file.close();
  }
}

async function orAbsent<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
