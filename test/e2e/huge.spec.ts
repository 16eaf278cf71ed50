/** A store of 50,000 images opens, filters and selects. How long it held up the page is printed, not asserted. */
import { expect, test, type Page } from '@playwright/test';
import { buildIfOld } from '../support/build-if-old.ts';
import { serveSample } from '../support/sample-server.ts';
import type { Served } from '../support/served.ts';

const IMAGES = 50_000;
let server: Served;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  await buildIfOld();
  server = await serveSample({ images: IMAGES, ownLayers: 3 });
});
test.afterAll(() => server.stop());

declare global {
  interface Window {
    longTasks: number[];
  }
}

/** Prints the longest task since the last call. */
async function longest(page: Page, what: string): Promise<void> {
  const longMs = await page.evaluate(() => Math.max(0, ...window.longTasks.splice(0)));
  console.log(`    ${what}: longest task ${longMs === 0 ? 'below 50' : longMs.toFixed(0)} ms`);
}

test('50,000 images: opened, filtered, selected, in lists and pictures', async ({ page }) => {
  test.setTimeout(240_000);
  const broken: string[] = [];
  page.on('pageerror', (error) => broken.push(error.message));
  await page.addInitScript(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.longTasks.push(entry.duration);
    }).observe({ type: 'longtask', buffered: true });
  });
  await page.goto(server.url);
  await expect(page.locator('.overview .one')).toBeVisible({ timeout: 60_000 });
  const picture = page.getByRole('application').first();
  await expect(picture.locator('canvas')).toBeVisible();
  await longest(page, 'open');

  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await picture.focus();
  await page.keyboard.press('Home');
  await expect(inspector.getByRole('heading', { level: 2 })).toBeVisible();
  await longest(page, 'select in the treemap');
  await page.locator('.map .legend button').first().click();
  await longest(page, 'filter the treemap');

  await page.keyboard.press('2');
  const grid = page.getByRole('grid', { name: 'Images' });
  await expect(grid.getByRole('row').nth(3)).toBeVisible();
  expect(Number(await grid.getAttribute('aria-rowcount'))).toBeGreaterThan(IMAGES);
  expect(await grid.getByRole('row').count()).toBeLessThan(120);
  await longest(page, 'open the images');
  await page.locator('#search').fill('api:1.4999');
  await expect(page.locator('.page-head')).toContainText(/^.*\b\d images\b/);
  await longest(page, 'filter the images');
  await page.locator('#search').fill('');
  await grid.focus();
  await page.keyboard.press('End');
  await expect(inspector.getByRole('heading', { level: 2 })).toBeVisible();
  await page.keyboard.press('x');
  await expect(page.getByRole('region', { name: 'Basket' })).toContainText('1 item');
  await longest(page, 'to the last image, into the basket');

  await page.keyboard.press('3');
  await picture.focus();
  await page.keyboard.press('Home');
  await expect(inspector.getByRole('heading', { level: 2 })).toContainText('Layer');
  await longest(page, 'strata, and select');
  await page.keyboard.press('t');
  await expect(page.getByRole('checkbox').first()).toBeVisible();
  await longest(page, 'matrix');
  expect(broken).toEqual([]);
});
