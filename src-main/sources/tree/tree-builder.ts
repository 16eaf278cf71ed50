import { ENTRY_KIND, type EntryKind, type LayerTree } from '../../model/tree.ts';

/** One entry as a reader hands it over. `path` is inside the layer, without leading slash. */
export interface BuiltEntry {
  readonly path: string;
  readonly kind: EntryKind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly diskBytes?: number;
  readonly mtimeMs: number;
  readonly checksum?: bigint;
  readonly linkTarget?: string;
  /** Path of the first name of the same inode, for further names. */
  readonly hardLinkTo?: string;
}

/** PATH_MAX: no kernel call takes a longer one, so no honest layer has it. Bounds the depth too. */
export const MAX_PATH_BYTES = 4096;
/** More entries than any image has; a tar that goes on is a bomb. */
export const MAX_ENTRIES = 5_000_000;
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/**
 * Collects entries of a tar or tar-split into a LayerTree. Hostile paths (`..`, too long) become problems and never
 * entries. `.wh.` marks become whiteouts and opaque folders. Folders that are not named themselves are made.
 */
export class TreeBuilder {
  readonly #names: string[] = [''];
  readonly #parents: number[] = [-1];
  readonly #kinds: number[] = [ENTRY_KIND.folder];
  readonly #modes: number[] = [0o755];
  readonly #uids: number[] = [0];
  readonly #gids: number[] = [0];
  readonly #sizes: number[] = [0];
  readonly #mtimes: number[] = [0];
  readonly #disk: number[] = [0];
  readonly #checksums = new Map<number, bigint>();
  readonly #links = new Map<number, string>();
  readonly #hardLinks = new Map<number, number>();
  readonly #opaque = new Set<number>();
  readonly #problems: { path: string; what: string }[] = [];
  readonly #index = new Map<string, number>([['', 0]]);
  readonly #knowsDisk: boolean;

  constructor({ knowsDisk }: { knowsDisk: boolean }) {
    this.#knowsDisk = knowsDisk;
  }

  get full(): boolean {
    return this.#names.length >= MAX_ENTRIES;
  }

