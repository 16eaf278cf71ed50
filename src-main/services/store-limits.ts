/** What an account leaves out and why, and the space around it. */
import { stat, statfs } from 'node:fs/promises';
import type { StoreSnapshot } from '../model/store.ts';
import type { SourceState } from './store-source.ts';

/** Docker Desktop, Colima, OrbStack and remote engines name a data root that is not on this machine. */
export async function elsewhere({ access, dataRoot }: StoreSnapshot): Promise<string[]> {
  if (access !== 'api' || dataRoot === null) return [];
  const missing = await stat(dataRoot).then(
    () => false,
    (thrown: NodeJS.ErrnoException) => thrown.code === 'ENOENT',
  );
  return missing
    ? [`${dataRoot} is inside a VM or on another machine: what the engine tells is shown, its files are not.`]
    : [];
}

export function limitsOf({ store, engine }: StoreSnapshot): string[] {
  if (store === 'graphdriver' && engine?.driver === 'overlay2') return [];
  if (store === 'containerd')
    return ["The engine keeps images in containerd's store: layers are not shown yet."];
  if (engine === null) return ['No engine was asked: what runs is not known.'];
  return [`The storage driver ${engine.driver} is not read: layers and their sizes are as the engine says.`];
}

export async function spaceOf(dataRoot: string): Promise<SourceState['disk']> {
  try {
    const { bavail, bfree, blocks, bsize } = await statfs(dataRoot);
    // As df counts: what is reserved for root is neither used by other files nor free.
    return { freeBytes: bavail * bsize, totalBytes: (blocks - bfree + bavail) * bsize };
  } catch {
    return null; // shown as unknown; the account itself says what of the data root could not be read
  }
}
