/** When the engine process started. What is older was there before it; a build of this engine can't own it. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';

/**
 * Milliseconds, never later than the true start, or null when the machine can't tell. dockerd writes its pid file
 * before it touches the store, on the clock that also stamps the store's folders: that time is exact. Without a pid
 * file the kernel's own start time is known to a second only, and the earlier one is taken.
 */
export function engineStartedAt(dataRoot: string): number | null {
  const engines = runningEngines();
  const named = engines.filter((engine) => engine.dataRoot !== null && samePath(engine.dataRoot, dataRoot));
  // One that names no data root has the default one or its daemon.json's: only a single engine can be meant then.
  const meant = named.length > 0 ? named : engines.filter((engine) => engine.dataRoot === null);
  const [engine] = meant;
  if (!engine || meant.length > 1) return null;
  const startedAtMs = kernelStart(engine.pid);
  if (startedAtMs === null) return null;
  const writtenAtMs = pidFileTime(engine);
  const plausible = writtenAtMs !== null && Math.abs(writtenAtMs - startedAtMs) < 60_000;
  return plausible ? Math.floor(writtenAtMs) : startedAtMs - 1000;
}

interface RunningEngine {
  readonly pid: number;
  readonly dataRoot: string | null;
  readonly pidFile: string;
}

function runningEngines(): RunningEngine[] {
  return listing('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const words = readOrEmpty(`/proc/${name}/cmdline`).split('\0');
      if (!/(?:^|\/)dockerd(?:-ce)?$/.test(words[0] ?? '')) return [];
      const dataRoot = option(words, ['--data-root', '--graph', '-g']);
      return [
        { pid: Number(name), dataRoot, pidFile: option(words, ['--pidfile', '-p']) ?? '/var/run/docker.pid' },
      ];
    });
}

/** `--name value` or `--name=value`. */
function option(words: readonly string[], names: readonly string[]): string | null {
  for (const [at, word] of words.entries()) {
    for (const name of names) {
      if (word === name) return words[at + 1] ?? null;
      if (word.startsWith(`${name}=`)) return word.slice(name.length + 1);
    }
  }
  return null;
}

/** proc(5): field 22 of stat, in hundredths of a second since boot; the name in brackets may hold blanks. */
function kernelStart(pid: number): number | null {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  const bootSeconds = Number(/^btime (\d+)$/m.exec(readOrEmpty('/proc/stat'))?.[1]);
  const ms = bootSeconds * 1000 + ticks * 10;
  return Number.isFinite(ms) && stat !== '' ? ms : null;
}

function pidFileTime(engine: RunningEngine): number | null {
  if (Number(readOrEmpty(engine.pidFile)) !== engine.pid) return null;
  try {
    return statSync(engine.pidFile).mtimeMs;
  } catch {
    return null; // It ended just now: when it started is unknown.
  }
}

function samePath(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return one === other; // Not ours to look into: the names must do.
  }
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // No /proc on this system: nothing is known, which the caller says as null.
  }
}

/** A process that ended while we looked has no files any more. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
