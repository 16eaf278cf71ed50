/** An image archive in the page, without any engine: both layouts, whole and damaged, as `strata serve --archive` opens them. */
import { mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { served, type Served } from '../support/served.ts';
import { writeArchive, type ArchiveDescription } from '../support/write-archive.ts';
import { packedLayout, writeOciLayout } from '../support/write-oci.ts';

const base = {
  step: 'ADD rootfs.tar /',
  files: { 'etc/hosts': 'localhost', 'usr/lib': 'x'.repeat(300_000) },
};
const token = ['ghp', '1aB2cD3eF4gH5iJ6kL7mN8oP9qR0sT1uV2wX'].join('_');
const api: ArchiveDescription = {
  tag: 'acme/api:1.4',
  layers: [
    base,
    {
      step: 'RUN apt-get update',
      files: { 'var/lib/apt/lists/all': 'z'.repeat(200_000), 'srv/token': token },
    },
    { step: 'COPY app /srv', files: { 'srv/app': 'one'.repeat(10_000), 'var/lib/apt/.wh.lists': '' } },
  ],
};
const web: ArchiveDescription = {
  tag: 'acme/web:2.0',
  layers: [base, { step: 'COPY dist /www', files: { 'www/index.html': '<p>'.repeat(30_000) } }],
};

let folder = '';
let server: Served | undefined;
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-archive-e2e-'));
});
test.afterEach(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(page: Page, path: string): Promise<void> {
  server = await served(['--archive', path]);
  await page.goto(server.url);
}
const ociTar = (): string =>
  packedLayout(folder, writeOciLayout(folder, { images: [api, web], compression: 'gzip' }));
const index = (page: Page) => page.getByRole('grid', { name: 'Index of the archive' });
const layers = (page: Page) => page.getByRole('grid', { name: /^Layers of the image/ });
const pane = (page: Page) => page.getByRole('region', { name: 'What is chosen' });
const goTo = (page: Page, hash: string) => page.evaluate((to) => (window.location.hash = to), hash);

async function expectNoViolations(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(
      violations.map(({ id }) => id),
      colorScheme,
    ).toEqual([]);
  }
}

test('an OCI layout: its index as it is, every digest verified, and by keyboard to the files of a layer', async ({
  page,
}) => {
  await open(page, ociTar());
  await expect(page.getByRole('heading', { level: 1, name: 'Archive' })).toBeVisible();
  await expect(page.getByText('Read-only:', { exact: true })).toBeVisible();
  await expect(page.getByText('All 4 layers are what the digests say.')).toBeVisible();
  await expect(index(page).getByRole('row')).toHaveText([
    /^Listed/,
    /acme\/api:1\.4.*linux\/amd64.*verified/,
    /acme\/web:2\.0.*linux\/amd64.*verified/,
    /linux\/arm64: listed, but not in this archive.*not an image/,
    /attestation \(how an image was built\), no image.*not an image/,
  ]);
  await expectNoViolations(page);

  await index(page).focus();
  for (const key of ['End', 'ArrowUp', 'ArrowUp']) await page.keyboard.press(key);
  await expect(pane(page)).toContainText('acme/web:2.0');
  await page.keyboard.press('Tab');
  await expect(layers(page)).toBeFocused();
  await page.keyboard.press('Home');
  await expect(pane(page)).toContainText('COPY dist /www');
  await expect(pane(page)).toContainText('application/vnd.oci.image.layer.v1.tar+gzip');
  await expect(pane(page).getByRole('button', { name: 'Copy Digest' })).toBeVisible();
  await expectNoViolations(page);
  await layers(page).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'acme/web:2.0 · files' })).toBeVisible();
  await expect(page.getByRole('treegrid', { name: 'Files' })).toContainText('www');
});

