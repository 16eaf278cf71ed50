/**
 * The page on a real engine shows what the terminal prints about the same store at rest; reached by keyboard alone. Every
 * screen is walked on it, too.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import type { QuarantineEntry } from '../../src-main/contract/reclaim.ts';
import type { ScanDocument, ScanImage } from '../../src-main/contract/scan-document.ts';
import { formatBytes } from '../../src-renderer/lib/bytes.ts';
import { buildIfOld, ROOT } from '../support/build-if-old.ts';
import { haveEngine, makeImages, startEngine, type TestEngine } from '../support/engine.ts';
import { served, type Served } from '../support/served.ts';
import { walkEveryScreen } from '../support/walks.ts';

test.skip(!haveEngine(), 'no engine here');
test.use({ viewport: { width: 1600, height: 2400 } });

let engine: TestEngine | undefined;
let server: Served | undefined;
let home = '';

test.beforeAll(async () => {
  test.setTimeout(300_000);
  await buildIfOld();
  home = mkdtempSync(join(tmpdir(), 'strata-numbers-'));
  engine = startEngine();
  makeImages(engine, { mb: 2 });
  leakFolder(engine, 'e'.repeat(64));
});
test.afterAll(async () => {
  await server?.stop();
  engine?.remove();
  rmSync(home, { recursive: true, force: true });
});

test('the page says of a real engine what the terminal says', async ({ page }) => {
  test.setTimeout(300_000);
  const terminal = await openAtRest(page);
  const { account, images, orphans } = terminal;

  const main = page.locator('main');
  await page.keyboard.press('1');
  await expect(main.locator('.one')).toHaveText(shown(account.dataRootDiskBytes));
  await expect(main).toContainText(`layers ${formatBytes(account.imageLayers, 'iec')} ·`);
  const bar = page.getByRole('group', { name: 'The data root by kind' });
  for (const [title, bytes] of [
    ['Containers', account.writableLayers],
    ['Logs', account.logs],
    ['Volumes', account.volumes],
    ['Build cache', account.buildCache],
    ['Orphans', account.orphans],
    ['Inactive store', account.inactiveStore],
    ['Engine', account.engineMetadata],
    ['Other', account.other],
  ] as const) {
    const part = bar.getByRole('button', { name: `${title}, ${formatBytes(bytes, 'iec')}`, exact: true });
    await expect(part, title).toHaveCount(bytes === 0 ? 0 : 1);
  }

  await page.keyboard.press('2');
  await expectImages(
    page,
    images.filter((image) => !image.intermediate),
  );
  await page.getByRole('button', { name: 'intermediate' }).focus();
  await page.keyboard.press('Enter');
  await expectImages(
    page,
    images.filter((image) => image.intermediate),
  );

  await page.keyboard.press('6');
  const leaked = page.getByRole('list', { name: 'Orphan folders' }).getByRole('listitem');
  await expect(leaked).toHaveCount(orphans.length);
  expect(orphans.length).toBeGreaterThan(0);
  for (const { path, diskBytes } of orphans) {
    const line = leaked.filter({ has: page.getByTitle(path, { exact: true }) });
    await expect(line.locator('.number')).toHaveText(shown(diskBytes));
  }
});

for (const hand of ['keyboard', 'mouse'] as const) {
  test(`every screen of a real engine, ${hand}`, async ({ page }) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    server ??= await served(['--host', engine!.host]);
    await page.goto(server.url);
    await expect(page.locator('main .one')).toBeVisible();
    await walkEveryScreen(page, hand, { history: false });
    expect(complaints).toEqual([]);
  });
}

test('what is in the quarantine is named on the Overview, as the part of Other that it is', async ({
  page,
}) => {
  const file = join(home, 'orphans.plan');
  strata(['plan', '--orphans', '-o', file]);
  strata(['apply', file, '--yes']);
  const { account, orphans } = terminalScan();
  expect(orphans).toEqual([]);
  const [entry] = JSON.parse(strata(['quarantine', '--json'])) as QuarantineEntry[];
  const { dataRootDiskBytes, ...categories } = account;
  const sum = Object.values(categories).reduce<number>((bytes, category) => bytes + (category ?? 0), 0);
  expect(sum).toBe(dataRootDiskBytes);
  expect(account.other).toBeGreaterThanOrEqual(entry?.diskBytes ?? Infinity);

  await server?.stop();
  server = await served(['--host', engine!.host]);
  await page.goto(server.url);
  const note = page.getByRole('button', { name: /^Quarantine · .+, purge or put back/ });
  await expect(note).toContainText(shown(entry?.diskBytes ?? null));
  await note.click();
  await expect(page.getByTitle(entry?.path ?? '')).toBeVisible();
});

/** Each of them has its line, with its own numbers in it. */
async function expectImages(page: Page, images: readonly ScanImage[]): Promise<void> {
  const grid = page.getByRole('grid', { name: 'Images' });
  const titles = await grid.getByRole('columnheader').allTextContents();
  const cell = (row: Locator, title: string): Locator =>
    row.getByRole('gridcell').nth(titles.findIndex((text) => text.trim().startsWith(title)));
  await expect(grid.getByTitle(/^sha256:/)).toHaveCount(images.length);
  for (const image of images) {
    const row = grid.getByRole('row').filter({ has: page.getByTitle(image.id, { exact: true }) });
    await expect(cell(row, 'Size')).toHaveText(shown(image.diskBytes));
    await expect(cell(row, 'Unique')).toHaveText(shown(image.uniqueDiskBytes));
    await expect(cell(row, 'Shared')).toHaveText(shown(image.sharedDiskBytes));
  }
}

