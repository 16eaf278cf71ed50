/**
 * Files into a folder of the user's. Names and links in images are hostile: every folder is reached by handle, every
 * entry is made new, and nothing that is there is opened, followed or replaced.
 */
import { constants, fchmodSync, fchownSync, futimesSync } from 'node:fs';
import {
  lchown,
  link,
  lstat,
  lutimes,
  mkdir,
  open,
  symlink,
  unlink,
  type FileHandle,
} from 'node:fs/promises';
import { StrataError } from '../../contract/errors.ts';
import { bytesFromName } from '../tree/name-bytes.ts';
import { Reach } from '../tree/reach.ts';
import { exactBytes } from './exact-bytes.ts';
import type { Extraction, OpenContent, Tally, TakenEntry } from './records.ts';
import { systemWords } from './system-words.ts';

export interface WriteOptions {
  readonly tally: Tally;
  readonly signal: AbortSignal;
  /** Only root may give files away. */
  readonly keepOwners: boolean;
}

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
/** Without setuid, setgid and sticky. */
const KEPT_MODE = 0o777;

/**
 * Makes `dir` when it is not there; refuses when something in it has a name that would be made.
 * @throws StrataError naming what could not be written; what was written before stays, and `tally` has it
 */
export async function writeFolder(dir: string, extraction: Extraction, options: WriteOptions): Promise<void> {
  let at = '';
  try {
    await mkdir(dir, { recursive: true });
    const [to, from] = [
      await Reach.open(dir, { followRoot: true }),
      await Reach.open(dir, { followRoot: true }),
    ];
    try {
      for (at of extraction.names) await refuseTaken(await to.place(at));
      for await (at of written(extraction, { to, from }, options)) stopIf(options.signal);
    } finally {
      await to.close();
      await from.close();
    }
  } catch (thrown) {
    throw failure(thrown, at === '' ? dir : `${dir}/${at}`);
  }
}

interface Ways {
  readonly to: Reach;
  /** For the first names of hard links. */
  readonly from: Reach;
}

/** Writes; each path is said before it is written. */
async function* written(
  extraction: Extraction,
  { to, from }: Ways,
  options: WriteOptions,
): AsyncGenerator<string> {
  const { tally, keepOwners } = options;
  const folders = [...extraction.folders].filter(({ path }) => path !== '');
  for (const { path } of folders) {
    yield path;
    await mkdir(await to.place(path), 0o700);
  }
  const missing = new Set<string>();
  for await (const { entry, content } of extraction.files()) {
    yield entry.path;
    if ('problem' in content) {
      missing.add(entry.path);
      tally.problem(entry.path, content.problem);
    } else await writeFile(await to.place(entry.path), entry, content, options);
  }
  for (const entry of extraction.hardLinks) {
    yield entry.path;
    if (missing.has(entry.to)) tally.problem(entry.path, 'the file it is another name of could not be read');
    else {
      await link(await from.place(entry.to), await to.place(entry.path));
      tally.links += 1;
    }
  }
  for (const { path, target, uid, gid, mtimeMs } of extraction.symlinks) {
    yield path;
    if (target === null) tally.problem(path, 'where this link leads could not be read');
    else {
      const made = await to.place(path);
      await symlink(bytesFromName(target), made);
      if (keepOwners) await lchown(made, uid, gid);
      await lutimes(made, mtimeMs / 1000, mtimeMs / 1000);
      tally.links += 1;
    }
  }
  // Modes and times of folders last and inner ones first: what is written into a folder changes both needs and times.
  for (const entry of folders.reverse()) {
    yield entry.path;
    describe(await to.folder(entry.path), entry, keepOwners);
    tally.folders += 1;
  }
}

/** One that fails half-way is taken away again: half a file must not pass for a whole one. */
async function writeFile(
  made: Buffer,
  entry: TakenEntry,
  content: OpenContent,
  { tally, signal, keepOwners }: WriteOptions,
): Promise<void> {
  const file = await open(made, NEW_FILE, 0o600);
  try {
    for await (const part of exactBytes(content, entry.path, tally)) {
      stopIf(signal);
      await file.writeFile(part);
    }
    describe(file, entry, keepOwners);
    await file.close();
    tally.files += 1;
  } catch (thrown) {
    await file.close();
    await unlink(made);
    throw thrown;
  }
}

function describe({ fd }: FileHandle, { uid, gid, mode, mtimeMs }: TakenEntry, keepOwners: boolean): void {
  if (keepOwners) fchownSync(fd, uid, gid);
  fchmodSync(fd, mode & KEPT_MODE);
  futimesSync(fd, mtimeMs / 1000, mtimeMs / 1000);
}

async function refuseTaken(path: Buffer): Promise<void> {
  try {
    await lstat(path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw thrown;
  }
  throw new StrataError('failed', 'something is there already, and it is not overwritten');
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new StrataError('cancelled', 'Cancelled');
}

/** Errors of reading say themselves what is wrong; those of writing get the path that was to be written. */
function failure(thrown: unknown, path: string): StrataError {
  if (thrown instanceof StrataError && thrown.code === 'cancelled') return thrown;
  const why = thrown instanceof StrataError ? thrown.message : systemWords(thrown);
  return new StrataError('failed', `Can't write ${path}: ${why}`, { cause: thrown });
}
