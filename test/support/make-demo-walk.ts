/** What the walk of the demo store would measure. */
import type { DiskRecords } from '../../src-main/sources/disk/records.ts';
import { walkPlan } from '../../src-main/sources/join-plan.ts';
import type { TreeTotals, WalkResult } from '../../src-main/sources/scan/records.ts';

export interface Size {
  readonly megabytes: number;
  readonly files: number;
}

const TOP = 'buildkit containers image network overlay2 plugins runtimes swarm tmp volumes'.split(' ');

export const bytesOf = (megabytes: number): number => Math.round(megabytes * 1e6);

/** Whole 4 KiB blocks, as ext4 gives them. */
export function blocks(bytes: number): number {
  return Math.ceil(bytes / 4096) * 4096;
}

/** Half a block lost per file, and a folder for every nine. */
function totals({ megabytes, files }: Size, own: number): TreeTotals {
  const bytes = bytesOf(megabytes);
  const below = Math.ceil(files / 9);
  const diskBytes = blocks(bytes + files * 1900) + (below + own) * 4096;
  const counts = { symlinks: Math.floor(files / 16), whiteouts: 0, others: 0, setuid: 0 };
  return { bytes, diskBytes, files, folders: below + own, ...counts, newestMtimeMs: 0 };
}

const METADATA: Readonly<Record<string, Size>> = {
  image: { megabytes: 9.4, files: 1210 },
  buildkit: { megabytes: 2.1, files: 5 },
  network: { megabytes: 0.07, files: 1 },
  overlay2: { megabytes: 0, files: 0 },
};

/** `sizes` by unit; what it does not name is empty but for its own folder. */
export function walkOf(disk: DiskRecords, sizes: ReadonlyMap<string, Size>): WalkResult {
  const plan = walkPlan(
    TOP.map((path) => ({ path, isFolder: true })),
    disk,
  );
  const links = disk.folders.reduce((bytes, one) => bytes + (one.linkDiskBytes ?? 0), 0);
  const units = plan.map(({ path }): WalkResult['units'][number] => {
    const size = sizes.get(path) ?? METADATA[path] ?? { megabytes: 0, files: 0 };
    const whole = totals(size, path.startsWith('overlay2/') ? 3 : 1);
    const found = { path, totals: whole, incomplete: null, from: 'walk', issues: [] } as const;
    if (path === 'overlay2') return { ...found, totals: { ...whole, diskBytes: whole.diskBytes + links } };
    const inner = path.startsWith('overlay2/') || path.startsWith('volumes/');
    return inner ? { ...found, content: totals(size, 1) } : found;
  });
  return { units, cancelled: false };
}
