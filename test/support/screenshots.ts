/**
 * All screens as pictures, to be looked at: `npm run screenshots [FOLDER] [demo|giant]`, by default
 * `.cache/screenshots`. The demo store and one of 5,000 images, light and dark, in two sizes of window; the demo store
 * in the smallest window, zoomed to 200 % and in forced colours, too.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type BrowserContextOptions, type Page } from '@playwright/test';
import { SCREENS } from '../../src-renderer/lib/route.ts';
import { browserOptions } from './browser.ts';
import { buildIfOld, ROOT } from './build-if-old.ts';
import { serveSample } from './sample-server.ts';
import { served } from './served.ts';

const folder = process.argv[2] ?? join(ROOT, '.cache/screenshots');
const only = process.argv[3];
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1200 },
] as const;
const PLAIN: readonly (readonly [string, BrowserContextOptions])[] = (['light', 'dark'] as const).flatMap(
  (colorScheme) =>
    SIZES.map((viewport) => [`${colorScheme}-${viewport.width}`, { colorScheme, viewport }] as const),
);
/** At 200 % a window of 1280×800 has half as many of its own pixels. */
const SPECIAL: readonly (readonly [string, BrowserContextOptions])[] = [
  ['smallest', { viewport: { width: 900, height: 600 } }],
  ['zoomed', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }],
  ['forced', { viewport: SIZES[0], forcedColors: 'active', colorScheme: 'dark' }],
];

await buildIfOld();
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch(browserOptions());
for (const [store, serve, shapes] of [
  ['demo', () => served(['--demo']), [...PLAIN, ...SPECIAL]],
  ['giant', () => serveSample({ images: 5000, ownLayers: 7 }), PLAIN],
] as const) {
  if (only !== undefined && only !== store) continue;
  const server = await serve();
  for (const [shape, options] of shapes) {
    const page = await browser.newPage({ ...options, reducedMotion: 'reduce' });
    await page.goto(server.url);
    await page.locator('.overview .one').waitFor();
    await everyScreen(page, (name) => join(folder, `${store}-${name}-${shape}.png`));
    await page.close();
  }
  await server.stop();
}
await browser.close();
console.log(folder);

/** Each screen as it opens, and those that say more once something is selected. */
async function everyScreen(page: Page, fileOf: (name: string) => string): Promise<void> {
  const take = async (name: string): Promise<void> => {
    await page.waitForTimeout(400);
    await page.screenshot({ path: fileOf(name) });
  };
  const open = (screen: string): Promise<void> => page.locator(`nav a[href="#/${screen}"]`).click();
  const picture = page.getByRole('application').first();
  for (const screen of SCREENS) {
    await open(screen);
    await take(screen);
  }
  for (const screen of ['overview', 'sharing']) {
    await open(screen);
    await picture.focus();
    for (const key of ['Home', 'ArrowRight', 'x']) await page.keyboard.press(key);
    await take(`${screen}-selected`);
  }
  for (const kind of ['Matrix', 'Treemap']) {
    await page.getByRole('group', { name: 'Picture' }).getByRole('button', { name: kind }).click();
    await take(`sharing-${kind.toLowerCase()}`);
  }
  await open('images');
  const grid = page.getByRole('grid', { name: 'Images' });
  await grid.focus();
  for (const key of ['ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
  await take('images-selected');
  await page.keyboard.press('Enter');
  await take('image');
  await page.keyboard.press('X');
  await take('basket');
  await page.keyboard.press('?');
  await take('help');
}
