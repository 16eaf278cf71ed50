import { ENTRY_KIND, type LayerTree } from '../../model/tree.ts';
import { EntryColumns, type EntryFacts } from './entry-columns.ts';

/** One entry as a reader hands it over. `path` is inside the layer, without leading slash. */
export interface BuiltEntry extends EntryFacts {
  readonly path: string;
  readonly linkTarget?: string | undefined;
  /** Path of the first name of the same inode, for further names. */
  readonly hardLinkTo?: string | undefined;
}

/** PATH_MAX: no kernel call takes a longer one, so no honest layer has it. Bounds the depth too. */
export const MAX_PATH_BYTES = 4096;
/** More entries than any image has; a tar that goes on is a bomb. */
export const MAX_ENTRIES = 5_000_000;
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
/** V8 keeps shorter slices as strings of their own. */
const SHORT = 13;

/**
 * Collects entries of a tar or tar-split into a LayerTree. Hostile paths (`..`, too long) become problems and never
 * entries. `.wh.` marks become whiteouts and opaque folders. Folders that are not named themselves are made.
 */
export class TreeBuilder {
  readonly #names: string[] = [''];
  readonly #columns: EntryColumns;
  readonly #links = new Map<number, string>();
  readonly #hardLinks = new Map<number, number>();
  readonly #opaque = new Set<number>();
  readonly #problems: { path: string; what: string }[] = [];
  /** By folder. */
  readonly #children: (Map<string, number> | undefined)[] = [undefined];
  /** Entries come folder by folder: the last one is asked for again and again. */
  #lastFolder = '';
  #lastFolderEntry = 0;

  readonly #passing: boolean;

  /** `passing`: the tree does not stay, so its names need not be strings of their own. */
  constructor({ knowsDisk, passing = false }: { knowsDisk: boolean; passing?: boolean }) {
    this.#columns = new EntryColumns({ knowsDisk });
    this.#passing = passing;
  }

  get full(): boolean {
    return this.#names.length >= MAX_ENTRIES;
  }

  problem(path: string, what: string): void {
    if (this.#problems.length < 1000) this.#problems.push({ path, what });
  }

  /** An entry of a tar: `.wh.` names are marks. */
  add(entry: BuiltEntry): void {
    const path = this.#pathOf(entry);
    if (path === undefined) return;
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    if (!name.startsWith(WHITEOUT)) return this.#put(path, this.#folderOf(path, slash), name, entry);
    if (name === OPAQUE) return void this.#opaque.add(this.#folderOf(path, slash));
    if (name.startsWith(`${WHITEOUT}${WHITEOUT}`)) return;
    const hidden = name.slice(WHITEOUT.length);
    if (hidden === '' || hidden === '.' || hidden === '..')
      return this.problem(path, 'a mark that hides nothing that can be: not taken');
    this.#put(path, this.#folderOf(path, slash), hidden, { ...entry, kind: ENTRY_KIND.whiteout, size: 0 });
  }

  /** An entry of a folder on disk, where `.wh.` is a name like any other. */
  addFromDisk(entry: BuiltEntry): void {
    const path = this.#pathOf(entry);
    if (path === undefined) return;
    const slash = path.lastIndexOf('/');
    this.#put(path, this.#folderOf(path, slash), path.slice(slash + 1), entry);
  }

  /** The folder hides what lies below it in lower layers. */
  markOpaque(path: string): void {
    this.#opaque.add(this.#folder(path));
  }

  finish(): LayerTree {
    return {
      ...this.#columns.finish(),
      names: this.#names,
      linkTargets: this.#links,
      hardLinks: this.#hardLinks,
      opaque: this.#opaque,
      problems: this.#problems,
    };
  }

  /** Undefined when it is no path inside the layer, or the root itself (which is described at once). */
  #pathOf(entry: BuiltEntry): string | undefined {
    const path = cleanPath(entry.path);
    if (path === undefined) {
      this.problem(entry.path.slice(0, 200), 'the path has ".." or is too long: not taken');
    } else if (path === '') this.#describe(0, { ...entry, kind: ENTRY_KIND.folder });
    else return path;
    return undefined;
  }

