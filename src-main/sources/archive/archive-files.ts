import { constants } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { StrataError } from '../../contract/errors.ts';
import { FileSource } from '../tar/byte-source.ts';
import { readTar } from '../tar/read-tar.ts';

/** The members of an archive: of a tar file, or the files of an OCI layout folder. Never followed through a link. */
export interface ArchiveFiles {
  /** False for a tar without its end mark: it may have been cut off between two members. */
  readonly ends: boolean;
  /** Undefined when there is no such member. */
  find(member: string): Promise<ArchiveMember | undefined>;
  close(): Promise<void>;
}

export interface ArchiveMember {
  readonly file: FileHandle;
  readonly start: number;
  readonly end: number;
}

/** What to do about a file that is something else. */
export const MAKE_ONE = 'Make one with: docker save IMAGE -o image.tar';

/** More members than any archive has; each costs memory. */
const MAX_MEMBERS = 200_000;

/** @throws StrataError 'not-found' | 'unsupported' | 'failed' with what to do */
export async function openArchiveFiles(path: string): Promise<ArchiveFiles> {
  const stats = await opening(path, () => lstat(path));
  if (stats.isDirectory()) return new FolderFiles(path);
  if (!stats.isFile())
    throw new StrataError(
      'unsupported',
      `${path} is neither a file nor a folder: give a docker save tar or an OCI layout`,
    );
  const file = await opening(path, () => open(path, constants.O_RDONLY | constants.O_NOFOLLOW));
  try {
    const { size, mtimeMs } = await file.stat();
    const { members, ends } = await indexTar(path, file, size);
    return new TarFiles({ path, file, size, mtimeMs, ends }, members);
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

async function opening<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') {
      const advice = 'start Strata as a user who may, or let it be read: chmod +r';
      throw new StrataError('no-permission', `${path} may not be read by this user: ${advice}`, {
        cause: thrown,
      });
    }
    throw new StrataError(
      'not-found',
      `${path} can't be opened (${code === 'ENOENT' ? 'nothing is there' : message}): give another path, or put it there and open it again`,
      { cause: thrown },
    );
  }
}

async function indexTar(
  path: string,
  file: FileHandle,
  size: number,
): Promise<{ readonly members: Map<string, ArchiveMember>; readonly ends: boolean }> {
  const members = new Map<string, ArchiveMember>();
  const links = new Map<string, string>();
  const source = new FileSource(file, 0, size);
  try {
    for await (const { header } of readTar(source)) {
      const name = header.name.replace(/^\.\//, '');
      if (members.size + links.size >= MAX_MEMBERS)
        throw new StrataError('unsupported', `${path} has too many members for an image archive`);
      // Old docker save writes a layer that two images share once, and a link to it.
      if (header.flag === '1' || header.flag === '2')
        links.set(name, linkedName(name, header.linkName, header.flag));
      else members.set(name, { file, start: source.position, end: source.position + header.size });
    }
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    if (members.size > 0)
      throw new StrataError('failed', `${path} is cut off or damaged (${thrown.message}): save it again`, {
        cause: thrown,
      });
    throw new StrataError(
      'unsupported',
      `${path} is no tar archive${await compression(file)}: ${thrown.message}. ${MAKE_ONE}`,
      { cause: thrown },
    );
  }
  for (const [name, target] of links) {
    const member = members.get(target);
    if (member !== undefined) members.set(name, member);
  }
  // The mark is two empty blocks; the reader stops after the first.
  return { members, ends: source.position < size };
}

function linkedName(name: string, target: string, flag: string): string {
  if (flag === '1') return target.replace(/^\.\//, '');
  return join(name, '..', target).replace(/^\.\//, '');
}

async function compression(file: FileHandle): Promise<string> {
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  if (buffer[0] === 0x1f && buffer[1] === 0x8b) return ' but a gzip file (unpack it first: gunzip)';
  return buffer.readUInt32LE(0) === 0xfd2fb528 ? ' but a zstd file (unpack it first: unzstd)' : '';
}

interface OpenTar {
  readonly path: string;
  readonly file: FileHandle;
  /** When its members were listed. */
  readonly size: number;
  readonly mtimeMs: number;
  readonly ends: boolean;
}

class TarFiles implements ArchiveFiles {
  readonly #tar: OpenTar;
  readonly #members: ReadonlyMap<string, ArchiveMember>;

  constructor(tar: OpenTar, members: ReadonlyMap<string, ArchiveMember>) {
    this.#tar = tar;
    this.#members = members;
  }

  get ends(): boolean {
    return this.#tar.ends;
  }

  /** A file that was saved over has its members elsewhere: what lies at their old places is read as nobody's layer. */
  async find(member: string): Promise<ArchiveMember | undefined> {
    const { path, file, size, mtimeMs } = this.#tar;
    const now = await file.stat();
    if (now.size !== size || now.mtimeMs !== mtimeMs)
      throw new StrataError('failed', `${path} has changed since it was opened: open it again`);
    return this.#members.get(member);
  }

  close(): Promise<void> {
    return this.#tar.file.close();
  }
}

/** Members are opened when asked for, and stay open: an OCI layout of one image has a few dozen blobs. */
class FolderFiles implements ArchiveFiles {
  readonly ends = true;
  readonly #folder: string;
  readonly #open = new Map<string, ArchiveMember>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async find(member: string): Promise<ArchiveMember | undefined> {
    const known = this.#open.get(member);
    if (known !== undefined) return known;
    // Only names that the layout itself has: `index.json`, `oci-layout`, `manifest.json`, `blobs/<algorithm>/<hex>`.
    if (!/^(?:[a-z-]+(?:\.json)?|blobs\/[a-z0-9]+\/[a-f0-9]{32,128})$/.test(member)) return undefined;
    try {
      const file = await open(
        join(this.#folder, member),
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      );
      const stats = await file.stat();
      if (!stats.isFile()) {
        await file.close();
        return undefined;
      }
      const opened = { file, start: 0, end: stats.size };
      this.#open.set(member, opened);
      return opened;
    } catch (thrown) {
      const { code, message } = thrown as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      const refused = code === 'EACCES' || code === 'EPERM' ? 'no-permission' : 'failed';
      throw new StrataError(refused, `${member} can't be read: ${message}`, { cause: thrown });
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ file }) => file.close()));
  }
}
