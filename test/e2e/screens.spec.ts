/** Every screen over the demo store in a real browser: with the keyboard alone, with the mouse, in both themes. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import { formatBytes } from '../../src-renderer/lib/bytes.ts';
import { KEYS } from '../../src-renderer/state/keys.ts';
import { SCREENS } from '../../src-renderer/lib/route.ts';
import { SCREEN_TITLES } from '../../src-renderer/lib/screens.ts';
import { served, type Served } from '../support/served.ts';

let server: Served;
let complaints: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await served(['--demo']);
});
test.afterAll(() => server.stop());

test.beforeEach(({ page }) => {
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
});
test.afterEach(() => expect(complaints).toEqual([]));

async function open(page: Page, place = '/overview'): Promise<void> {
  await page.goto(server.url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.evaluate((hash) => (window.location.hash = hash), `#${place}`);
}

async function documentOf(page: Page): Promise<ScanDocument> {
  return page.evaluate(async () => {
    const response = await fetch('/rpc', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${sessionStorage.getItem('strata-token') ?? ''}`,
      },
      body: JSON.stringify({ method: 'scan.document', params: null }),
    });
    return ((await response.json()) as { value: ScanDocument }).value;
  });
}

test('number keys open every screen, and Alt+← goes back', async ({ page }) => {
  await open(page);
  for (const [place, screen] of SCREENS.entries()) {
    await page.keyboard.press(String(place + 1));
    await expect(page.getByRole('heading', { level: 1, name: SCREEN_TITLES[screen] })).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
  }
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    SCREEN_TITLES[SCREENS.at(-2) ?? 'overview'],
  );
});

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any screen, ${theme}`, async ({ page }) => {
    test.setTimeout(420_000);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await open(page);
    const { images } = await documentOf(page);
    const places = [
      ...SCREENS,
      'sharing?as=matrix',
      'basket',
      `images/${encodeURIComponent(images[0]?.id ?? '')}`,
    ];
    for (const place of places) {
      await page.evaluate((hash) => (window.location.hash = hash), `#/${place}`);
      await expect(page.locator('main')).not.toBeEmpty();
      await page.waitForLoadState('networkidle');
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map((one) => `${place}: ${one.id} ${one.nodes[0]?.html ?? ''}`)).toEqual([]);
    }
  });
}

test('numbers on the Overview equal the document', async ({ page }) => {
  await open(page);
  const { account, reclaimable } = await documentOf(page);
  const shown = (bytes: number | null): string => formatBytes(bytes, 'iec').replace(' ', '\u00a0');
  const main = page.locator('main');
  await expect(main.locator('.one')).toHaveText(shown(account.dataRootDiskBytes));
  await expect(main.getByRole('button', { name: /^Volumes, / })).toHaveAccessibleName(
    `Volumes, ${formatBytes(account.volumes, 'iec')}`,
  );
  const classes = page.getByRole('region', { name: 'What can go', exact: true }).getByRole('listitem');
  for (const [place, bytes] of [
    reclaimable.dangling,
    reclaimable.unused,
    reclaimable.stoppedContainers,
    reclaimable.buildCache,
    reclaimable.orphans,
  ].entries()) {
    await expect(classes.nth(place).locator('.number')).toHaveText(shown(bytes));
  }
});

test('one button puts a class in the basket, which counts exactly what the document says; Ctrl+Z takes it out', async ({
  page,
}) => {
  await open(page);
  const { reclaimable } = await documentOf(page);
  await page.getByRole('button', { name: /^Put in basket: Dangling images/ }).click();
  const basket = page.getByRole('region', { name: 'Basket' });
  await expect(basket).toContainText(formatBytes(reclaimable.dangling, 'iec').replace(' ', '\u00a0'));
  await page.keyboard.press('Control+z');
  await expect(basket).toContainText('The basket is empty');
});

test('keyboard alone: from the biggest cell to its explanation, into the basket and its layers', async ({
  page,
}) => {
  await open(page);
  await page.getByRole('application').first().focus();
  await page.keyboard.press('Home');
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector.getByRole('heading', { level: 2 })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('x');
  await expect(page.getByRole('region', { name: 'Basket' })).toContainText('frees now');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'All layers' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'All layers' })).toHaveCount(0);
});

test('images: search, filter, sort, open one, and come back to the same list', async ({ page }) => {
  await open(page, '/images');
  const { images } = await documentOf(page);
  const grid = page.getByRole('grid', { name: 'Images' });
  await expect(grid).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('no-such-image-anywhere');
  await expect(page.getByText(/^0 of \d+ images match/)).toBeVisible();
  await page.getByRole('button', { name: 'Clear filter' }).click();
  await page.getByRole('button', { name: 'dangling', exact: true }).click();
  const dangling = images.filter((one) => one.dangling && one.containers.length === 0).length;
  await expect(page.locator('.page-head')).toContainText(`${dangling} images`);
  await page.getByRole('button', { name: 'dangling', exact: true }).click();
  await page.getByRole('button', { name: /^Unique/ }).click();
  await expect(page.getByRole('columnheader', { name: /^Unique/ })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Layers, the topmost first' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('columnheader', { name: /^Unique/ })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
});

test('? lists every key, and Escape closes the list', async ({ page }) => {
  await open(page);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys and words' });
  await expect(help.getByRole('definition').first()).toBeVisible();
  for (const { does } of KEYS) await expect(help.getByText(does, { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
});

test('the command palette finds a container by name', async ({ page }) => {
  await open(page);
  const { containers } = await documentOf(page);
  const name = containers[0]?.name.replace(/^\//, '') ?? '';
  await page.keyboard.press('Control+k');
  await page.keyboard.type(name);
  await expect(page.getByRole('option').first()).toContainText(name);
  await page.keyboard.press('Enter');
  await expect(
    page.getByRole('complementary', { name: 'Inspector' }).getByRole('heading', { name }),
  ).toBeVisible();
});

test('every picture has its bytes in a table', async ({ page }) => {
  for (const place of ['/overview', '/sharing', '/sharing?as=treemap']) {
    await open(page, place);
    await page.getByText('As a table').click();
    await expect(page.getByRole('table').getByRole('row').nth(1)).toBeVisible();
  }
});