test('a docker save archive with a wrong layer: shown where it is, in full, and noted on every screen', async ({
  page,
}) => {
  const path = writeArchive(folder, api, (root) => {
    const layer = join(root, '2/layer.tar');
    writeFileSync(layer, readFileSync(layer, 'latin1').replace('oneone', 'oneTWO'), 'latin1');
  });
  await open(page, path);
  await expect(page.getByText('1 layer is not what the digests say.')).toBeVisible();
  await expect(layers(page).getByRole('row')).toHaveText([
    /^Layer/,
    /2COPY app \/srv.*wrong/,
    /1RUN apt-get update.*verified/,
    /0ADD rootfs.tar.*verified/,
  ]);
  await layers(page)
    .getByRole('row', { name: /COPY app/ })
    .click();
  await expect(pane(page)).toContainText(
    /the config says DiffID sha256:[0-9a-f]{64}, the tar is sha256:[0-9a-f]{64}/,
  );
  await expect(page.getByRole('button', { name: '1 note' })).toBeVisible();
  await expectNoViolations(page);
});

test('the screens of images work over it, with sizes of files; nothing can be removed', async ({ page }) => {
  await open(page, ociTar());
  await expect(page.getByText('All 4 layers are what the digests say.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Basket' })).toHaveCount(0);
  await page.keyboard.press('2');
  const images = page.getByRole('grid', { name: 'Images' });
  await expect(images.getByRole('row', { name: /^1\.4/ })).toContainText('518 KiB');
  await expect(images).not.toContainText('Frees now');
  await images.getByRole('row', { name: /^1\.4/ }).click();
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector).toContainText('It shares layers with the images below.');
  await expect(inspector.getByRole('button', { name: /basket/i })).toHaveCount(0);
  await page.keyboard.press('x');
  await expect(page.getByText('An archive has nothing to remove', { exact: true })).toBeVisible();
  await expectNoViolations(page);

  await page.keyboard.press('3');
  await expect(page.getByText('4 layers, 293 KiB of them shared')).toBeVisible();
  await expect(page.getByLabel(/^The strata/)).toBeVisible();

  await page.keyboard.press('2');
  await images.getByRole('row', { name: /^1\.4/ }).dblclick();
  await expect(page.getByRole('region', { name: /^Layers, the topmost first/ })).toContainText(
    'RUN apt-get update',
  );
  await page.getByRole('button', { name: 'Secrets' }).first().click();
  await page.getByRole('button', { name: /^Search / }).click();
  await expect(page.getByText('/srv/token').first()).toBeVisible();

  for (const [screen, sentence] of [
    ['containers', 'An archive has no containers'],
    ['volumes', 'An archive has no volumes'],
    ['cache', 'An archive has no build cache'],
    ['plan', 'An archive has nothing to remove'],
    ['history', 'An archive has no history'],
    ['basket', 'Nothing in an archive can be removed'],
    ['receipts', 'Nothing in an archive can be removed'],
  ] as const) {
    await goTo(page, `#/${screen}`);
    await expect(page.getByRole('heading', { name: sentence })).toBeVisible();
  }
  await goTo(page, '#/settings');
  await expect(
    page.getByText('reads the images in the archive; there is no engine and no disk'),
  ).toBeVisible();
});

test('two images of it are compared, and how they fork is drawn when their layers were read', async ({
  page,
}) => {
  await open(page, ociTar());
  await expect(page.getByText('All 4 layers are what the digests say.')).toBeVisible();
  await page.keyboard.press('2');
  const images = page.getByRole('grid', { name: 'Images' });
  await images.focus();
  await page.keyboard.press('Control+a');
  await page.getByRole('button', { name: 'Compare the two' }).click();
  await expect(page.getByRole('img', { name: /1 layer in common, 293 KiB/ })).toBeVisible();
  await page
    .getByRole('button', { name: /^Only / })
    .first()
    .click();
  await expect(page.getByRole('grid', { name: 'Paths' })).toBeVisible();
});

