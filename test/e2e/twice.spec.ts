/** What a real store holds more than once, on the screen "Stored twice": found, confirmed, put in the basket, by keyboard. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { formatBytes } from '../../src-renderer/lib/bytes.ts';
import { LIBRARY_BYTES, makeCopies } from '../support/copies-store.ts';
import { haveEngine, makeImages, startEngine, type TestEngine } from '../support/engine.ts';
import { served, type Served } from '../support/served.ts';

test.skip(!haveEngine(), 'no engine here');
test.describe.configure({ timeout: 240_000 });

let engine: TestEngine | undefined;
let server: Served | undefined;
let complaints: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(300_000);
  engine = startEngine();
  makeImages(engine, { imagesOnly: true });
  makeCopies(engine);
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

async function open(page: Page): Promise<void> {
  await page.goto(server!.url);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
}

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
  }
}

/** As the page writes it: number and unit are not torn apart. */
const shown = (bytes: number): string => formatBytes(bytes, 'iec').replace(' ', '\u00a0');

test('from the palette to the layers stored twice; a copy is shown in the inspector', async ({ page }) => {
  await open(page);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('stored twice');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Stored twice' })).toBeVisible();
  const grid = page.getByRole('grid', { name: 'Layers stored twice' });
  await expect(grid).toContainText('strata/app-a:1.0');
  await expect(grid).toContainText('strata/app-b:1.0');
  await grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('complementary', { name: 'Inspector' })).toContainText('Layer ');
  await expectAccessible(page);
});

test('the same files are looked for, told with what they cost, and lead to the file', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: /^Layers, files, old versions/ }).click();
  await page.keyboard.press('t');
  await page.getByRole('button', { name: 'Look for the same files' }).click();
  const grid = page.getByRole('grid', { name: 'The same files in many images' });
  const head = grid.getByRole('row').filter({ hasText: /^lib\.so\s*4 copies/ });
  await expect(head).toContainText(`4 copies of ${shown(LIBRARY_BYTES)} in 3 images`);
  await expect(head).toContainText(`cost ${shown(3 * LIBRARY_BYTES)}`);
  await expect(head).toContainText('same');
  for (const path of ['/srv/a/lib.so', '/srv/b/lib.so', '/srv/lib.so', '/srv/opt/lib.so'])
    await expect(grid.getByTitle(path, { exact: true })).toBeVisible();
  await expectAccessible(page);

  await grid.getByTitle('/srv/opt/lib.so', { exact: true }).click();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('copies/two:1 · files');
  await expect(page.getByRole('treegrid', { name: 'Files' })).toContainText('lib.so');
  await page.goBack();
  await expect(grid).toBeVisible(); // the search is not lost
});

test('old versions go into the basket as a set, which frees exactly what the screen says; nothing is removed', async ({
  page,
}) => {
  await open(page);
  await page.evaluate(() => (window.location.hash = '#/twice?as=versions'));
  const grid = page.getByRole('grid', { name: 'Old versions of a repository' });
  const head = grid.getByRole('row').filter({ hasText: 'strata/app-a' });
  const frees = /free\s*([\d.]+\s\S+)\s/.exec(await head.innerText())?.[1] ?? 'nothing';
  await grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  const basket = page.getByRole('region', { name: 'Basket' });
  await expect(basket).toContainText('2 items in the basket');
  await expect(basket).toContainText(frees);
  await expect(head.getByRole('button', { name: 'Take out of basket' })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('button', { name: '3', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'No repository has old versions.' })).toBeVisible();
  await expect(page.getByText('None has more tagged images than the newest 3.')).toBeVisible();
  const images = engine!.docker(['images', '-q', 'strata/app-a']).split('\n');
  expect(new Set(images).size).toBe(3);
});
