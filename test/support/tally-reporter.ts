/** Vitest's outcome as one small file for `test/run.ts`: counts, and the tests that needed a second try. */
import { writeFileSync } from 'node:fs';
import type { Reporter } from 'vitest/node';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Full names of tests that passed only when tried again. */
  readonly retried: readonly string[];
}

export default class TallyReporter implements Reporter {
  onTestRunEnd(...[modules, unhandled]: Parameters<NonNullable<Reporter['onTestRunEnd']>>): void {
    const file = process.env['STRATA_TALLY'];
    if (file === undefined) return;
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string): number => tests.filter((test) => test.result().state === state).length;
    // A file that does not load has no tests to fail: it counts as one.
    const brokenFiles = modules.filter((module) => module.errors().length > 0).length;
    const tally: Tally = {
      passed: inState('passed'),
      failed: inState('failed') + brokenFiles + unhandled.length,
      skipped: inState('skipped'),
      retried: tests.filter((test) => test.diagnostic()?.flaky === true).map((test) => test.fullName),
    };
    writeFileSync(file, JSON.stringify(tally));
  }
}
