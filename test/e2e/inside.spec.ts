/** Looking inside a real engine's store from the page: a container's changes, an image's waste, two images, credentials. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { formatBytes } from '../../src-renderer/lib/bytes.ts';
import { haveEngine, startEngine, type TestEngine } from '../support/engine.ts';
import { served, type Served } from '../support/served.ts';
import { CACHE_BYTES, makeShop, PLANTED_TOKEN } from '../support/shop-store.ts';

test.skip(!haveEngine(), 'no engine here');
test.describe.configure({ timeout: 240_000 });

let engine: TestEngine | undefined;
let server: Served | undefined;
let complaints: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(300_000);
  engine = startEngine();
  makeShop(engine);
  server = await served(['--host', engine.host]);
});
test.afterAll(async () => {
  await server?.stop();
  engine?.remove();
});

test.beforeEach(({ page }) => {
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
});
test.afterEach(() => expect(complaints).toEqual([]));

async function open(page: Page, place: string): Promise<void> {
  await page.goto(server!.url);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await page.evaluate((hash) => (window.location.hash = hash), `#${place}`);
}

const idOf = (name: string): string => engine!.docker(['inspect', '-f', '{{.Id}}', name]);

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
  }
}

test('container list, its changes, one file line by line, what would be lost: by keyboard', async ({
  page,
}) => {
  await open(page, '/overview');
  await page.keyboard.press('4');
  await page.getByRole('grid', { name: 'Containers' }).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('shop-api · changes');

  const diff = engine!.docker(['diff', 'shop-api']).split('\n');
  for (const [letter, words] of [
    ['A', 'added'],
    ['C', 'changed'],
    ['D', 'deleted'],
  ] as const) {
    const count = diff.filter((line) => line.startsWith(`${letter} `)).length;
    await expect(page.getByRole('button', { name: `${count} ${words}` })).toBeVisible();
  }
  const tree = page.getByRole('treegrid', { name: 'Changes' });
  for (const line of diff) {
    const name = line.slice(line.lastIndexOf('/') + 1);
    await expect(tree.getByTitle(name, { exact: true })).toBeVisible();
  }

  await tree.focus();
  await page.keyboard.press('Home');
  const row = tree.locator('[aria-selected=true]');
  for (let steps = 0; steps < diff.length && !(await row.innerText()).includes('app.conf'); steps += 1) {
    await page.keyboard.press('ArrowDown');
  }
  const lines = page.getByRole('region', { name: 'What changed in /etc/app.conf' });
  await expect(lines.locator('.line')).toHaveText([/1\s*name=shop/, /2\s*−\s*port=80/, /2\s*\+\s*port=8080/]);
  await expectAccessible(page);

  await page.keyboard.press('t');
  const lost = page.getByRole('region', { name: 'What would be lost if this container is removed' });
  await expect(lost).toContainText('1 added file');
  await expect(lost).toContainText('/srv/upload.bin');
  await expect(lost).toContainText('1 changed file');
  await expect(lost).toContainText('1 deletion would be undone');
  await expect(lost.getByRole('listitem').filter({ hasText: 'in volume shop-data' })).toContainText('/data');
  await expectAccessible(page);
});

test('an image, its layers, what is wasted, and the step that made it', async ({ page }) => {
  await open(page, `/images/${idOf('shop/api:1')}`);
  await page.locator('main').getByRole('button', { name: 'Files', exact: true }).click();
  const layers = page.getByRole('list', { name: 'Layers, the topmost first' });
  await expect(layers.getByRole('listitem')).toHaveCount(5);
  await expectAccessible(page);

  await page.keyboard.press(']');
  await expect(page.getByText('adds 3.1 MB of /var/cache/pkg')).toBeVisible();
  const paths = page.getByRole('grid', { name: 'Wasted paths, the biggest first' });
  await paths.focus();
  await page.keyboard.press('Home');
  await expect(paths.locator('[aria-selected=true]')).toContainText('/var/cache/pkg');
  await expect(paths.locator('[aria-selected=true]')).toContainText(shown(CACHE_BYTES));
  const copies = page.getByRole('region', { name: 'Where the copies lie' });
  await expect(copies.getByRole('listitem')).toContainText([
    /Layer 1.*COPY/s,
    /Layer 3.*deletes it.*rm -rf/s,
  ]);
  await expectAccessible(page);

  await page.keyboard.press('Enter');
  await expect(layers.locator('[aria-current=true]')).toContainText('COPY');
  const files = page.getByRole('treegrid', { name: 'Files' });
  await files.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(files.getByTitle('cache.bin', { exact: true })).toBeVisible();
});

test('a text file of a layer as plain text; paths by a glob; a folder as a sunburst', async ({ page }) => {
  await open(page, `/images/${idOf('shop/base:1')}/files?path=/etc&as=entry`);
  const files = page.getByRole('treegrid', { name: 'Files' });
  await files.getByTitle('app.conf', { exact: true }).click();
  await expect(page.getByRole('region', { name: 'Text of app.conf' })).toHaveText('name=shop\nport=80\n');

  await page.keyboard.press('/');
  await page.keyboard.type('/bin/busy*');
  await expect(files.getByRole('row')).toHaveCount(2);
  await expect(files.getByTitle('/bin/busybox', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Sunburst' }).click();
  await expect(page.getByRole('application', { name: /What lies in/ })).toBeVisible();
  await expectAccessible(page);
});

/** What the page saved, under the name it gave. */
async function saved(page: Page, ask: () => Promise<void>): Promise<{ name: string; path: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), ask()]);
  return { name: download.suggestedFilename(), path: await download.path() };
}
const inTar = (path: string, member: string): Buffer =>
  execFileSync('tar', ['-xOf', path, member], { maxBuffer: 1 << 26 });

