/** The first scan of a store: screens fill while it runs, and what it has measured stays when it is cancelled. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { buildIfOld } from '../support/build-if-old.ts';
import { sampleDocument } from '../support/sample-document.ts';
import { serveSample, type ServedSample } from '../support/sample-server.ts';

const IMAGES = 60;
const SCREENS = ['overview', 'images', 'sharing', 'containers', 'volumes', 'cache', 'plan'];
const AT_LEAST = /≥ \d/;

let server: ServedSample;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  await buildIfOld();
});
test.beforeEach(async () => {
  server = await serveSample({ images: IMAGES, measuring: true });
});
test.afterEach(() => server.stop());

const total = (page: Page) => page.locator('.overview .one');
const images = (page: Page) => page.getByRole('grid', { name: 'Images' });
const rowOf = (page: Page, name: string) => images(page).getByRole('row').filter({ hasText: name }).first();

test('names and pictures come before anything is measured, then numbers grow until they are exact', async ({
  page,
}) => {
  await page.goto(server.url);
  await expect(page.getByText('0 of 187 folders measured')).toBeVisible();
  await expect(total(page)).toHaveText('–');
  await expect(page.getByRole('application').first()).toContainText('web:1.51');
  await expect(page.locator('main')).not.toContainText('0 B');
  await page.keyboard.press('2');
  await expect(rowOf(page, '1.59')).toBeVisible();
  await expect(images(page)).not.toContainText(AT_LEAST);

  server.measure(0.4);
  await expect(rowOf(page, '1.59')).toContainText(AT_LEAST);
  await page.keyboard.press('1');
  await expect(total(page)).toContainText(AT_LEAST);
  await expect(page.getByRole('region', { name: 'Biggest', exact: true })).toContainText(AT_LEAST);
  await expect(page.getByRole('group', { name: 'The data root by kind' })).toContainText(AT_LEAST);
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeVisible();

  server.measure(1);
  await expect(page.getByText('Still measuring.')).toHaveCount(0);
  await expect(total(page)).not.toContainText('≥');
  for (const screen of SCREENS) {
    await page.locator(`nav a[href="#/${screen}"]`).click();
    await expect(page.locator('main')).not.toContainText(AT_LEAST);
  }
});

test('rows keep their places while layers are measured', async ({ page }) => {
  await page.goto(server.url);
  await page.keyboard.press('2');
  const names = () => images(page).getByRole('row').locator('.name').allTextContents();
  await expect(rowOf(page, '1.59')).toBeVisible();
  const before = await names();
  server.measure(0.3);
  await expect(rowOf(page, '1.59')).toContainText(AT_LEAST);
  expect(await names()).toEqual(before);
});

test('cancelled, what was measured stays, says that it is a part, and can be gone on with', async ({
  page,
}) => {
  await page.goto(server.url);
  server.measure(0.5);
  await expect(total(page)).toContainText(AT_LEAST);
  const measured = await total(page).textContent();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Only partly measured:')).toBeVisible();
  await expect(total(page)).toHaveText(measured ?? '');
  await expect(page.getByText('93 of 187 folders measured')).toBeVisible();
  await page.getByRole('button', { name: 'Measure the rest' }).click();
  await expect(page.getByText('Still measuring.')).toBeVisible();
  server.measure(1);
  await expect(total(page)).not.toContainText('≥');
});

test('by keyboard: the basket counts at least what is known, and the plan waits for the rest', async ({
  page,
}) => {
  await page.goto(server.url);
  server.measure(0.4);
  await page.keyboard.press('2');
  await expect(rowOf(page, '1.39')).toContainText(AT_LEAST);
  await images(page).focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'x']) await page.keyboard.press(key);
  const basket = page.getByRole('region', { name: 'Basket' });
  await expect(basket).toContainText('1 item in the basket');
  await expect(basket).toContainText(/frees now ≥ \d/);
  await page.keyboard.press('p');
  await expect(page.getByText('The plan waits until all is measured.')).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'Measured' })).toBeVisible();
  const asked = page.waitForRequest((request) => (request.postData() ?? '').includes('"plan.make"'));
  server.measure(1);
  await asked;
  await expect(page.getByText('The plan waits until all is measured.')).toHaveCount(0);
  await expect(basket).toContainText('1 item in the basket');
});

test('a selected image keeps its page and its words while its layers are measured', async ({ page }) => {
  const largest = sampleDocument({ images: IMAGES })
    .images.filter((image) => !image.intermediate && image.containers.length === 0 && image.chain.length > 4)
    .toSorted((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0))[0]!;
  await page.goto(server.url);
  await page.evaluate((id) => (window.location.hash = `#/images/${id}?sel=image:${id}`), largest.id);
  await expect(page.getByRole('region', { name: 'Layers, the topmost first' })).toBeVisible();
  server.measure(0.2);
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector).toContainText(/Deleting it alone frees ≥ \d/);
  server.measure(1);
  await expect(inspector).toContainText(/Deleting it alone frees \d/);
});

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any screen while it measures, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.goto(server.url);
    server.measure(0.4);
    for (const screen of SCREENS) {
      await page.locator(`nav a[href="#/${screen}"]`).click();
      await expect(page.getByText('Still measuring.')).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    }
  });
}
