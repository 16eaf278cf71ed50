/** Every screen, reached and used with keys alone or with the mouse alone; over any store. */
import { expect, test, type Locator, type Page } from '@playwright/test';

export interface Walked {
  /** Two scans or more are remembered: the history has a chart. */
  readonly history: boolean;
}
export type Hand = 'keyboard' | 'mouse';

type Walk = (page: Page, store: Walked) => Promise<void>;

const title = (page: Page): Locator => page.getByRole('heading', { level: 1 });
const inspected = (page: Page): Locator =>
  page.getByRole('complementary', { name: 'Inspector' }).getByRole('heading', { level: 2 });
const picture = (page: Page): Locator => page.getByRole('application').first();
const grid = (page: Page, name: string): Locator => page.getByRole('grid', { name });
const button = (page: Page, name: string | RegExp): Locator =>
  page.locator('main').getByRole('button', { name, exact: true });
const basket = (page: Page): Locator => page.getByRole('region', { name: 'Basket' });
const orphan = (page: Page): Locator =>
  page.getByRole('list', { name: 'Orphan folders' }).getByRole('button').first();
const keys = async (page: Page, ...pressed: readonly string[]): Promise<void> => {
  for (const key of pressed) await page.keyboard.press(key);
};
const rail = (page: Page, screen: string): Promise<void> => page.locator(`nav a[href="#/${screen}"]`).click();

/** Tab, as often as it takes: what the keyboard can't reach fails here. */
async function tabTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 150; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`Tab never reaches ${target.toString()}`);
}

