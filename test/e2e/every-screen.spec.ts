/** Every screen is reached and used with the keyboard alone and with the mouse, over the demo store and a giant one. */
import { expect, test } from '@playwright/test';
import { buildIfOld } from '../support/build-if-old.ts';
import { serveSample } from '../support/sample-server.ts';
import { served, type Served } from '../support/served.ts';
import { walkEveryScreen } from '../support/walks.ts';

const STORES = [
  { name: 'the demo store', serve: () => served(['--demo']), history: false },
  { name: '5,000 images', serve: () => serveSample({ images: 5000 }), history: true },
] as const;

for (const { name, serve, history } of STORES) {
  test.describe(name, () => {
    let server: Served;
    test.beforeAll(async () => {
      test.setTimeout(180_000);
      await buildIfOld();
      server = await serve();
    });
    test.afterAll(() => server.stop());

    for (const hand of ['keyboard', 'mouse'] as const) {
      test(`every screen, ${hand}`, async ({ page }) => {
        const complaints: string[] = [];
        page.on('pageerror', (error) => complaints.push(error.message));
        page.on('console', (message) => {
          if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
        });
        await page.goto(server.url);
        await expect(page.locator('.overview .one')).toBeVisible();
        await walkEveryScreen(page, hand, { history });
        expect(complaints).toEqual([]);
      });
    }
  });
}
