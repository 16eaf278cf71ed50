/** Which folders of overlay2 a mount uses right now, from /proc/self/mountinfo. */
import { readFileSync } from 'node:fs';

const MOUNTINFO = '/proc/self/mountinfo';
/** What follows `/overlay2/` in a mount point or in an overlay's lowerdir, upperdir and workdir. */
const BELOW_OVERLAY2 = /\/overlay2\/(l\/[^/:, ]+|[^/:, ]+)/g;
/** The engine mounts with names relative to overlay2 when there are many layers: `lowerdir=l/AAA:l/BBB,upperdir=<id>/diff`. */
const RELATIVE = /[=:](l\/[A-Z0-9]{26}(?![^:,\s])|[a-z0-9]+(?:-init)?(?=\/(?:diff|work)))/g;

/** Folder names, and short names as `l/<name>`. Throws when the list of mounts cannot be read. */
export function mountedNames(): ReadonlySet<string> {
  return namesIn(readFileSync(MOUNTINFO, 'utf8'));
}

/** Names are random, so one that any mount names counts as mounted, whatever path the data root is seen under. */
export function namesIn(mountinfo: string): ReadonlySet<string> {
  const matches = [...mountinfo.matchAll(BELOW_OVERLAY2), ...mountinfo.matchAll(RELATIVE)];
  return new Set(matches.flatMap(([, name]) => name ?? []));
}
