/**
 * One walk of one folder, without recursion: every name below it once, parents before what they hold.
 * Synchronous on purpose (2.5 times faster than the asynchronous calls, see the design's measurements): for workers.
 */
import { type Stats, closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';
import type { Issue } from '../../model/issue.ts';
import { type Name, type Path, isFolder, joinPath, namesIn, textNamesIn, textOf } from './names.ts';

const OPEN_FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Below PATH_MAX (4096) with room for one more name. UTF-16 units can take three bytes each. */
const LONGEST_TEXT_PATH = 1200;
const LONGEST_BYTE_PATH = 3600;
const MOST_ISSUES = 20;
const NO_THROW = { throwIfNoEntry: false } as const;

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
  readonly stopped: () => boolean;
}

export interface WalkEnd {
  /** Why totals are only a lower bound; null when everything was read. */
  readonly incomplete: string | null;
  readonly issues: readonly Issue[];
  /** Folders on another device, by shown path. */
  readonly mounts: readonly string[];
  readonly stopped: boolean;
}

/** A handle that paths beyond PATH_MAX start from; closed when the last folder below it is read. */
interface Anchor {
  readonly fd: number | null;
  readonly base: string;
  readonly shown: string;
  users: number;
}

interface Pending {
  readonly path: Path;
  readonly anchor: Anchor;
  readonly id: number;
  readonly ino: number;
  readonly size: number;
}

/** Walks the folder at `root`, whose stats the caller has. `shown` is its path in issues and in `hidden`. */
export function walkFolder(
  root: { readonly path: string; readonly shown: string; readonly stats: Stats; readonly id: number },
  visitor: Visitor,
  bounds: WalkBounds,
): WalkEnd {
  const walk = new FolderWalk(root.stats.dev, visitor, bounds);
  return walk.run(root);
}

class FolderWalk {
  #device: number;
  #visitor: Visitor;
  #bounds: WalkBounds;
  #pending: Pending[] = [];
  #issues: Issue[] = [];
  #mounts: string[] = [];
  #troubles = 0;
  #incomplete: string | null = null;
  #stopped = false;

  constructor(device: number, visitor: Visitor, bounds: WalkBounds) {
    this.#device = device;
    this.#visitor = visitor;
    this.#bounds = bounds;
  }

