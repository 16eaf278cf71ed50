/** What is really on the disk now, for the paths of a plan: walked, never taken from memory. */
import { lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { walkUnits } from '../sources/scan/index.ts';

/** `paths` below the data root → allocated bytes; what is not there has none. Null: it could not be measured whole. */
export async function measurePaths(
  dataRoot: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, number | null>> {
  const sizes = new Map<string, number | null>();
  const folders: string[] = [];
  for (const path of new Set(paths)) {
    const bytes = await bytesAt(join(dataRoot, path), path.startsWith('containers/')).catch(() => null);
    if (bytes === 'a folder') folders.push(path);
    else sizes.set(path, bytes);
  }
  if (folders.length === 0) return sizes;
  const units = folders.map((path) => ({
    path,
    without: [],
    immutable: false,
    expectedBytes: 0,
    chainId: null,
  }));
  const { units: walked } = await walkUnits(dataRoot, units, { workers: 2 });
  for (const { path, totals, incomplete } of walked) {
    sizes.set(path, incomplete === null ? totals.diskBytes : null);
  }
  return sizes;
}

/** Free bytes of the data root's filesystem; null when it can't be asked. */
export async function freeBytes(dataRoot: string): Promise<number | null> {
  const space = await statfs(dataRoot).catch(() => null);
  return space === null ? null : space.bfree * space.bsize;
}

/** Throws when it can't be told. */
async function bytesAt(path: string, isContainer: boolean): Promise<number | 'a folder'> {
  const found = await lstatOrNull(path);
  if (found === null) return 0;
  if (isContainer) return logBytes(path);
  return found.isDirectory() ? 'a folder' : found.blocks * 512;
}

/** Of a container's folder only its logs count as freed: the rest is the engine's own bookkeeping. */
async function logBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name === 'local-logs') {
      for (const name of await readdir(path)) bytes += await blocksOf(join(path, name));
    } else if (entry.isFile() && /-json\.log(\.|$)|^container-cached\.log/.test(entry.name)) {
      bytes += await blocksOf(path);
    }
  }
  return bytes;
}

async function blocksOf(path: string): Promise<number> {
  return ((await lstatOrNull(path))?.blocks ?? 0) * 512;
}

async function lstatOrNull(path: string) {
  try {
    return await lstat(path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
}
