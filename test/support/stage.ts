/** One stage of `npm test`: its own header, its own time limit, its own counts. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tally } from './tally-reporter.ts';
import type { Tool } from './tools.ts';

export interface Stage {
  readonly name: string;
  readonly command: readonly string[];
  /** How passes and failures are counted: the stage as one check, or by what the test runner reports. */
  readonly counts: 'one' | 'vitest' | 'playwright';
  /** Longer than this counts as failed: it hangs. */
  readonly minutes: number;
  readonly needs?: readonly Tool[];
}

export interface StageResult extends Tally {
  readonly name: string;
  readonly note: string | null;
  readonly seconds: number;
}

export interface StageOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly temp: string;
  /** What of its needs is not here. */
  readonly lacks: readonly Tool[];
  /** Missing needs fail the stage instead of skipping it. */
  readonly lackFails: boolean;
}

const ADVICE: Record<Tool, string> = {
  root: 'run as root',
  engine: 'install docker.io (dockerd and docker)',
  browser: 'install chromium',
};

/** Runs it to its end, whatever happens; never throws. */
export async function runStage(stage: Stage, options: StageOptions): Promise<StageResult> {
  console.log(`\n=== ${stage.name}`);
  const nothing = { name: stage.name, passed: 0, failed: 0, skipped: 0, retried: [], seconds: 0 };
  if (options.lacks.length > 0) {
    const how = options.lacks.map((tool) => ADVICE[tool]).join(', ');
    const note = `${options.lackFails ? 'NOT RUN' : 'SKIPPED'}: to run it, ${how}`;
    console.log(note);
    return { ...nothing, failed: options.lackFails ? 1 : 0, note };
  }
  const file = join(options.temp, `${stage.name}.json`);
  const startedAt = Date.now();
  const end = await run(stage, { ...options.env, STRATA_TALLY: file, PLAYWRIGHT_JSON_OUTPUT_NAME: file });
  const seconds = (Date.now() - startedAt) / 1000;
  const tally = stage.counts === 'one' ? null : readTally(stage.counts, file);
  if (tally === null) {
    const passed = end === 'ok' && stage.counts === 'one';
    const note = end === 'ok' && !passed ? 'it left no report' : end === 'ok' ? null : end;
    return { ...nothing, passed: passed ? 1 : 0, failed: passed ? 0 : 1, seconds, note };
  }
  // A runner that fails without a failed test (a crash, a worker lost, a limit) has still failed.
  const failed = end === 'ok' || tally.failed > 0 ? tally.failed : 1;
  return { ...nothing, ...tally, failed, seconds, note: end === 'ok' || tally.failed > 0 ? null : end };
}

/** `ok`, or how it failed in words. */
function run(stage: Stage, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve) => {
    const [program, ...args] = stage.command;
    // Its own process group, so that a hanging stage goes with all it started.
    const child = spawn(program ?? '', args, {
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    let why: string | null = null;
    const stop = (reason: string): void => {
      why ??= reason;
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const limit = setTimeout(() => {
      stop(`stopped: not done after ${stage.minutes} minutes`);
    }, stage.minutes * 60_000);
    const interrupted = (): void => {
      stop('interrupted');
      process.exit(130);
    };
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    child.once('error', (thrown) => {
      why ??= `could not start: ${thrown.message}`;
      finish(null);
    });
    child.once('exit', finish);
    function finish(code: number | null): void {
      clearTimeout(limit);
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      resolve(why ?? (code === 0 ? 'ok' : `failed with exit code ${String(code)}`));
    }
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}

function readTally(kind: 'vitest' | 'playwright', file: string): Tally | null {
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  return kind === 'vitest'
    ? (JSON.parse(text) as Tally)
    : playwrightTally(JSON.parse(text) as PlaywrightReport);
}

interface PlaywrightReport {
  readonly stats: {
    readonly expected: number;
    readonly unexpected: number;
    readonly flaky: number;
    readonly skipped: number;
  };
  readonly errors: readonly unknown[];
  readonly suites: readonly PlaywrightSuite[];
}

interface PlaywrightSuite {
  readonly specs: readonly {
    readonly title: string;
    readonly tests: readonly { readonly status: string }[];
  }[];
  readonly suites?: readonly PlaywrightSuite[];
}

function playwrightTally({ stats, errors, suites }: PlaywrightReport): Tally {
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
    retried: suites.flatMap(flakyTitles),
  };
}

function flakyTitles(suite: PlaywrightSuite): string[] {
  const own = suite.specs.filter((spec) => spec.tests.some((test) => test.status === 'flaky'));
  return [...own.map((spec) => spec.title), ...(suite.suites ?? []).flatMap(flakyTitles)];
}