/** The server's own answer, changed on its way. */
async function answering(page: Page, method: string, change: (value: unknown) => unknown): Promise<void> {
  await page.route('**/rpc', async (route) => {
    if ((route.request().postDataJSON() as { method: string }).method !== method) return route.fallback();
    const response = await route.fetch();
    const answer = (await response.json()) as { ok: boolean; value: unknown };
    await route.fulfill({ json: { ...answer, value: change(answer.value) } });
  });
}

test('until layers were read they are “not verified”, have no size, and no picture is drawn of them', async ({
  page,
}) => {
  await page.route('**/rpc', (route) =>
    (route.request().postDataJSON() as { method: string }).method === 'inside.verify'
      ? route.fulfill({ json: { ok: false, code: 'busy', message: 'The disk is busy.' } })
      : route.fallback(),
  );
  await open(page, ociTar());
  await expect(page.getByText('0 of 4 layers verified. The disk is busy.')).toBeVisible();
  await expect(layers(page)).toContainText('not verified');
  await expect(layers(page).getByTitle('Not measured: it was not read yet')).toHaveText(['–', '–', '–']);
  await expect(layers(page)).not.toContainText(/(?<!\d)0 B/);
  await page.keyboard.press('3');
  await expect(
    page.getByRole('heading', { name: 'Not measured: the sizes of 4 of 4 layers.' }),
  ).toBeVisible();
  await expectNoViolations(page);
  await page.keyboard.press('2');
  await expect(
    page.getByRole('grid', { name: 'Images' }).getByRole('row', { name: /^1\.4/ }),
  ).not.toContainText('0 B');

  await page.unroute('**/rpc');
  await page.keyboard.press('3');
  await page.getByRole('button', { name: 'Read and verify 4 layers' }).click();
  await expect(page.getByText('4 layers, 293 KiB of them shared')).toBeVisible();
});

test('while layers are read: how far, and a way to stop', async ({ page }) => {
  await answering(page, 'inside.archive', (value) => ({
    ...(value as object),
    reading: { state: 'running', problem: null },
  }));
  await open(page, ociTar());
  await expect(page.getByRole('progressbar', { name: 'Verifying layers' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop verifying' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open again' })).toBeDisabled();
  await expectNoViolations(page);
});

test('what can’t be opened says what, why and what next, and opens when it can be', async ({ page }) => {
  const path = join(folder, 'given.tar');
  await open(page, path);
  await expect(page.getByRole('heading', { name: 'The archive is not there.' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('given.tar');
  await expectNoViolations(page);

  writeFileSync(path, 'this is text, and no archive at all');
  await page.getByRole('button', { name: 'Open again' }).click();
  await expect(page.getByRole('heading', { name: 'This is no image archive.' })).toBeVisible();

  const whole = readFileSync(ociTar());
  writeFileSync(path, whole);
  truncateSync(path, Math.floor(whole.length / 2));
  await page.getByRole('button', { name: 'Open again' }).click();
  await expect(page.getByRole('heading', { name: 'The archive can’t be read.' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('cut off');

  writeFileSync(path, whole);
  await page.getByRole('button', { name: 'Open again' }).click();
  await expect(index(page)).toContainText('acme/web:2.0');

  renameSync(path, join(folder, 'elsewhere.tar'));
  await page.getByRole('button', { name: 'Open again' }).click();
  await expect(page.getByRole('heading', { name: 'The archive is not there.' })).toBeVisible();
});

test('one that this user may not read says so', async ({ page }) => {
  await page.route('**/rpc', (route) =>
    (route.request().postDataJSON() as { method: string }).method === 'scan.document'
      ? route.fulfill({
          json: { ok: false, code: 'no-permission', message: 'image.tar may not be read by this user' },
        })
      : route.fallback(),
  );
  await open(page, ociTar());
  await expect(page.getByRole('heading', { name: 'The archive may not be read.' })).toBeVisible();
});
