/** What the screens say when not all is well. The page is the real one; only the answers of the server are bent. */
import { expect, test, type Page } from '@playwright/test';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import type { Connection } from '../../src-main/contract/store.ts';
import { served, type Served } from '../support/served.ts';

let server: Served;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await served(['--demo']);
});
test.afterAll(() => server.stop());
// A question may still be on its way when a test has seen enough.
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }));

interface Bent {
  readonly connection?: (real: Connection) => Connection;
  readonly document?: (real: ScanDocument) => ScanDocument;
  /** `scan.document` fails like this. */
  readonly refusal?: { readonly code: string; readonly message: string };
  /** `scan.document` is never answered. */
  readonly silent?: boolean;
}

async function open(page: Page, bent: Bent, place = '/overview'): Promise<void> {
  await page.route('**/rpc', async (route) => {
    const { method } = route.request().postDataJSON() as { method: string };
    if (method === 'scan.document' && bent.silent) return;
    if (method === 'scan.document' && bent.refusal)
      return route.fulfill({ json: { ok: false, ...bent.refusal } });
    const response = await route.fetch();
    const answer = (await response.json()) as { ok: boolean; value: never };
    const bend =
      method === 'connection.get' ? bent.connection : method === 'scan.document' ? bent.document : undefined;
    return route.fulfill({ response, json: bend ? { ...answer, value: bend(answer.value) } : answer });
  });
  await page.goto(server.url);
  await page.evaluate((hash) => (window.location.hash = hash), `#${place}`);
}

const ready = (real: Connection): Connection => ({
  ...real,
  state: 'ready',
  endpoint: 'unix:///var/run/docker.sock',
});

test('loading: a skeleton at once, no numbers yet', async ({ page }) => {
  await open(page, { silent: true });
  await expect(page.getByRole('status', { name: 'Loading' })).toBeVisible();
  await expect(page.locator('main')).not.toContainText('0 B');
});

test('an empty store says so and how to get an image', async ({ page }) => {
  const empty = (real: ScanDocument): ScanDocument => ({ ...real, images: [], layers: [], containers: [] });
  await open(page, { connection: ready, document: empty });
  await expect(page.getByText('No images here.')).toBeVisible();
  await open(page, { connection: ready, document: empty }, '/images');
  await expect(page.getByText('docker pull alpine')).toBeVisible();
});

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

test('an engine in a VM or of an unknown store says which views are limited', async ({ page }) => {
  const connection = (real: Connection): Connection => ({
    ...ready(real),
    limits: ['The files live in a VM.'],
  });
  await open(page, { connection });
  await expect(page.getByText('The files live in a VM.')).toBeVisible();
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

test('hostile names are shown escaped and break nothing', async ({ page }) => {
  const name = `evil\u001b[31m\u202E<img src=x onerror=alert(1)>${'x'.repeat(4096)}`;
  const hostile = (real: ScanDocument): ScanDocument => ({
    ...real,
    images: real.images.map((image, place) => (place === 0 ? { ...image, tags: [name] } : image)),
  });
  await open(page, { connection: ready, document: hostile }, '/images?flat=1&q=evil');
  const cell = page.getByRole('gridcell').first();
  await expect(cell).toContainText('evil\\u001b[31m\\u202e<img src=x onerror=alert(1)>');
  expect((await cell.boundingBox())?.height).toBeLessThan(40);
});

test('the server is gone midway: the page says so and keeps what it has', async ({ page }) => {
  const own = await served(['--demo']);
  await page.goto(own.url);
  await expect(page.locator('main .one')).toBeVisible();
  await own.stop();
  await expect(page.getByText('Strata’s server is gone.')).toBeVisible();
  await expect(page.locator('main.stale .one')).toBeVisible();
});
