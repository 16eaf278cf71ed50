/** Builds `out/` when it is missing or older than what it is made of; one build at a time, silent on stdout. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';

export const ROOT = resolve(import.meta.dirname, '../..');
const SOURCES = ['src-main', 'src-renderer', 'resources', 'electron.vite.config.ts', 'package-lock.json'];
const STAMP = join(ROOT, 'out/built-at');
const LOCK = join(ROOT, '.cache/build.lock');

/** Builds when needed. Throws with the builder's words when that fails. */
export async function buildIfOld(): Promise<void> {
  if (isFresh()) return;
  await takeLock();
  try {
    if (!isFresh()) build();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

function isFresh(): boolean {
  const built = statSync(STAMP, { throwIfNoEntry: false })?.mtimeMs;
  return built !== undefined && SOURCES.every((path) => newestMs(join(ROOT, path)) <= built);
}

/** Folders count too: removing a file changes its folder's time. */
function newestMs(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce(
    (newest, name) => Math.max(newest, newestMs(join(path, name))),
    stat.mtimeMs,
  );
}

function build(): void {
  const startedAt = new Date();
  process.stderr.write('Building Strata (a few seconds, only after a change) …\n');
  const builder = join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js');
  const done = spawnSync(process.execPath, [builder, 'build', '--logLevel', 'warn'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (done.status !== 0) {
    throw new Error(`the build failed:\n${stripVTControlCharacters(done.stdout + done.stderr)}`);
  }
  // What changed while building is newer than this stamp, so it is built next time.
  writeFileSync(STAMP, `${startedAt.toISOString()}\n`);
  utimesSync(STAMP, startedAt, startedAt);
}

async function takeLock(): Promise<void> {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  for (;;) {
    try {
      mkdirSync(LOCK);
      writeFileSync(join(LOCK, 'pid'), String(process.pid));
      return;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
    if (holderIsGone()) rmSync(LOCK, { recursive: true, force: true });
    else await sleep(200);
  }
}

function holderIsGone(): boolean {
  const stat = statSync(LOCK, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  try {
    process.kill(Number(readFileSync(join(LOCK, 'pid'), 'utf8')), 0);
    return false;
  } catch (thrown) {
    // Not written yet is not gone, unless it stays so.
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return Date.now() - stat.mtimeMs > 5_000;
    return (thrown as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
