/** Runs the CLI in this process, with its own streams and state folder. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { runCli } from '../../src-main/cli/run.ts';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Hears stdout as it is written. */
  readonly onStdout?: (text: string) => void;
  /** What the user types. */
  readonly stdin?: string;
}

/** A page that stands for the built one. */
const pageFolder = mkdtempSync(join(tmpdir(), 'strata-cli-page-'));
writeFileSync(join(pageFolder, 'index.html'), '<!doctype html><title>Strata</title>');
const stateDir = mkdtempSync(join(tmpdir(), 'strata-cli-state-'));

/** Without options no engine is found: the home is empty and DOCKER_HOST names nothing. */
export async function strata(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  const code = await runCli(args, {
    stdout: {
      write: (text) => {
        stdout += text;
        options.onStdout?.(text);
      },
    },
    stderr: { write: (text) => (stderr += text) },
    stdin: Readable.from(options.stdin === undefined ? [] : [options.stdin]),
    env: {
      HOME: '/nonexistent',
      DOCKER_HOST: 'unix:///nonexistent.sock',
      STRATA_HOME: stateDir,
      ...options.env,
    },
    pageFolder,
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, stdout, stderr };
}

/** The JSON of a command that must succeed. */
export async function strataJson<T>(args: readonly string[], options: CliOptions = {}): Promise<T> {
  const { code, stdout, stderr } = await strata([...args, '--json'], options);
  if (code !== 0) throw new Error(`strata ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}
