/** What stands in the data root: its entries, and the folders deeper in it that belong to the other kind of store. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataRootEntry } from './join-plan.ts';

/** containerd's state when the engine starts it itself; its content and snapshots are an image store of their own. */
const CONTAINERD = 'containerd/daemon';
const CONTAINERD_STORE = /^io\.containerd\.(?:content|snapshotter)\./;

/** Lists the data root. Throws what readdir throws for the root itself; absent deeper folders are simply not there. */
export async function listDataRoot(dataRoot: string): Promise<DataRootEntry[]> {
  const top = await entries(dataRoot, '');
  const containerd = top.some((entry) => entry.path === 'containerd' && entry.isFolder);
  if (!containerd) return top;
  const daemon = (await entries(dataRoot, 'containerd')).some(
    (one) => one.path === CONTAINERD && one.isFolder,
  );
  if (!daemon) return top;
  const deeper = await entries(dataRoot, CONTAINERD);
  const stores = deeper.filter(
    (one) => one.isFolder && CONTAINERD_STORE.test(one.path.slice(CONTAINERD.length + 1)),
  );
  return [...top, ...stores];
}

/** `isFolder` is lstat's word: a link to a folder is none, so nothing leads out of the data root. */
async function entries(dataRoot: string, path: string): Promise<DataRootEntry[]> {
  const found = await readdir(join(dataRoot, path), { withFileTypes: true });
  const prefix = path === '' ? '' : `${path}/`;
  return found.map((entry) => ({ path: prefix + entry.name, isFolder: entry.isDirectory() }));
}
