/** What is taken out of layers, as its writers (a tar, a folder) get it. */

/** One regular file's content in its layer: open for reading, or why it can't be read. `path` is the one asked for. */
export type Content = OpenContent | { readonly path: string; readonly problem: string };

export interface OpenContent {
  readonly path: string;
  /** Bytes that `chunks` is to give; a file that shrinks meanwhile gives fewer. */
  readonly size: number;
  /** At most once, before the next content is asked for; a part is good until the next one is asked for. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** `path` is relative to where it is written, of plain names; '' is the place itself. */
export interface TakenEntry {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
}

export type TakenSymlink = TakenEntry & { readonly target: string | null };
/** `to`: the path of the file that it is another name of. */
export type TakenHardLink = TakenEntry & { readonly to: string };

/** Each list can be gone through again; contents are read as they are asked for. */
export interface Extraction {
  /** What will lie directly in the place: one name, or those of a whole root. */
  readonly names: Iterable<string>;
  /** Outer folders before inner ones. */
  readonly folders: Iterable<TakenEntry>;
  readonly symlinks: Iterable<TakenSymlink>;
  readonly hardLinks: Iterable<TakenHardLink>;
  files(): AsyncIterable<{ readonly entry: TakenEntry; readonly content: Content }>;
}

const MAX_PROBLEMS = 100;

/** What was written so far, and what could not be. */
export class Tally {
  files = 0;
  folders = 0;
  links = 0;
  /** Of contents. */
  bytes = 0;
  /** Of paths that could not be taken whole; the first of them are listed. */
  problemCount = 0;
  readonly problems: string[] = [];

  problem(path: string, what: string): void {
    this.problemCount += 1;
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(`/${path}: ${what}`);
  }
}
