/**
 * `npm test`: every check of the project, one after the other, all of them even when one fails. The last line is
 * `N passed, N failed`. `npm test -- unit e2e` runs only these. On Debian and Ubuntu, root gets the engine and the browser installed when they are missing.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { installMissing, missingTools } from './support/tools.ts';
import { runStage, type Stage, type StageResult } from './support/stage.ts';

const root = join(import.meta.dirname, '..');
const inCi = Boolean(process.env['CI']) && process.env['CI'] !== 'false';

const vitest = (project: string): readonly string[] => [
  ...['vitest', 'run', '--config', '.config/vitest.config.ts', '--project', project],
  ...['--reporter', 'default', '--reporter', './test/support/tally-reporter.ts'],
  // A retried test is named in the output; a loaded machine must not hide the tests that did run.
  ...(inCi ? ['--retry', '1'] : []),
];

const STAGES: readonly Stage[] = [
  { name: 'format', command: ['prettier', '--check', '.'], counts: 'one', minutes: 4 },
  {
    name: 'lint',
    command: ['eslint', '--config', '.config/eslint.config.js', '--max-warnings', '0', '.'],
    counts: 'one',
    minutes: 6,
  },
  { name: 'types', command: ['tsc', '--noEmit'], counts: 'one', minutes: 6 },
  {
    name: 'pure types',
    command: ['tsc', '--noEmit', '-p', 'src-main/tsconfig.pure.json'],
    counts: 'one',
    minutes: 6,
  },
  {
    name: 'svelte-check',
    command: [
      'svelte-check',
      '--tsconfig',
      './tsconfig.json',
      '--fail-on-warnings',
      '--threshold',
      'warning',
    ],
    counts: 'one',
    minutes: 6,
  },
  { name: 'unit', command: vitest('unit'), counts: 'vitest', minutes: 12 },
  { name: 'build', command: ['node', 'test/support/build.ts'], counts: 'one', minutes: 6 },
  { name: 'engine', command: vitest('engine'), counts: 'vitest', minutes: 25, needs: ['root', 'engine'] },
  {
    name: 'e2e',
    command: ['playwright', 'test', '--config', '.config/playwright.config.ts', '--reporter', 'list,json'],
    counts: 'playwright',
    minutes: 20,
    needs: ['browser'],
  },
];

/** A folder of our own that other users may pass through: engines and unprivileged helpers work below it. */
function privateTemp(): string {
  const folder = mkdtempSync(join(tmpdir(), 'strata-test-'));
  chmodSync(folder, 0o755);
  return folder;
}

function report(result: StageResult): string {
  const parts = [`${result.passed} passed`];
  if (result.failed > 0) parts.push(`${result.failed} FAILED`);
  if (result.skipped > 0) parts.push(`${result.skipped} skipped`);
  if (result.note !== null) parts.push(result.note);
  return `  ${result.name.padEnd(14)}${parts.join(', ')}  (${result.seconds.toFixed(0)} s)`;
}

async function main(): Promise<number> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    console.error(`No stage ${unknown.join(', ')}; there are: ${STAGES.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  process.chdir(root);
  installMissing();
  const missing = missingTools();
  const temp = privateTemp();
  const env = {
    ...process.env,
    TMPDIR: temp,
    PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  };
  const results: StageResult[] = [];
  for (const stage of STAGES) {
    if (wanted.length > 0 && !wanted.includes(stage.name)) continue;
    const lacks = (stage.needs ?? []).filter((tool) => missing.includes(tool));
    results.push(await runStage(stage, { env, temp, lacks, lackFails: inCi }));
  }
  rmSync(temp, { recursive: true, force: true, maxRetries: 3 });

  const sum = (count: (result: StageResult) => number): number =>
    results.reduce((total, result) => total + count(result), 0);
  const failed = sum((result) => result.failed);
  console.log(`\n=== summary\n${results.map(report).join('\n')}`);
  for (const name of results.flatMap((result) => result.retried))
    console.log(`  PASSED ONLY WHEN RETRIED: ${name}`);
  console.log(`\n${sum((result) => result.passed)} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
