/** `image/overlay2/layerdb/mounts/<container>/{mount-id,init-id,parent}`: the writable layers of containers. */
import type { CacheId } from '../../model/ids.ts';
import { parseCacheId } from '../../model/ids.ts';
import { listFolder, readText } from './files.ts';
import { LAYERDB, readParent } from './layerdb.ts';
import type { DiskMount } from './records.ts';
import type { Reading } from './reading.ts';

const MOUNTS = `${LAYERDB}/mounts`;

/** Null when the folder is absent or unreadable; the latter is told as an issue that hides owners. */
export async function readMounts(reading: Reading): Promise<DiskMount[] | null> {
  const refused = (what: string): void => reading.ownersIssue(MOUNTS, what);
  const entries = reading.attempt(() => listFolder(reading.root, ...MOUNTS.split('/')), refused);
  if (!entries) return null;
  const mounts: DiskMount[] = [];
  for (const entry of entries) {
    if (reading.due()) await reading.rest();
    const where = `${MOUNTS}/${entry.name}`;
    if (entry.isDirectory()) mounts.push(readMount(reading, entry.name));
    else if (entry.isFile()) reading.issue(where, 'is no folder');
    else reading.ownersIssue(where, 'is a link or special file, which is not followed');
  }
  return mounts;
}

function readMount(reading: Reading, containerId: string): DiskMount {
  const where = `${MOUNTS}/${containerId}`;
  const folder = `${reading.root}/${where}`;
  const mountId = folderNamed(reading, `${where}/mount-id`);
  if (mountId === 'absent') reading.ownersIssue(`${where}/mount-id`, 'is missing');
  const initId = folderNamed(reading, `${where}/init-id`);
  const parent = readParent(folder);
  if (parent.kind === 'broken') reading.usersIssue(`${where}/parent`, parent.why);
  return { containerId, mountId: orNull(mountId), initId: orNull(initId), parent };
}

const orNull = (id: CacheId | 'absent' | null): CacheId | null => (id === 'absent' ? null : id);

function folderNamed(reading: Reading, where: string): CacheId | 'absent' | null {
  const damaged = (what: string): void => reading.ownersIssue(where, what);
  const text = reading.attempt(() => readText(`${reading.root}/${where}`) ?? 'absent', damaged);
  if (text === null || text === 'absent') return text;
  const id = parseCacheId(text);
  if (!id) damaged(text === '' ? 'is empty' : 'names no folder');
  return id ?? null;
}