  #put(path: string, folder: number, name: string, entry: BuiltEntry): void {
    const known = this.#children[folder]?.get(name);
    const at = known ?? this.#push(folder, name);
    // The last entry of a name wins in a tar, but a folder that already has children stays one.
    if (
      known !== undefined &&
      this.#columns.kinds[at] === ENTRY_KIND.folder &&
      entry.kind !== ENTRY_KIND.folder
    ) {
      return this.problem(path, 'named as a folder and as a file: kept as a folder');
    }
    if (entry.hardLinkTo === undefined) return this.#describe(at, entry);
    const first = this.#find(cleanPath(entry.hardLinkTo));
    if (first === undefined || first === at) {
      this.problem(path, 'a hard link to a name that this layer does not have');
      return this.#describe(at, entry);
    }
    this.#describe(at, { ...entry, size: this.#columns.sizes[first]! });
    this.#columns.kinds[at] = this.#columns.kinds[first]!;
    this.#hardLinks.set(at, this.#hardLinks.get(first) ?? first);
  }

  #folderOf(path: string, slash: number): number {
    if (slash < 0) return 0;
    if (slash === this.#lastFolder.length && path.startsWith(this.#lastFolder)) return this.#lastFolderEntry;
    const folder = path.slice(0, slash);
    this.#lastFolderEntry = this.#folder(folder);
    this.#lastFolder = folder;
    return this.#lastFolderEntry;
  }

  /** The folder of a path, made with all above it when no entry named it. Never under something that is no folder. */
  #folder(path: string): number {
    let at = 0;
    for (let start = 0; start < path.length;) {
      const slash = path.indexOf('/', start);
      const end = slash < 0 ? path.length : slash;
      const name = path.slice(start, end);
      at = this.#children[at]?.get(name) ?? this.#push(at, name);
      if (this.#columns.kinds[at] !== ENTRY_KIND.folder) this.#columns.kinds[at] = ENTRY_KIND.folder;
      start = end + 1;
    }
    return at;
  }

  /** A name that this layer has so far; a folder has one name only. */
  #find(path: string | undefined): number | undefined {
    if (path === undefined) return undefined;
    let at: number | undefined = 0;
    for (const part of path.split('/')) {
      at = this.#children[at]?.get(part);
      if (at === undefined) return undefined;
    }
    return this.#columns.kinds[at] === ENTRY_KIND.folder ? undefined : at;
  }

  #push(parent: number, name: string): number {
    const own = this.#passing ? name : ownString(name);
    const siblings = (this.#children[parent] ??= new Map<string, number>());
    this.#names.push(own);
    const at = this.#columns.add(parent);
    this.#children.push(undefined);
    siblings.set(own, at);
    return at;
  }

  #describe(at: number, entry: BuiltEntry): void {
    this.#columns.describe(at, entry);
    if (entry.linkTarget !== undefined) this.#links.set(at, entry.linkTarget);
  }
}

const scratch = Buffer.alloc(4 * MAX_PATH_BYTES);

/** A slice keeps the whole path alive: a million of them are hundreds of megabytes. */
function ownString(name: string): string {
  if (name.length < SHORT || !name.isWellFormed()) return name;
  return scratch.toString('utf8', 0, scratch.write(name, 'utf8'));
}

/** No part of it can be empty, `.` or `..`; true of nearly every path, and told quickly. */
function isClean(path: string): boolean {
  return !path.startsWith('/') && !path.startsWith('.') && !path.includes('//') && !path.includes('/.');
}

/** Without `./`, leading, doubled or trailing slashes; undefined when it would leave the layer or is too long. */
export function cleanPath(path: string): string | undefined {
  if (path.length > MAX_PATH_BYTES) return undefined;
  if (isClean(path)) return path.endsWith('/') ? path.slice(0, -1) : path;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts.join('/');
}
