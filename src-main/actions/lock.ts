/** One apply at a time, over all front ends and processes that share a state folder. */
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StrataError } from '../contract/errors.ts';

const FILE = 'apply.lock';

interface Holder {
  readonly pid: number;
  /** Of the process, in clock ticks since boot: a pid alone is used again. Null where the system does not say. */
  readonly startedAt: string | null;
  readonly planId: string;
}

export interface ApplyLock {
  release(): void;
}

/** Throws `busy` while another living process holds it. The lock of a dead one is taken over. */
export function takeLock(stateDir: string, planId: string): ApplyLock {
  try {
    return lockIn(stateDir, planId);
  } catch (thrown) {
    if (thrown instanceof StrataError) throw thrown;
    const why = StrataError.from(thrown).message;
    const advice = 'Free some space there, or name another place with --state-dir.';
    throw new StrataError(
      'failed',
      `The lock of removals can not be made in ${stateDir}, so nothing is removed: ${why}. ${advice}`,
      { cause: thrown },
    );
  }
}

function lockIn(stateDir: string, planId: string): ApplyLock {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const path = join(stateDir, FILE);
  const mine = `${path}.${randomUUID()}`;
  const text = JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid), planId } satisfies Holder);
  try {
    writeFileSync(mine, text, { mode: 0o600, flag: 'wx' });
    for (let tries = 0; ; tries++) {
      if (linked(mine, path)) return { release: () => releaseLock(path, text) };
      const holder = lockHolder(stateDir);
      if (holder !== null || tries > 5) {
        const who = holder === null ? 'another process' : `process ${String(holder.pid)}`;
        throw new StrataError(
          'busy',
          `Another removal is under way (${who}). Wait for its end, then try again.`,
        );
      }
      takeAway(path);
    }
  } finally {
    rmSync(mine, { force: true }); // also a half one, where the disk is full
  }
}

/** The living holder; null when nobody holds it. */
export function lockHolder(stateDir: string): Holder | null {
  const text = readOrNull(join(stateDir, FILE));
  if (text === null) return null;
  const holder = parseHolder(text);
  return holder !== null && startOf(holder.pid) === holder.startedAt && isAlive(holder.pid) ? holder : null;
}

/** `link` makes name and content appear in one step, or fails because the name is there. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  }
}

/** A dead one's lock moves aside; when a living one's came in between, it is put back. */
function takeAway(path: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw thrown;
  }
  const holder = parseHolder(readFileSync(aside, 'utf8'));
  if (holder !== null && isAlive(holder.pid) && startOf(holder.pid) === holder.startedAt) linked(aside, path);
  unlinkSync(aside);
}

function releaseLock(path: string, text: string): void {
  if (readOrNull(path) === text) unlinkSync(path);
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
}

/** Null for a damaged one, which no living process of ours wrote. */
function parseHolder(text: string): Holder | null {
  try {
    const { pid, startedAt, planId } = JSON.parse(text) as Partial<Holder>;
    const whole = Number.isSafeInteger(pid) && (pid ?? 0) > 0 && typeof planId === 'string';
    return whole ? { pid: pid ?? 0, startedAt: startedAt ?? null, planId: planId ?? '' } : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/<pid>/stat; counted from behind the name, which may hold blanks. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null; // no /proc here, or no such process: isAlive decides
  }
}
