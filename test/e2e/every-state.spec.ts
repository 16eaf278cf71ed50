/** Each of the eleven states on each screen that it concerns: its own words, the frame stays, nothing breaks or lies. */
import { expect, test, type Page } from '@playwright/test';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import { bend } from '../support/bent-server.ts';
import { PLACES, STATES, type ScreenState } from '../support/screen-states.ts';
import { served, type Served } from '../support/served.ts';

let server: Served;
let first = { image: '', container: '' };

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await served(['--demo']);
  const { images, containers } = await documentOf(server.url);
  first = { image: images[0]?.id ?? '', container: containers[0]?.id ?? '' };
});
test.afterAll(() => server.stop());
// A question may still be on its way when a test has seen enough.
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }));

for (const state of STATES) {
  test(`${state.name}, on every screen`, async ({ page }) => {
    const broken: string[] = [];
    page.on('pageerror', (error) => broken.push(error.message));
    await bend(page, state.bent);
    await page.goto(server.url);
    for (const place of state.places ?? PLACES) {
      await test.step(place, () => lookAt(page, place, state));
    }
    expect(broken).toEqual([]);
  });
}

async function lookAt(page: Page, place: string, state: ScreenState): Promise<void> {
  const address = place.replace('IMAGE', first.image).replace('CONTAINER', first.container);
  await page.evaluate((hash) => (window.location.hash = hash), `#/${address}`);
  const main = page.locator('main');
  await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty();
  await expect(main).not.toBeEmpty();
  await expect(page.getByRole('navigation', { name: 'Screens' }).getByRole('link')).toHaveCount(9);
  await expect(main.getByText('This screen broke.')).toHaveCount(0);
  if (state.everywhere !== undefined) await expect(page.locator('.middle')).toContainText(state.everywhere);
  const words = state.words?.[place];
  if (words !== undefined) await expect(main).toContainText(words);
  const text = await page.locator('.frame').innerText();
  expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/);
  // Which images have no layer of their own is known without any size: the matrix shows their 0.
  if (state.unknown && place !== 'sharing?as=matrix')
    expect(text).not.toMatch(/(^|[^\d.,])0\s(B|KiB|MiB|GiB)\b/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
}

async function documentOf(url: string): Promise<ScanDocument> {
  const response = await fetch(new URL('/rpc', url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${/#t=(.*)/.exec(url)?.[1] ?? ''}`,
      origin: new URL(url).origin,
    },
    body: JSON.stringify({ method: 'scan.document', params: null }),
  });
  return ((await response.json()) as { value: ScanDocument }).value;
}

test('what filters emptied comes back by one button', async ({ page }) => {
  await page.goto(server.url);
  for (const screen of ['images', 'containers', 'volumes', 'cache']) {
    await page.evaluate((hash) => (window.location.hash = hash), `#/${screen}?q=zzz`);
    await page.getByRole('button', { name: 'Clear filter' }).click();
    await expect(page.locator('main').getByRole('gridcell').first()).toBeVisible();
  }
});

test('an image whose own bytes are not measured says so in every picture and table, never 0', async ({
  page,
}) => {
  const state = STATES.find(({ name }) => name === 'partial errors');
  await bend(page, state?.bent ?? {});
  await page.goto(server.url);
  await page.evaluate((hash) => (window.location.hash = hash), '#/images?flat=1&sort=-unique');
  await page.getByRole('grid', { name: 'Images' }).focus();
  await page.keyboard.press('End');
  await expect(page.getByRole('img', { name: /^not measured/ }).first()).toBeVisible();
});