  problem(path: string, what: string): void {
    if (this.#problems.length < 1000) this.#problems.push({ path, what });
  }

  /** An entry of a tar: `.wh.` names are marks. */
  add(entry: BuiltEntry): void {
    const place = this.#place(entry);
    if (place === undefined) return;
    const { path, name, folder } = place;
    if (name === OPAQUE) return void this.#opaque.add(this.#folder(folder));
    if (name.startsWith(`${WHITEOUT}${WHITEOUT}`)) return;
    if (!name.startsWith(WHITEOUT)) return this.#put(path, name, folder, entry);
    const hidden = name.slice(WHITEOUT.length);
    const whiteout = { ...entry, kind: ENTRY_KIND.whiteout, size: 0 };
    this.#put(folder === '' ? hidden : `${folder}/${hidden}`, hidden, folder, whiteout);
  }

  /** An entry of a folder on disk, where `.wh.` is a name like any other. */
  addFromDisk(entry: BuiltEntry): void {
    const place = this.#place(entry);
    if (place !== undefined) this.#put(place.path, place.name, place.folder, entry);
  }

  /** The folder hides what lies below it in lower layers. */
  markOpaque(path: string): void {
    this.#opaque.add(this.#folder(path));
  }

  finish(): LayerTree {
    const checksums = this.#checksums.size === 0 ? null : new BigUint64Array(this.#names.length);
    if (checksums !== null) for (const [entry, sum] of this.#checksums) checksums[entry] = sum;
    return {
      length: this.#names.length,
      names: this.#names,
      parents: Int32Array.from(this.#parents),
      kinds: Uint8Array.from(this.#kinds),
      modes: Uint16Array.from(this.#modes),
      uids: Uint32Array.from(this.#uids),
      gids: Uint32Array.from(this.#gids),
      sizes: Float64Array.from(this.#sizes),
      diskBytes: this.#knowsDisk ? Float64Array.from(this.#disk) : null,
      mtimesMs: Float64Array.from(this.#mtimes),
      checksums,
      linkTargets: this.#links,
      hardLinks: this.#hardLinks,
      opaque: this.#opaque,
      problems: this.#problems,
    };
  }

  /** Undefined when it is no path inside the layer, or the root itself (which is described at once). */
  #place(entry: BuiltEntry): { path: string; name: string; folder: string } | undefined {
    const path = cleanPath(entry.path);
    if (path === undefined) {
      this.problem(entry.path.slice(0, 200), 'the path has ".." or is too long: not taken');
      return undefined;
    }
    if (path === '') {
      this.#describe(0, { ...entry, kind: ENTRY_KIND.folder });
      return undefined;
    }
    const slash = path.lastIndexOf('/');
    return { path, name: path.slice(slash + 1), folder: slash < 0 ? '' : path.slice(0, slash) };
  }

  #put(path: string, name: string, folder: string, entry: BuiltEntry): void {
    const parent = this.#folder(folder);
    const known = this.#index.get(path);
    const at = known ?? this.#push(name, parent);
    if (known === undefined) this.#index.set(path, at);
    // The last entry of a name wins in a tar, but a folder that already has children stays one.
    if (known !== undefined && this.#kinds[at] === ENTRY_KIND.folder && entry.kind !== ENTRY_KIND.folder) {
      return this.problem(path, 'named as a folder and as a file: kept as a folder');
    }
    const first =
      entry.hardLinkTo === undefined ? undefined : this.#index.get(cleanPath(entry.hardLinkTo) ?? '\0');
    if (entry.hardLinkTo !== undefined && (first === undefined || first === at)) {
      this.problem(path, 'a hard link to a name that this layer does not have');
    }
    this.#describe(at, first === undefined || first === at ? entry : { ...entry, size: this.#sizes[first]! });
    if (first !== undefined && first !== at) {
      this.#kinds[at] = this.#kinds[first]!;
      this.#hardLinks.set(at, this.#hardLinks.get(first) ?? first);
    }
  }

  /** The folder of a path, made with all above it when no entry named it. Never under something that is no folder. */
  #folder(path: string): number {
    const known = this.#index.get(path);
    if (known !== undefined) {
      if (this.#kinds[known] !== ENTRY_KIND.folder) this.#kinds[known] = ENTRY_KIND.folder;
      return known;
    }
    let parent = 0;
    for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      const part = end < 0 ? path : path.slice(0, end);
      const found = this.#index.get(part);
      if (found === undefined) {
        parent = this.#push(part.slice(part.lastIndexOf('/') + 1), parent);
        this.#index.set(part, parent);
      } else parent = found;
      if (end < 0) return parent;
    }
  }

  #push(name: string, parent: number): number {
    this.#parents.push(parent);
    this.#kinds.push(ENTRY_KIND.folder);
    this.#modes.push(0o755);
    this.#uids.push(0);
    this.#gids.push(0);
    this.#sizes.push(0);
    this.#mtimes.push(0);
    this.#disk.push(0);
    return this.#names.push(name) - 1;
  }

  #describe(at: number, entry: BuiltEntry): void {
    this.#kinds[at] = entry.kind;
    this.#modes[at] = entry.mode & 0o7777;
    this.#uids[at] = entry.uid;
    this.#gids[at] = entry.gid;
    this.#sizes[at] = entry.kind === ENTRY_KIND.folder ? 0 : entry.size;
    this.#mtimes[at] = entry.mtimeMs;
    this.#disk[at] = entry.diskBytes ?? 0;
    if (entry.checksum !== undefined) this.#checksums.set(at, entry.checksum);
    if (entry.linkTarget !== undefined) this.#links.set(at, entry.linkTarget);
  }
}

/** Without `./`, leading, doubled or trailing slashes; undefined when it would leave the layer or is too long. */
export function cleanPath(path: string): string | undefined {
  if (path.length > MAX_PATH_BYTES) return undefined;
  if (!/(?:^|\/)\.{0,2}(?:\/|$)/.test(path)) return path;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts.join('/');
}
