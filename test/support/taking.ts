/** Folders on this disk as layers to take files out of, and trees of files to compare. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { stackTrees } from '../../src-main/analysis/inside/stack.ts';
import type { TakeSource } from '../../src-main/services/inside/taken.ts';
import { folderContents } from '../../src-main/sources/extract/folder-contents.ts';
import { walkTree } from '../../src-main/sources/tree/walk-tree.ts';

/** @param folders base first */
export async function layersOf(...folders: string[]): Promise<TakeSource> {
  const trees = await Promise.all(folders.map((folder) => walkTree(folder)));
  return {
    name: 'the test',
    stack: stackTrees(trees),
    contents: (layer, paths) => folderContents(folders[layer]!, paths),
  };
}

/** A line for each path: mode, time, content or target, and which names are one inode. Names may be any bytes. */
export function described(folder: string, { owners = false } = {}): string[] {
  const inodes = new Map<number, string>();
  const lines: string[] = [];
  const visit = (at: Buffer, name: string): void => {
    const stats = lstatSync(at);
    const same = stats.isDirectory() ? undefined : inodes.get(stats.ino);
    inodes.set(stats.ino, same ?? name);
    const what = stats.isSymbolicLink()
      ? `-> ${readlinkSync(at, 'latin1')}`
      : stats.isFile()
        ? createHash('sha256').update(readFileSync(at)).digest('hex').slice(0, 16)
        : stats.isDirectory()
          ? 'folder'
          : 'special';
    const time = Math.floor(stats.mtimeMs / 1000);
    const owner = owners ? ` ${stats.uid}:${stats.gid}` : '';
    lines.push(`${name} ${(stats.mode & 0o7777).toString(8)}${owner} ${time} ${what} ${same ?? ''}`);
    if (!stats.isDirectory()) return;
    for (const child of readdirSync(at, { encoding: 'buffer' }))
      visit(Buffer.concat([at, Buffer.from('/'), child]), `${name}/${child.toString('latin1')}`);
  };
  for (const child of readdirSync(folder, { encoding: 'buffer' }))
    visit(Buffer.concat([Buffer.from(`${folder}/`), child]), child.toString('latin1'));
  return lines.sort();
}

export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

/** What the system's tar makes of it; fails when tar complains. */
export function unpack(tar: Uint8Array, to: string): void {
  writeFileSync(`${to}.tar`, tar);
  execFileSync('tar', ['--same-permissions', '-C', to, '-xf', `${to}.tar`], { stdio: 'pipe' });
}