  run(root: { path: string; shown: string; stats: Stats; id: number }): WalkEnd {
    const anchor: Anchor = { fd: null, base: root.path, shown: root.shown, users: 1 };
    this.#pending.push({ path: root.path, anchor, id: root.id, ino: root.stats.ino, size: root.stats.size });
    for (let next = this.#pending.pop(); next; next = this.#pending.pop()) {
      this.#stopped ||= this.#bounds.stopped();
      if (!this.#stopped) this.#folder(next);
      release(next.anchor);
    }
    if (this.#troubles > MOST_ISSUES) {
      const more = this.#troubles - MOST_ISSUES;
      this.#issues.push({ where: root.shown, what: `${more} more entries could not be read` });
    }
    const { issues, mounts } = { issues: this.#issues, mounts: this.#mounts };
    return { incomplete: this.#incomplete, issues, mounts, stopped: this.#stopped };
  }

  #folder(folder: Pending): void {
    const names = this.#bounds.guarded ? null : plainNames(folder);
    if (names !== null) return this.#listPlain(names, folder);
    const long =
      folder.path.length > (typeof folder.path === 'string' ? LONGEST_TEXT_PATH : LONGEST_BYTE_PATH);
    const shown = shownPath(folder);
    if (!this.#bounds.guarded && !long) return this.#list(folder.path, folder, folder.anchor, shown);
    let fd: number;
    try {
      fd = openSync(folder.path, OPEN_FOLDER);
    } catch (thrown) {
      return this.#trouble(shown, thrown as NodeJS.ErrnoException);
    }
    const base = `/proc/self/fd/${fd}`;
    const anchor: Anchor = long ? { fd, base, shown, users: 1 } : folder.anchor;
    try {
      const stats = fstatSync(fd);
      if (stats.ino !== folder.ino || stats.dev !== this.#device) {
        this.#note(shown, 'was replaced while it was read');
        this.#incomplete ??= `${shown} was replaced while it was read`;
      } else this.#list(base, long ? { ...folder, path: base } : folder, anchor, shown);
    } finally {
      if (long) release(anchor);
      else closeSync(fd);
    }
  }

  /** Lists by `base`; `folder.path` is what paths of folders below start with. */
  #list(base: Path, folder: Pending, anchor: Anchor, shown: string): void {
    const hidden = this.#bounds.hidden.get(shown);
    try {
      for (const names of namesIn(base, folder.size)) {
        if (this.#bounds.stopped()) {
          this.#stopped = true;
          return;
        }
        for (const name of names) {
          if (hidden !== undefined && hidden.has(textOf(name))) continue;
          this.#entry(base, name, folder, anchor);
        }
      }
    } catch (thrown) {
      this.#trouble(shown, thrown as NodeJS.ErrnoException);
    }
  }

  /** The short way for nearly every folder, the same as `#list`: paths are text and nobody has to be kept out. */
  #listPlain(names: readonly string[], folder: Pending): void {
    const { anchor, id } = folder;
    const base = `${folder.path as string}/`;
    const hidden = this.#bounds.hidden.size === 0 ? undefined : this.#bounds.hidden.get(shownPath(folder));
    for (const name of names) {
      if (hidden !== undefined && hidden.has(name)) continue;
      const path = base + name;
      let stats: Stats | undefined;
      try {
        stats = lstatSync(path, NO_THROW);
      } catch (thrown) {
        this.#trouble(shownPath({ path, anchor }), thrown as NodeJS.ErrnoException);
        continue;
      }
      if (stats === undefined) continue;
      if (!isFolder(stats)) this.#visitor.entry(name, stats, id, path);
      else this.#below(name, stats, folder, path, path);
    }
  }

  #entry(base: Path, name: Name, folder: Pending, anchor: Anchor): void {
    const path = joinPath(base, name);
    let stats: Stats | undefined;
    try {
      stats = lstatSync(path, NO_THROW);
    } catch (thrown) {
      return this.#trouble(`${anchor.shown}/…/${textOf(name)}`, thrown as NodeJS.ErrnoException);
    }
    if (stats === undefined) return; // gone since the listing: no longer part of the folder
    if (!isFolder(stats)) {
      this.#visitor.entry(name, stats, folder.id, path);
      return;
    }
    this.#below(
      name,
      stats,
      { ...folder, anchor },
      path,
      base === folder.path ? path : joinPath(folder.path, name),
    );
  }

  /** A folder in `folder`: told now, by the path it can be opened by now, and walked later by `below`. */
  #below(name: Name, stats: Stats, { anchor, id: parent }: Pending, path: Path, below: Path): void {
    if (stats.dev !== this.#device) {
      this.#mounts.push(shownPath({ path: below, anchor }));
      return;
    }
    const id = this.#visitor.entry(name, stats, parent, path);
    anchor.users += 1;
    this.#pending.push({ path: below, anchor, id, ino: stats.ino, size: stats.size });
  }

  #trouble(where: string, thrown: NodeJS.ErrnoException): void {
    if (thrown.code === undefined) throw thrown;
    if (thrown.code === 'ENOENT') return this.#note(where, 'vanished while it was read');
    const what =
      thrown.code === 'ENOTDIR' || thrown.code === 'ELOOP' ? 'was replaced while it was read' : thrown.code;
    this.#note(where, `could not be read: ${what}`);
    this.#incomplete ??= `${where} could not be read: ${what}`;
  }

  #note(where: string, what: string): void {
    this.#troubles += 1;
    if (this.#troubles <= MOST_ISSUES) this.#issues.push({ where, what });
  }
}

/** The names of a folder that needs no care: neither far down nor huge, all names UTF-8. Null for every other one. */
function plainNames({ path, size }: Pending): readonly string[] | null {
  if (typeof path !== 'string' || path.length > LONGEST_TEXT_PATH) return null;
  try {
    return textNamesIn(path, size);
  } catch {
    return null; // listed again with care, which tells why not
  }
}

function shownPath(at: { readonly path: Path; readonly anchor: Anchor }): string {
  return at.anchor.shown + textOf(at.path).slice(at.anchor.base.length);
}

function release(anchor: Anchor): void {
  anchor.users -= 1;
  if (anchor.users === 0 && anchor.fd !== null) closeSync(anchor.fd);
}
