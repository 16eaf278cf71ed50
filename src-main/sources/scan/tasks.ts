/** From units to what a worker is asked: what to leave out, and which units can't be measured at all. */
import { lstatSync } from 'node:fs';
import { mountPointsBelow } from './mounts.ts';
import type { WalkUnit } from './records.ts';
import type { PieceTask } from './unit-walk.ts';

export interface PlannedUnit {
  readonly unit: WalkUnit;
  readonly task: PieceTask;
  /** Why it is not walked; null when it is. */
  readonly refused: string | null;
}

/** `root` is a real path. Throws when the kernel's list of mounts can't be read: without it nothing is certain. */
export function planTasks(root: string, units: readonly WalkUnit[]): PlannedUnit[] {
  const mounts = mountPointsBelow(root).map((path) => path.slice(root === '/' ? 1 : root.length + 1));
  const mountsBelow = byAncestor(mounts);
  const mounted = new Set(mounts);
  return units.map((unit) => ({
    unit,
    task: {
      dataRoot: root,
      unit: unit.path,
      part: 'whole',
      content: contentName(unit.path),
      hidden: [...unit.without, ...(mountsBelow.get(unit.path) ?? [])],
      guarded: !unit.immutable,
    },
    refused: isBelowRoot(unit.path)
      ? sameDeviceMount(root, unit.path, mounted)
      : 'is no path below the data root',
  }));
}

/** The folder of a unit that holds what users put there: a layer's or container's `diff`, a volume's `_data`. */
function contentName(path: string): string | null {
  const [top, name, more] = path.split('/');
  if (name === undefined || more !== undefined || name === 'l') return null;
  return top === 'overlay2' ? 'diff' : top === 'volumes' ? '_data' : null;
}

const isBelowRoot = (path: string): boolean =>
  path === '.' || path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

/**
 * A bind mount of the same filesystem shows inodes that stand elsewhere too: measured there or not at all. A filesystem
 * of its own (a data root spread over disks) is measured.
 */
function sameDeviceMount(root: string, path: string, mounted: ReadonlySet<string>): string | null {
  if (path === '.') return null;
  for (const above of [path, ...ancestors(path)]) {
    if (!mounted.has(above)) continue;
    const [here, outside] = [`${root}/${above}`, root].map(
      (at) => lstatSync(at, { throwIfNoEntry: false })?.dev,
    );
    if (here === outside) return `another folder is mounted at ${above}: its files are not counted here`;
  }
  return null;
}

function byAncestor(mounts: readonly string[]): Map<string, string[]> {
  const below = new Map<string, string[]>([['.', [...mounts]]]);
  for (const mount of mounts) {
    for (const above of ancestors(mount)) {
      const list = below.get(above);
      if (list) list.push(mount);
      else below.set(above, [mount]);
    }
  }
  return below;
}

/** `a/b/c` → `a/b`, `a`. */
function ancestors(path: string): string[] {
  const all: string[] = [];
  for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1))
    all.push(path.slice(0, cut));
  return all;
}
