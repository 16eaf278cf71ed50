/** A scan saved by the terminal and opened in the page: the same numbers, and nothing that removes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import { writeSavedScan } from '../../src-main/services/saved-scan.ts';
import { documentOf } from '../../src-main/services/views.ts';
import { demoSnapshot } from '../../src-main/sources/demo.ts';
import { formatBytes } from '../../src-renderer/lib/bytes.ts';
import { SCREENS } from '../../src-renderer/lib/route.ts';
import { SCREEN_TITLES } from '../../src-renderer/lib/screens.ts';
import { buildIfOld, ROOT } from '../support/build-if-old.ts';
import { served, type Served } from '../support/served.ts';

let folder = '';
let saved: ScanDocument;
let server: Served | undefined;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  await buildIfOld();
  folder = mkdtempSync(join(tmpdir(), 'strata-saved-'));
  const file = join(folder, 'host.strata');
  const snapshot = await demoSnapshot();
  await writeSavedScan(file, { document: documentOf(snapshot), snapshot }, {});
  saved = JSON.parse(strata('scan', '--from', file, '--json')) as ScanDocument;
  server = await served(['--from', file]);
});
test.afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function strata(...args: readonly string[]): string {
  return execFileSync(process.execPath, [join(ROOT, 'out/main/cli.js'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, STRATA_HOME: join(folder, 'home') },
    maxBuffer: 64 * 2 ** 20,
  });
}

test('a saved scan is shown as what it is, with its own numbers, on every screen', async ({ page }) => {
  await page.goto(server!.url);
  await expect(page.locator('.overview .one')).toHaveText(
    formatBytes(saved.account.dataRootDiskBytes, 'iec').replace(' ', ' '),
    { useInnerText: true },
  );
  for (const screen of SCREENS) {
    await page.locator(`nav a[href="#/${screen}"]`).click();
    await expect(page.getByRole('heading', { level: 1, name: SCREEN_TITLES[screen] })).toBeVisible();
    await expect(page.getByText('Read-only:', { exact: true })).toBeVisible();
    await expect(page.getByText(/a saved scan of/)).toBeVisible();
  }
});

test('a plan of a saved scan can be made and read, but nothing there removes', async ({ page }) => {
  await page.goto(server!.url);
  await expect(page.getByRole('button', { name: /ago$|just now/ })).toBeDisabled();
  await page.getByRole('link', { name: 'Prune plan' }).click();
  await page.getByRole('button', { name: /^Prune \d+ dangling images?/ }).click();
  await expect(page.getByText(/^Frees /)).toBeVisible();
  await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(0);
});
