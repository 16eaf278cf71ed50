/** What the walk measured, asked by path; what it did not measure is unknown and says why. */
import { known, unknown, unknownBut } from '../model/measured.ts';
import type { Measured } from '../model/measured.ts';
import type { DiskFolder } from './disk/records.ts';
import type { TreeTotals, UnitResult, WalkResult } from './scan/records.ts';

export interface Sizes {
  /** Allocated blocks of one unit. */
  disk(path: string): Measured;
  /** Sum of st_size of a unit's content (the `diff` of an overlay2 folder, `_data` of a volume), as Docker counts. */
  contentBytes(path: string): Measured;
  contentFiles(path: string): number | null;
}

export function sizesOf(walk: WalkResult | null): Sizes {
  const units = new Map<string, UnitResult>((walk?.units ?? []).map((unit) => [unit.path, unit]));
  const absent = walk === null ? 'files not readable' : walk.cancelled ? 'walk cancelled' : 'not walked';

  const measured = (path: string, pick: (unit: UnitResult) => number): Measured => {
    const unit = units.get(path);
    if (unit === undefined) return unknown(absent);
    if (unit.incomplete === null) return known(pick(unit));
    return unknownBut(pick(unit), `${path}: ${unit.incomplete}`);
  };
  return {
    disk: (path) => measured(path, (unit) => unit.totals.diskBytes),
    contentBytes: (path) => measured(path, (unit) => content(unit).bytes),
    contentFiles: (path) => {
      const files = measured(path, (unit) => content(unit).files);
      return files.state === 'known' ? files.bytes : null;
    },
  };
}

/** Of a folder's short name in overlay2/l; none where the folder is not there. */
export function linkBytes(folder: DiskFolder | undefined): Measured {
  const bytes = folder === undefined ? 0 : folder.linkDiskBytes;
  return bytes === null ? unknown('overlay2/l could not be listed') : known(bytes);
}

function content(unit: UnitResult): TreeTotals {
  return unit.content ?? unit.totals;
}
