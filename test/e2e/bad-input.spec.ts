/** Hostile names and odd shapes on every screen: nothing breaks out, overlaps or lies. */
import { expect, test, type Page } from '@playwright/test';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import { bend, ready } from '../support/bent-server.ts';
import { hostile, hostileAnswers, oddShapes } from '../support/hostile-document.ts';
import { PLACES } from '../support/screen-states.ts';
import { served, type Served } from '../support/served.ts';

let server: Served;
let document: ScanDocument | null = null;
let broken: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await served(['--demo']);
});
test.afterAll(() => server.stop());
test.beforeEach(({ page }) => {
  broken = [];
  page.on('pageerror', (error) => broken.push(error.message));
  page.on('dialog', (dialog) => broken.push(`a dialog: ${dialog.message()}`));
});
// A question may still be on its way when a test has seen enough.
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }));

/** The demo store, changed by this, and answers about its things. */
async function open(
  page: Page,
  change: (real: ScanDocument) => ScanDocument,
  answers: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await bend(page, { connection: ready, document: (real) => (document = change(real)), answers });
  await page.goto(server.url);
  await expect(page.locator('.overview .one')).toBeVisible();
}

const go = (page: Page, address: string): Promise<string> =>
  page.evaluate((hash) => (window.location.hash = hash), `#/${address}`);

/** Texts and tooltips that still control, hide or reorder what stands around them; elements nobody wrote. */
function breakouts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    // eslint-disable-next-line no-control-regex
    const raw = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
    const found: string[] = [];
    for (const element of window.document.querySelectorAll('body *')) {
      if (['IMG', 'IFRAME', 'SCRIPT'].includes(element.tagName) && element.parentElement?.closest('main'))
        found.push(`<${element.tagName}>`);
      const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      const attributes = ['title', 'aria-label', 'placeholder'].map(
        (name) => element.getAttribute(name) ?? '',
      );
      for (const text of [...own.map((node) => node.textContent ?? ''), ...attributes])
        if (raw.test(text)) found.push(JSON.stringify(text.slice(0, 80)));
    }
    for (const row of window.document.querySelectorAll('[role=grid] [role=row], .hogs li'))
      if (row.getBoundingClientRect().height > 48) found.push('a row higher than two lines');
    if (window.document.documentElement.scrollWidth > window.innerWidth) found.push('wider than the window');
    return found;
  });
}

test('hostile names are escaped on every screen, and none makes it wider, higher or its own', async ({
  page,
}) => {
  await open(page, hostile, hostileAnswers());
  const image = document?.images.find((one) => one.tags.length > 0)?.id ?? '';
  const container = document?.containers[0]?.id ?? '';
  for (const place of PLACES) {
    await go(page, place.replace('IMAGE', image).replace('CONTAINER', container));
    await expect(page.locator('main')).not.toBeEmpty();
    await page.waitForTimeout(60); // answers of the server are drawn
    await expect(page.getByText('This screen broke.')).toHaveCount(0);
    expect(await breakouts(page), place).toEqual([]);
  }
  expect(broken).toEqual([]);
});

test('hostile names are escaped in the inspector of each kind of thing, the basket and the notes', async ({
  page,
}) => {
  await open(page, hostile, hostileAnswers());
  for (const [screen, name] of [
    ['images?flat=1', 'Images'],
    ['containers', 'Containers'],
    ['volumes', 'Volumes'],
    ['cache', 'Build cache'],
  ] as const) {
    await go(page, screen);
    const grid = page.getByRole('grid', { name });
    await grid.focus();
    for (let row = 0; row < 6; row += 1) {
      await page.keyboard.press(row === 0 ? 'Home' : 'ArrowDown');
      await expect(page.getByRole('complementary', { name: 'Inspector' })).toContainText('\\u');
      expect(await breakouts(page), `${name}, row ${row}`).toEqual([]);
    }
    await page.keyboard.press('x');
  }
  await expect(page.getByRole('region', { name: 'Basket' })).toContainText('4 items');
  await page.getByRole('button', { name: '6 notes' }).click();
  await expect(page.getByRole('dialog')).toContainText('evil\\u001b[31m\\u0007\\u0000\\u000dred');
  expect(await breakouts(page)).toEqual([]);
  expect(broken).toEqual([]);
});

test('a name reads in full where it is asked for, and is cut in its middle where there is no room', async ({
  page,
}) => {
  await open(page, hostile);
  await go(page, 'images?flat=1&q=evil');
  const name = page.getByRole('grid', { name: 'Images' }).locator('.name[title^=evil]').first();
  await expect(name).toContainText('evil\\u001b[31m\\u0007\\u0000\\u000dred');
  await expect(name).toHaveAttribute('title', /\\u202egnp.exe.+<img src=x onerror=alert\(1\)>/);
});

test('an image of 127 layers, one of none, layers of 0 bytes and one not measured, in every picture', async ({
  page,
}) => {
  await open(page, oddShapes);
  const tall = document?.images.find((one) => one.tags.includes('odd/tall:127'));
  const bare = document?.images.find((one) => one.tags.includes('odd/bare:0'));
  await expect(page.getByText('1 layer not measured')).toBeVisible();
  const inspector = page.getByRole('complementary', { name: 'Inspector' });

  // Treemap: its group is drawn with what is known, and says that there is more.
  await page.getByText('As a table').click();
  await expect(page.getByRole('row', { name: /^tall:127/ })).toContainText('≥ 6.96');
  // Strata: its base layer counts all above it, the unknown one too.
  await go(page, `sharing?sel=image:${tall?.id}`);
  await expect(inspector.getByRole('heading', { level: 2 })).toHaveText('odd/tall:127');
  await page.getByText('As a table').click();
  const base = new RegExp(`^Layer ${tall?.chain[0]?.slice(7, 19)}`);
  await expect(page.getByRole('row', { name: base })).toContainText('≥ 6.96');
  // Matrix: its own bytes are at least so many; the image without layers has none, and no column.
  await go(page, 'sharing?as=matrix');
  const ticks = page.getByRole('checkbox', { name: 'odd/tall:127 goes' });
  await expect(page.getByRole('row').filter({ has: ticks })).toContainText('≥');
  // Lists: unknown is “–”, nothing is 0 B.
  await go(page, 'images?flat=1&q=odd');
  const grid = page.getByRole('grid', { name: 'Images' });
  await expect(
    grid.getByRole('row', { name: /tall:127/ }).getByRole('img', { name: /^not measured/ }),
  ).not.toHaveCount(0);
  await expect(grid.getByRole('row', { name: /bare:0/ })).toContainText('0 B');
  await go(page, `images?flat=1&q=odd&sel=image:${bare?.id}`);
  await expect(inspector).toContainText('Layers');
  expect(await breakouts(page)).toEqual([]);
  expect(broken).toEqual([]);
});
