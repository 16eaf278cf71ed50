/**
 * Which folders of overlay2 a mount uses right now, as every mount namespace that we see tells it: an engine in a
 * namespace of its own (a snap, systemd's PrivateMounts, rootless) mounts where our own list shows nothing.
 */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** What follows `/overlay2/` in a mount point or in an overlay's lowerdir, upperdir and workdir. */
const BELOW_OVERLAY2 = /\/overlay2\/(l\/[^/:, ]+|[^/:, ]+)/g;
/** The engine mounts with names relative to overlay2 when there are many layers: `lowerdir=l/AAA:l/BBB,upperdir=<id>/diff`. */
const RELATIVE = /[=:](l\/[A-Z0-9]{26}(?![^:,\s])|[a-z0-9]+(?:-init)?(?=\/(?:diff|work)))/g;

/** Folder names, and short names as `l/<name>`. Throws when a list of mounts cannot be read. `proc`: the mount of procfs. */
export function mountedNames(proc = '/proc'): ReadonlySet<string> {
  const names = new Set(namesIn(readFileSync(`${proc}/self/mountinfo`, 'utf8')));
  const seen = new Set([readlinkSync(`${proc}/self/ns/mnt`)]);
  for (const pid of readdirSync(proc)) {
    if (!/^\d+$/.test(pid)) continue;
    for (const name of namesOfProcess(`${proc}/${pid}`, seen)) names.add(name);
  }
  return names;
}

/**
 * None where the process has ended meanwhile, or is another user's: who may not look at the engine's process may not
 * move its folders either.
 */
function namesOfProcess(process: string, seen: Set<string>): ReadonlySet<string> {
  try {
    const namespace = readlinkSync(`${process}/ns/mnt`);
    if (seen.has(namespace)) return new Set();
    const names = namesIn(readFileSync(`${process}/mountinfo`, 'utf8'));
    seen.add(namespace); // only now: the next process in it is asked where this one ended
    return names;
  } catch (thrown) {
    if (GONE_OR_FOREIGN.has((thrown as NodeJS.ErrnoException).code ?? '')) return new Set();
    throw thrown;
  }
}

const GONE_OR_FOREIGN = new Set(['ENOENT', 'ESRCH', 'EINVAL', 'EACCES', 'EPERM']);

/** Names are random, so one that any mount names counts as mounted, whatever path the data root is seen under. */
export function namesIn(mountinfo: string): ReadonlySet<string> {
  const matches = [...mountinfo.matchAll(BELOW_OVERLAY2), ...mountinfo.matchAll(RELATIVE)];
  return new Set(matches.flatMap(([, name]) => name ?? []));
}
