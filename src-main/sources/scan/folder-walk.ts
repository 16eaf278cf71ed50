/**
 * One walk of one folder, without recursion: every name below it once, parents before what they hold.
 * Synchronous on purpose (2.5 times faster than the asynchronous calls, see the design's measurements): for workers.
 */
import { type Stats, closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';
import type { Issue } from '../../model/issue.ts';
import { type Name, type Path, isFolder, joinPath, namesIn, textNamesIn, textOf } from './names.ts';
import type { FolderToWalk, Visitor, WalkBounds, WalkEnd } from './walk-records.ts';

const OPEN_FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** A walk that has seen so many entries leaves half of its folders to others, and again after as many more. */
const LEAVE_AFTER_ENTRIES = 100_000;
/** Below PATH_MAX (4096) with room for one more name. UTF-16 units can take three bytes each. */
const LONGEST_TEXT_PATH = 1200;
const LONGEST_BYTE_PATH = 3600;
const MOST_ISSUES = 20;
const NO_THROW = { throwIfNoEntry: false } as const;

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

/** Walks what is in some folders of one device; `top` is the absolute path that `shown` paths are relative to. */
export function walkFolders(
  folders: readonly FolderToWalk[],
  at: { readonly top: string; readonly device: number },
  visitor: Visitor,
  bounds: WalkBounds,
): WalkEnd {
  return new FolderWalk(at, visitor, bounds).run(folders);
}

class FolderWalk {
  readonly #at: { readonly top: string; readonly device: number };
  readonly #visitor: Visitor;
  readonly #bounds: WalkBounds;
  #pending: Pending[] = [];
  #issues: Issue[] = [];
  #mounts: string[] = [];
  #troubles = 0;
  #incomplete: string | null = null;
  #seen = 0;

  constructor(at: { top: string; device: number }, visitor: Visitor, bounds: WalkBounds) {
    this.#at = at;
    this.#visitor = visitor;
    this.#bounds = bounds;
  }

  run(folders: readonly FolderToWalk[]): WalkEnd {
    const { top } = this.#at;
    for (const { shown, ino, size, id } of folders) {
      const path = shown === '.' ? top : `${top}/${shown}`;
      this.#pending.push({ path, anchor: { fd: null, base: path, shown, users: 1 }, id, ino, size });
    }
    for (let next = this.#pending.pop(); next; next = this.#pending.pop()) {
      this.#folder(next);
      release(next.anchor);
      this.#bounds.onFolder();
      if (this.#seen > LEAVE_AFTER_ENTRIES) this.#leaveHalf();
    }
    if (this.#troubles > MOST_ISSUES) {
      const more = this.#troubles - MOST_ISSUES;
      this.#issues.push({ where: folders[0]?.shown ?? '.', what: `${more} more entries could not be read` });
    }
    return { incomplete: this.#incomplete, issues: this.#issues, mounts: this.#mounts };
  }

  /** The half that would be walked last: it lies highest. What has no plain path of its own is not left. */
  #leaveHalf(): void {
    this.#seen = 0;
    if (this.#bounds.onLeft === null) return;
    const half = this.#pending.slice(0, this.#pending.length >> 1);
    const left = half.filter(({ path, anchor }) => typeof path === 'string' && anchor.fd === null);
    if (left.length === 0) return;
    const gone = new Set(left);
    this.#pending = this.#pending.filter((one) => !gone.has(one));
    this.#bounds.onLeft(
      left.map((one) => ({ shown: shownPath(one), ino: one.ino, size: one.size, id: one.id })),
    );
  }

  #folder(folder: Pending): void {
    const names = this.#bounds.guarded ? null : this.#plainNames(folder);
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
      if (stats.ino !== folder.ino || stats.dev !== this.#at.device) {
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
        this.#seen += names.length;
        for (const name of names) {
          if (hidden !== undefined && hidden.has(textOf(name))) continue;
          this.#entry(base, name, folder, anchor);
        }
      }
    } catch (thrown) {
      this.#trouble(shown, thrown as NodeJS.ErrnoException);
    }
  }

  /**
   * The names of a folder that needs no care: neither far down nor huge, all names UTF-8. Null for every other one.
   * Where the working directory is ours it is that folder now.
   */
  #plainNames({ path, size }: Pending): readonly string[] | null {
    if (typeof path !== 'string' || path.length > LONGEST_TEXT_PATH) return null;
    try {
      if (!this.#bounds.mayChdir) return textNamesIn(path, size);
      process.chdir(path);
      return textNamesIn('.', size);
    } catch {
      return null; // listed again with care, which tells why not
    }
  }

  /** The short way for nearly every folder, the same as `#list`: paths are text and nobody has to be kept out. */
  #listPlain(names: readonly string[], folder: Pending): void {
    const { anchor, id } = folder;
    const long = `${folder.path as string}/`;
    const base = this.#bounds.mayChdir ? '' : long;
    this.#seen += names.length;
    const hidden = this.#bounds.hidden.size === 0 ? undefined : this.#bounds.hidden.get(shownPath(folder));
    for (const name of names) {
      if (hidden !== undefined && hidden.has(name)) continue;
      const path = base + name;
      let stats: Stats | undefined;
      try {
        stats = lstatSync(path, NO_THROW);
      } catch (thrown) {
        this.#trouble(shownPath({ path: long + name, anchor }), thrown as NodeJS.ErrnoException);
        continue;
      }
      if (stats === undefined) continue;
      if (!isFolder(stats)) this.#visitor.entry(name, stats, id, path);
      else this.#below(name, stats, folder, path, long + name);
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
    if (stats.dev !== this.#at.device) {
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

function shownPath(at: { readonly path: Path; readonly anchor: Anchor }): string {
  return at.anchor.shown + textOf(at.path).slice(at.anchor.base.length);
}

function release(anchor: Anchor): void {
  anchor.users -= 1;
  if (anchor.users === 0 && anchor.fd !== null) closeSync(anchor.fd);
}