test('a file of an image is saved as it is, a folder as a tar: by keyboard', async ({ page }) => {
  await open(page, `/images/${idOf('shop/api:1')}/files?layer=1&view=own&path=/var/cache/pkg`);
  const files = page.getByRole('treegrid', { name: 'Files' });
  await files.focus();
  await page.keyboard.press('Home');
  const file = await saved(page, () => page.keyboard.press('e'));
  expect(file.name).toBe('cache.bin');
  const cache = Buffer.from(new Uint8Array(CACHE_BYTES).map((_, at) => (at * 31) % 251));
  expect(readFileSync(file.path).equals(cache)).toBe(true);
  await expect(page.getByText('cache.bin is saved.')).toBeVisible();
  await expectAccessible(page);

  await page.keyboard.press('Backspace');
  await expect(files.locator('[aria-selected=true]')).toContainText('pkg');
  const folder = await saved(page, () => page.getByRole('button', { name: /^Save as \.tar · / }).click());
  expect(folder.name).toBe('pkg.tar');
  expect(inTar(folder.path, 'pkg/cache.bin').equals(cache)).toBe(true);
});

test('what a container wrote is saved; what it deleted is not to be had there', async ({ page }) => {
  await open(page, `/containers/${idOf('shop-api')}/changes`);
  const tree = page.getByRole('treegrid', { name: 'Changes' });
  await tree.getByTitle('srv', { exact: true }).click();
  const folder = await saved(page, () => page.keyboard.press('e'));
  expect(folder.name).toBe('srv.tar');
  const copied = execFileSync(
    'sh',
    ['-c', `/usr/bin/docker -H "$0" cp shop-api:/srv/upload.bin - | tar -xO`, engine!.host],
    { maxBuffer: 1 << 26 },
  );
  expect(inTar(folder.path, 'srv/upload.bin').equals(copied)).toBe(true);
  await expectAccessible(page);

  await tree.getByTitle('tool', { exact: true }).click();
  await expect(page.getByRole('button', { name: /^Save/ })).toBeDisabled();
  await expect(page.getByText('It is deleted here: take it from the layer that holds it.')).toBeVisible();
});

test('two images: what both have, and what only one has', async ({ page }) => {
  await open(page, '/images?flat=1&sort=name');
  const images = page.getByRole('grid', { name: 'Images' });
  await images.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  for (const _ of ['shop/base:1', 'shop/web:1']) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Compare the two' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('shop/api:1 and shop/web:1');
  await expect(page.getByRole('img', { name: /1 layer in common/ })).toBeVisible();
  await expect(page.getByRole('grid', { name: 'Paths' })).toContainText('/etc/app.conf');
  await page.getByRole('button', { name: /Only there/ }).click();
  await expect(page.getByRole('grid', { name: 'Paths' })).toContainText('/srv/page.html');
  await expectAccessible(page);
});

test('a planted token is found, masked, revealed alone, and hidden again on leaving', async ({ page }) => {
  await open(page, '/secrets');
  await page.getByRole('button', { name: /^Search / }).click();
  const grid = page.getByRole('grid', { name: 'Credentials' });
  const row = grid.getByRole('row').filter({ hasText: '/root/.npmrc' });
  await expect(row).toContainText('hidden');
  await row.click();
  await expect(page.locator('body')).not.toContainText(PLANTED_TOKEN);
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Reveal this value' }).click();
  await expect(page.getByRole('region', { name: 'The value' })).toContainText(PLANTED_TOKEN);
  await page.getByRole('button', { name: /^Setuid/ }).click();
  await expect(page.locator('body')).not.toContainText(PLANTED_TOKEN);
  await expect(page.getByRole('grid', { name: /owner’s rights/ })).toContainText('/opt/tool');
  await page.getByRole('button', { name: /^Credentials/ }).click();
  await expect(grid).toBeVisible();
  await expect(page.locator('body')).not.toContainText(PLANTED_TOKEN);
});

/** As the page writes it: number and unit are not torn apart. */
const shown = (bytes: number): string => formatBytes(bytes, 'iec').replace(' ', '\u00a0');
