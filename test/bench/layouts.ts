/**
 * How long the layouts of the pictures hold up the page, in Chromium: part of `npm run bench:screens`. A task over
 * 200 ms is a bug. Nothing is asserted.
 */
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { build, type Rolldown } from 'vite';
import { browserOptions } from '../support/browser.ts';

const LEAVES = [20_000, 50_000, 200_000] as const;
const LONG_TASK_MS = 200;
const checkout = resolve(import.meta.dirname, '../..');

const built = await build({
  configFile: false,
  logLevel: 'warn',
  root: checkout,
  build: {
    write: false,
    lib: { entry: join(checkout, 'test/bench/layouts-page.ts'), formats: ['iife'], name: 'bench' },
  },
});
const [{ output }] = built as Rolldown.RolldownOutput[] as [Rolldown.RolldownOutput];
const browser = await chromium.launch(browserOptions());
const page = await browser.newPage();
await page.addScriptTag({ content: output[0].code });
console.log(`layouts in Chromium, the slowest of 5; load ${loadavg()[0]?.toFixed(1)}`);
for (const leaves of LEAVES) {
  for (const { what, slowestMs, marks } of await page.evaluate(
    (count) => window.layoutTimes(count),
    leaves,
  )) {
    const verdict = slowestMs <= LONG_TASK_MS ? 'met' : 'MISSED';
    const of = `${leaves.toLocaleString('en')} leaves, ${what}`;
    console.log(
      `${of.padEnd(52)}${slowestMs.toFixed(0).padStart(6)} ms of ${LONG_TASK_MS}  ${verdict}, ${marks} marks`,
    );
  }
}
await browser.close();
