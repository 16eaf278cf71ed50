/** What the screens say when not all is well. The page is the real one; only the answers of the server are bent. */
import { expect, test, type Page } from '@playwright/test';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import type { Connection } from '../../src-main/contract/store.ts';
import { bend, ready, type Bent } from '../support/bent-server.ts';
import { served, type Served } from '../support/served.ts';

let server: Served;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await served(['--demo']);
});
test.afterAll(() => server.stop());
// A question may still be on its way when a test has seen enough.
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }));

async function open(page: Page, bent: Bent, place = '/overview'): Promise<void> {
  await bend(page, bent);
  await page.goto(server.url);
  await page.evaluate((hash) => (window.location.hash = hash), `#${place}`);
}

const noStore = { code: 'no-engine', message: 'No engine.' };

test('no engine: what was tried, with each error, and a button to try again', async ({ page }) => {
  const connection = (real: Connection): Connection => ({
    ...real,
    state: 'no-engine',
    tried: [{ endpoint: 'unix:///var/run/docker.sock', error: 'no such file', code: 'ENOENT' }],
  });
  await open(page, { connection, refusal: noStore });
  await expect(page.getByText('No Docker engine answers.')).toBeVisible();
  await expect(page.getByRole('cell', { name: 'ENOENT' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Try again' }).first()).toBeVisible();
});

test('no permission: what the group means and the exact commands', async ({ page }) => {
  const connection = (real: Connection): Connection => ({ ...real, state: 'no-permission' });
  await open(page, { connection, refusal: { ...noStore, code: 'no-permission' } });
  await expect(page.getByText('You may not use the Docker socket.')).toBeVisible();
  await expect(page.getByText('sudo usermod -aG docker "$USER"')).toBeVisible();
});

test('files not readable: sizes are “–” with the reason, never 0, and the pictures use Docker’s sizes', async ({
  page,
}) => {
  const unread = (real: ScanDocument): ScanDocument => ({
    ...real,
    access: 'api',
    account: Object.fromEntries(Object.keys(real.account).map((key) => [key, null])) as never,
    layers: real.layers.map((layer) => ({ ...layer, diskBytes: null })),
    images: real.images.map((image) => ({
      ...image,
      diskBytes: null,
      uniqueDiskBytes: null,
      sharedDiskBytes: null,
      freesDiskBytes: null,
    })),
  });
  const connection = (real: Connection): Connection => ({
    ...ready(real),
    access: 'api',
    accessWhy: 'The folder belongs to root.',
  });
  await open(page, { connection, document: unread });
  await expect(page.getByText('The files of the data root are not read.')).toBeVisible();
  await expect(page.getByText('The data root was not read')).toBeVisible();
  await expect(page.locator('main .one').getByRole('img')).toHaveAccessibleName(
    /not measured: The folder belongs to root/,
  );
  await page.keyboard.press('2');
  await expect(
    page
      .getByRole('grid', { name: 'Images' })
      .getByRole('img', { name: /^not measured/ })
      .first(),
  ).toBeVisible();
});

test('partial errors: one drawer with all of them', async ({ page }) => {
  const damaged = (real: ScanDocument): ScanDocument => ({
    ...real,
    issues: [{ where: 'image/overlay2/layerdb/x/size', what: 'not a number' }],
  });
  await open(page, { connection: ready, document: damaged });
  await page.getByRole('button', { name: '1 note' }).click();
  await expect(page.getByRole('dialog')).toContainText('not a number');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('engine lost midway: the old data stays, marked with its time', async ({ page }) => {
  await open(page, { connection: (real) => ({ ...real, state: 'lost' }) });
  await expect(page.getByText('The engine stopped answering.')).toBeVisible();
  await expect(page.locator('main.stale .one')).toBeVisible();
});

test('an opened scan file is read-only', async ({ page }) => {
  await open(page, { connection: (real) => ({ ...real, state: 'file', endpoint: 'host.strata' }) });
  await expect(page.getByText('a saved scan of host.strata')).toBeVisible();
  await expect(page.getByRole('button', { name: /ago$|just now/ })).toBeDisabled();
});

test('a wrong token: says which address to open', async ({ page }) => {
  await page.goto(server.url.replace(/#t=.*/, '#t=wrong'));
  await expect(page.getByText('This page has no access.')).toBeVisible();
});

test('the server is gone midway: the page says so and keeps what it has', async ({ page }) => {
  const own = await served(['--demo']);
  await page.goto(own.url);
  await expect(page.locator('main .one')).toBeVisible();
  await own.stop();
  await expect(page.getByText('Strata’s server is gone.')).toBeVisible();
  await expect(page.locator('main.stale .one')).toBeVisible();
});
