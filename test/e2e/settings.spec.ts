/** What Strata keeps for itself, as the settings show and change it. */
import { expect, test } from '@playwright/test';
import { served, type Served } from '../support/served.ts';

let server: Served;
test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await served(['--demo']);
});
test.afterAll(() => server.stop());

test('how much is kept is chosen with the keyboard, and still chosen when Strata is opened again', async ({
  page,
}) => {
  await page.goto(server.url);
  await page.keyboard.press('9');
  const scans = page.getByRole('group', { name: 'Scans to compare' });
  await expect(scans.getByRole('button', { pressed: true })).toHaveText('400');
  await expect(page.getByText(/^Kept in /)).toContainText('/');

  await scans.getByRole('button', { name: '100', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(scans.getByRole('button', { pressed: true })).toHaveText('100');

  await page.reload();
  await expect(
    page.getByRole('group', { name: 'Scans to compare' }).getByRole('button', { pressed: true }),
  ).toHaveText('100');
});
