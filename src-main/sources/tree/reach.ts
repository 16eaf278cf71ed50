/**
 * Folders below one root, reached step by step by handle (`openat` by way of /proc/self/fd): no link on the way is
 * followed, whoever plants one meanwhile. The root itself is the caller's choice.
 */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { bytesFromName } from './name-bytes.ts';

const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

export class Reach {
  readonly #root: FileHandle;
  /** The folder asked for last: files come folder by folder. */
  #last: FileHandle;
  #lastPath = '';

  private constructor(root: FileHandle) {
    this.#root = root;
    this.#last = root;
  }

  /** Throws the system's error. @param followRoot whether the root may be a link to a folder */
  static async open(root: string, { followRoot = false } = {}): Promise<Reach> {
    const flags = followRoot ? constants.O_RDONLY | constants.O_DIRECTORY : FOLDER_FLAGS;
    return new Reach(await open(root, flags));
  }

  /** The root's own handle; it is closed with the rest. */
  get root(): FileHandle {
    return this.#root;
  }

  /**
   * A path that the system takes for a name in a folder; good until the next call. Throws the system's error, ELOOP or
   * ENOTDIR for a link on the way. @param path relative, without `.` and `..`: the caller has checked
   */
  async place(path: string): Promise<Buffer> {
    const slash = path.lastIndexOf('/');
    const folder = await this.folder(slash < 0 ? '' : path.slice(0, slash));
    return childOf(folder, path.slice(slash + 1));
  }

  /** The handle of a folder, good until the next call; '' is the root. */
  async folder(path: string): Promise<FileHandle> {
    if (path === this.#lastPath) return this.#last;
    const below = this.#lastPath === '' || path.startsWith(`${this.#lastPath}/`);
    if (!below) await this.#move(this.#root, '');
    for (const part of path.slice(this.#lastPath.length).split('/')) {
      if (part === '') continue;
      const next = await open(childOf(this.#last, part), FOLDER_FLAGS);
      await this.#move(next, this.#lastPath === '' ? part : `${this.#lastPath}/${part}`);
    }
    return this.#last;
  }

  async close(): Promise<void> {
    await this.#move(this.#root, '');
    await this.#root.close();
  }

  async #move(to: FileHandle, path: string): Promise<void> {
    const from = this.#last;
    this.#last = to;
    this.#lastPath = path;
    if (from !== this.#root) await from.close();
  }
}

function childOf(folder: FileHandle, name: string): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${folder.fd}/`), bytesFromName(name)]);
}
