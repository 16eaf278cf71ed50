/** Whether a running engine holds the store: it keeps its databases locked (flock) for as long as it runs. */
import { lstatSync, readFileSync } from 'node:fs';

/** Locked by the engine itself, whichever of them it has. */
const DATABASES = ['volumes/metadata.db', 'buildkit/snapshots.db', 'network/files/local-kv.db'];

/** False also where locks can't be listed (no Linux) or name another device (some filesystems): no proof, no claim. */
export function isHeld(dataRoot: string): boolean {
  let locks: string;
  try {
    locks = readFileSync('/proc/locks', 'utf8');
  } catch {
    return false; // documented above
  }
  return DATABASES.some((path) => {
    const stats = lstatSync(`${dataRoot}/${path}`, { throwIfNoEntry: false });
    return stats !== undefined && locks.includes(` ${lockName(stats)} `);
  });
}

/** As in proc(5): `08:01:1234`, device numbers in hex, the inode in decimal. */
function lockName({ dev, ino }: { readonly dev: number; readonly ino: number }): string {
  const major = (dev >>> 8) & 0xfff;
  const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
  const hex = (part: number): string => part.toString(16).padStart(2, '0');
  return `${hex(major)}:${hex(minor)}:${ino}`;
}
