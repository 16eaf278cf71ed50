/** A store of 5,000 images and some 15,000 layers: pictures are canvases with their tables. */
import { expect, test } from '@playwright/test';
import { buildIfOld } from '../support/build-if-old.ts';
import { serveSample } from '../support/sample-server.ts';
import type { Served } from '../support/served.ts';

let server: Served;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  await buildIfOld();
  server = await serveSample({ images: 5000 });
});
test.afterAll(() => server.stop());

test('the treemap is a canvas that the keyboard walks, with the same cells in a table', async ({ page }) => {
  await page.goto(server.url);
  const picture = page.getByRole('application').first();
  await expect(picture.locator('canvas')).toBeVisible();
  await picture.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(
    page.getByRole('complementary', { name: 'Inspector' }).getByRole('heading', { level: 2 }),
  ).toBeVisible();
  await page.getByText('As a table').click();
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(301);
});

test('the list of images draws only what is seen, to its very end', async ({ page }) => {
  await page.goto(server.url);
  await page.keyboard.press('2');
  const grid = page.getByRole('grid', { name: 'Images' });
  await expect(grid.getByRole('row').nth(3)).toBeVisible();
  expect(await grid.getByRole('row').count()).toBeLessThan(120);
  await grid.focus();
  await page.keyboard.press('End');
  const last = Number(await grid.getAttribute('aria-rowcount'));
  await expect(grid.locator(`[aria-rowindex="${last}"]`)).toBeVisible();
});