/** Opens the page between two scans of the terminal that say the same. */
async function openAtRest(page: Page): Promise<ScanDocument> {
  for (let tries = 0; tries < 6; tries++) {
    const before = terminalScan();
    await server?.stop();
    server = await served(['--host', engine!.host]);
    await page.goto(server.url);
    await expect(page.locator('main .one')).toBeVisible();
    const inPage = await pageDocument(page);
    const after = terminalScan();
    if (JSON.stringify(before.account) !== JSON.stringify(after.account)) continue;
    expect({ ...inPage, takenAt: '' }).toEqual({ ...after, takenAt: '' });
    return after;
  }
  throw new Error('the engine never came to rest');
}

function terminalScan(): ScanDocument {
  return JSON.parse(strata(['scan', '--json'])) as ScanDocument;
}

/** What the terminal prints on stdout. */
function strata(args: readonly string[]): string {
  const all = [join(ROOT, 'out/main/cli.js'), ...args, '--host', engine!.host, '--state-dir', home];
  return execFileSync(process.execPath, all, { encoding: 'utf8', maxBuffer: 1 << 28 });
}

function pageDocument(page: Page): Promise<ScanDocument> {
  return page.evaluate(async () => {
    const token = sessionStorage.getItem('strata-token') ?? '';
    const response = await fetch('/rpc', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ method: 'scan.document', params: null }),
    });
    return ((await response.json()) as { value: ScanDocument }).value;
  });
}

/** As the page writes it: number and unit are not torn apart. */
const shown = (bytes: number | null): string => formatBytes(bytes, 'iec').replace(' ', '\u00a0');

/** What a killed engine leaves behind: a layer's folder that nothing names. */
function leakFolder(docker: TestEngine, name: string): void {
  const folder = join(docker.dataRoot, 'overlay2', name);
  mkdirSync(join(folder, 'diff'), { recursive: true });
  writeFileSync(join(folder, 'diff/half-written'), 'x'.repeat(100_000));
  const longAgo = new Date('2024-01-02T03:04:05Z');
  for (const path of [join(folder, 'diff'), folder]) utimesSync(path, longAgo, longAgo);
}