const KEYBOARD: Readonly<Record<string, Walk>> = {
  Overview: async (page) => {
    await keys(page, '1');
    await tabTo(page, picture(page));
    await keys(page, 'Home');
    await expect(inspected(page)).toBeVisible();
    await keys(page, 'Enter');
    await expect(button(page, 'All layers')).toBeVisible();
    await keys(page, 'Escape');
    await expect(button(page, 'All layers')).toHaveCount(0);
  },
  Images: async (page) => {
    await keys(page, '2');
    await tabTo(page, grid(page, 'Images'));
    await keys(page, 'ArrowDown', 's');
    await expect(page.locator('[aria-sort]')).not.toContainText('Size');
    await keys(page, 'Home', 'ArrowDown', 'Enter'); // below the head of the first repository
    await expect(page.getByRole('region', { name: 'Layers, the topmost first' })).toBeVisible();
    await tabTo(page, button(page, 'Files'));
    await keys(page, 'Enter');
    await expect(title(page)).toContainText('files');
    await keys(page, 'Alt+ArrowLeft');
    await tabTo(page, button(page, 'Compare'));
    await keys(page, 'Enter');
    await tabTo(page, page.getByLabel('There'));
    await keys(page, 'ArrowDown');
    await expect(page).toHaveURL(/#\/compare\/sha256.+\/sha256/);
    await keys(page, 'Tab', '2'); // in the list of choices a digit is typed
    await tabTo(page, button(page, 'Secrets'));
    await keys(page, 'Enter');
    await expect(title(page)).toHaveText('Secrets');
  },
  Sharing: async (page) => {
    await keys(page, '3');
    await tabTo(page, picture(page));
    await keys(page, 'Home');
    await expect(inspected(page)).toBeVisible();
    await keys(page, 't');
    await tabTo(page, page.getByRole('checkbox').first());
    await keys(page, 'Space');
    await expect(basket(page)).toContainText('1 item in the basket');
    await keys(page, 't');
    await expect(picture(page)).toHaveAccessibleName(/^Image layers/);
  },
  Basket: async (page) => {
    await keys(page, 'X');
    await expect(title(page)).toHaveText('Basket');
    await tabTo(page, page.locator('main').getByRole('button', { name: /^Take out/ }));
    await keys(page, 'Enter');
    await expect(page.getByRole('heading', { name: 'The basket is empty.' })).toBeVisible();
  },
  Containers: async (page) => {
    await keys(page, '4');
    await tabTo(page, grid(page, 'Containers'));
    await keys(page, 'Home');
    await expect(inspected(page)).toBeVisible();
    await keys(page, 'Enter');
    await expect(title(page)).toContainText('changes');
  },
  Volumes: async (page) => {
    await keys(page, '5');
    await tabTo(page, grid(page, 'Volumes'));
    await keys(page, 'End');
    await expect(inspected(page)).toBeVisible();
  },
  'Build cache': async (page) => {
    await keys(page, '6');
    await tabTo(page, grid(page, 'Build cache'));
    await keys(page, 'Home');
    await expect(inspected(page)).toBeVisible();
    await tabTo(page, orphan(page));
    await keys(page, 'Enter');
    await expect(inspected(page)).toContainText('overlay2/');
  },
  'Prune plan': async (page) => {
    await keys(page, '7');
    await tabTo(page, page.getByRole('checkbox', { name: 'Dangling images' }));
    await keys(page, 'Space');
    await expect(page.getByText(/^Frees /)).toBeVisible();
    await tabTo(page, button(page, 'Removals'), 'Shift+Tab'); // it stands before a list of what goes
    await keys(page, 'Enter');
    await expect(title(page)).toHaveText('Removals');
    await keys(page, 't');
    await expect(page.getByRole('heading', { name: 'The quarantine is empty.' })).toBeVisible();
  },
  Settings: async (page) => {
    await keys(page, '9');
    await tabTo(page, button(page, 'Dark'));
    await keys(page, 'Enter');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  },
  History: async (page, { history }) => {
    await keys(page, '8');
    if (!history) return tabTo(page, button(page, 'Scan now'));
    await tabTo(page, page.getByLabel('What changed since'));
    await keys(page, 'ArrowDown');
    await expect(page).toHaveURL(/from=/);
  },
};

const MOUSE: Readonly<Record<keyof typeof KEYBOARD, Walk>> = {
  Overview: async (page) => {
    await rail(page, 'overview');
    await picture(page).click();
    await expect(inspected(page)).toBeVisible();
    await picture(page).dblclick();
    await button(page, 'All layers').click();
    await expect(button(page, 'All layers')).toHaveCount(0);
  },
  Images: async (page) => {
    await rail(page, 'images');
    await grid(page, 'Images').getByRole('button', { name: 'Unique' }).click();
    await expect(page.locator('[aria-sort]')).toContainText('Unique');
    const image = grid(page, 'Images').getByRole('row').nth(2);
    await image.click();
    await expect(inspected(page)).toBeVisible();
    await image.dblclick();
    await expect(page.getByRole('region', { name: 'Layers, the topmost first' })).toBeVisible();
    await button(page, 'Files').click();
    await expect(title(page)).toContainText('files');
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await button(page, 'Compare').click();
    await page.getByLabel('There').selectOption({ index: 2 });
    await expect(page).toHaveURL(/#\/compare\/sha256.+\/sha256/);
    await rail(page, 'images');
    await button(page, 'Secrets').click();
    await expect(title(page)).toHaveText('Secrets');
  },
  Sharing: async (page) => {
    await rail(page, 'sharing');
    await expect(picture(page)).toBeVisible();
    const { height } = (await picture(page).boundingBox())!;
    await picture(page).click({ position: { x: 30, y: height - 12 } });
    await expect(inspected(page)).toBeVisible();
    await button(page, 'Matrix').click();
    await page.getByRole('checkbox').first().check();
    await expect(basket(page)).toContainText('1 item in the basket');
    await button(page, 'Treemap').click();
    await expect(picture(page)).toHaveAccessibleName(/^Image layers/);
  },
  Basket: async (page) => {
    await basket(page).getByRole('button', { name: '1 item in the basket' }).click();
    await expect(title(page)).toHaveText('Basket');
    await page
      .locator('main')
      .getByRole('button', { name: /^Take out/ })
      .click();
    await expect(page.getByRole('heading', { name: 'The basket is empty.' })).toBeVisible();
  },
  Containers: async (page) => {
    await rail(page, 'containers');
    await grid(page, 'Containers').getByRole('row').nth(1).click();
    await expect(inspected(page)).toBeVisible();
    await grid(page, 'Containers').getByRole('row').nth(1).dblclick();
    await expect(title(page)).toContainText('changes');
  },
  Volumes: async (page) => {
    await rail(page, 'volumes');
    await grid(page, 'Volumes').getByRole('row').nth(1).click();
    await expect(inspected(page)).toBeVisible();
  },
  'Build cache': async (page) => {
    await rail(page, 'cache');
    await grid(page, 'Build cache').getByRole('row').nth(1).click();
    await expect(inspected(page)).toBeVisible();
    await orphan(page).click();
    await expect(inspected(page)).toContainText('overlay2/');
  },
  'Prune plan': async (page) => {
    await rail(page, 'plan');
    await page.getByRole('checkbox', { name: 'Dangling images' }).check();
    await expect(page.getByText(/^Frees /)).toBeVisible();
    await button(page, 'Removals').click();
    await expect(title(page)).toHaveText('Removals');
    await button(page, 'Quarantine').click();
    await expect(page.getByRole('heading', { name: 'The quarantine is empty.' })).toBeVisible();
  },
  History: async (page, { history }) => {
    await rail(page, 'history');
    if (!history) return expect(button(page, 'Scan now')).toBeEnabled();
    await page.getByRole('img', { name: /^Bytes of the data root/ }).click({ position: { x: 10, y: 40 } });
    await expect(page).toHaveURL(/from=/);
  },
  Settings: async (page) => {
    await rail(page, 'settings');
    await button(page, 'Dark').click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  },
};

/** Through all of them, one after the other, in one page. */
export async function walkEveryScreen(page: Page, hand: Hand, store: Walked): Promise<void> {
  for (const [screen, walk] of Object.entries(hand === 'keyboard' ? KEYBOARD : MOUSE)) {
    await test.step(`${screen}, ${hand}`, () => walk(page, store));
    await expect(page.getByRole('navigation', { name: 'Screens' }).getByRole('link')).toHaveCount(9);
  }
}
