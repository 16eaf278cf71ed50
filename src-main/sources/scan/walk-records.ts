/** What a walk of folders is asked, whom it tells of entries, and how it ends. */
import type { Stats } from 'node:fs';
import type { Issue } from '../../model/issue.ts';
import type { Name, Path } from './names.ts';

export interface Visitor {
  /**
   * One entry. For a folder the number given back is handed in as `parent` of what it holds. `path` opens it as long
   * as this call lasts.
   */
  entry(name: Name, stats: Stats, parent: number, path: Path): number;
}

export interface WalkBounds {
  /** What to leave out: names by the shown path of their folder. */
  readonly hidden: ReadonlyMap<string, ReadonlySet<string>>;
  /** Somebody may swap folders for links while we read: list and stat by handle. A third slower. */
  readonly guarded: boolean;
  /** The working directory is ours to change: paths stay short. */
  readonly mayChdir: boolean;
  /** Called after each folder. */
  readonly onFolder: () => void;
  /** Takes folders over that are not walked yet; null when there is nobody to take them. */
  readonly onLeft: ((folders: readonly FolderToWalk[]) => void) | null;
}

/** A folder that is counted itself and whose entries are to be walked. */
export interface FolderToWalk {
  /** Relative to the data root, as it is shown. */
  readonly shown: string;
  /** What it was when its name was listed; another one of that name is not walked. */
  readonly ino: number;
  readonly size: number;
  /** What the visitor gave it. */
  readonly id: number;
}

export interface WalkEnd {
  /** Why totals are only a lower bound; null when everything was read. */
  readonly incomplete: string | null;
  readonly issues: readonly Issue[];
  /** Folders on another device, by shown path. */
  readonly mounts: readonly string[];
}
