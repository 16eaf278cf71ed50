/** Which folders of overlay2 a mount uses right now, from /proc/self/mountinfo. */
import { readFileSync } from 'node:fs';

const MOUNTINFO = '/proc/self/mountinfo';
/** A mount point, or one of the folders in an overlay's lowerdir, upperdir and workdir. */
const FOLDER = /\/overlay2\/(l\/[^/:, ]+|[^/:, ]+)/g;

/** Folder names, and short names as `l/<name>`. Throws when the list of mounts cannot be read. */
export function mountedNames(): ReadonlySet<string> {
  return namesIn(readFileSync(MOUNTINFO, 'utf8'));
}

/** Names are random, so one that any mount names counts as mounted, whatever path the data root is seen under. */
export function namesIn(mountinfo: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const match of mountinfo.matchAll(FOLDER)) if (match[1]) names.add(match[1]);
  return names;
}
