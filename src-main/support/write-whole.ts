/** A file that is written whole or not at all: a full disk leaves what was there before, never a half one. */
import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** For its owner alone (0600). A pipe or device (`/dev/stdout`) is written to as it is. Throws what the filesystem says. */
export async function writeWhole(path: string, content: string, owner: Owner | null = null): Promise<void> {
  if (await isStream(path)) return writeFile(path, content);
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  let file: FileHandle | undefined;
  try {
    file = await open(draft, 'wx', 0o600);
    await file.writeFile(content);
    if (owner) await file.chown(owner.uid, owner.gid);
    await file.sync();
    await file.close();
    file = undefined;
    await rename(draft, path);
  } catch (thrown) {
    await file?.close();
    await rm(draft, { force: true });
    throw thrown;
  }
}

/** Renamed over, it would be gone: root's `-o /dev/null` too. */
async function isStream(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => null); // absent, or what writing will complain of
  return there !== null && (there.isFIFO() || there.isCharacterDevice());
}
