/** What the screens inside say when not all is well. The page is the real one; the answers about files are made up. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import type { FolderListing, TreeEntry } from '../../src-main/contract/inside.ts';
import { served, type Served } from '../support/served.ts';

let server: Served;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await served(['--demo']);
});
test.afterAll(() => server.stop());

/** By method: a value, or a refusal; null is never answered. */
type Answers = Readonly<Record<string, unknown>>;
const refused = (code: string, message: string): unknown => ({ ok: false, code, message });
const value = (of: unknown): unknown => ({ ok: true, value: of });

async function open(
  page: Page,
  answers: Answers,
  place: (image: string, container: string) => string,
): Promise<void> {
  await page.route('**/rpc', async (route) => {
    const { method } = route.request().postDataJSON() as { method: string };
    const answer = answers[method];
    if (answer === undefined) return route.fallback();
    if (answer !== null) return route.fulfill({ json: answer });
  });
  await page.goto(server.url);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  const [image, container] = await page.evaluate(async () => {
    const token = sessionStorage.getItem('strata-token') ?? '';
    const response = await fetch('/rpc', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ method: 'scan.document', params: null }),
    });
    const { value: document } = (await response.json()) as {
      value: { images: { id: string; intermediate: boolean }[]; containers: { id: string }[] };
    };
    return [document.images.find((one) => !one.intermediate)?.id ?? '', document.containers[0]?.id ?? ''];
  });
  await page.evaluate((hash) => (window.location.hash = hash), `#${place(image, container)}`);
}

const files = (image: string): string => `/images/${image}/files`;
const changes = (_: string, container: string): string => `/containers/${container}/changes`;

function entry(name: string, over: Partial<TreeEntry> = {}): TreeEntry {
  return {
    name,
    path: `/${name}`,
    type: 'file',
    change: 'unchanged',
    bytes: 10,
    diskBytes: null,
    files: 1,
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtimeMs: null,
    linkTarget: null,
    layer: 0,
    opaque: false,
    ...over,
  };
}
const listing = (entries: readonly TreeEntry[], over: Partial<FolderListing> = {}): unknown =>
  value({ path: '/', entries, truncated: false, source: 'tar-split', problem: null, ...over });

test('the demo store has no files, and says so', async ({ page }) => {
  await open(page, {}, files);
  await expect(page.getByRole('heading', { name: 'There are no files to look into.' })).toBeVisible();
  await expect(page.locator('main')).toContainText('The demo store has no files');
});

test('without access to the files: why, and what to do', async ({ page }) => {
  const denied = refused('no-permission', 'The data root is root’s.');
  await open(page, { 'inside.list': denied, 'inside.find': denied, 'inside.waste': denied }, files);
  await expect(
    page.getByRole('heading', { name: 'The files of this store can’t be read from here.' }),
  ).toBeVisible();
  await expect(page.getByText('sudo strata serve')).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
});

test('while it is read there is a skeleton, never an empty folder', async ({ page }) => {
  await open(page, { 'inside.list': null, 'inside.find': null, 'inside.waste': null }, files);
  await expect(page.getByRole('status', { name: 'Reading the files' })).toBeVisible();
  await expect(page.getByText('This folder is empty.')).toBeHidden();
});

test('hostile names are shown escaped, trouble and cut listings are told', async ({ page }) => {
  const hostile = entry('safe\u202egnp.exe\u001b[31m\nnext', {
    type: 'symlink',
    linkTarget: '/etc\u200b/shadow',
  });
  const told = { truncated: true, problem: '/dev: a device, never opened' };
  const answers = {
    'inside.list': listing([hostile], told),
    'inside.find': listing([]),
    'inside.waste': null,
  };
  await open(page, answers, files);
  const tree = page.getByRole('treegrid', { name: 'Files' });
  await expect(tree).toContainText('safe\\u202egnp.exe\\u001b[31m\\nnext');
  await expect(tree).toContainText('/etc\\u200b/shadow');
  await expect(page.getByText('Only the first 5,000 are listed')).toBeVisible();
  await expect(page.getByText('/dev: a device, never opened')).toBeVisible();
});

test('a filter that fits nothing can be cleared', async ({ page }) => {
  const answers = { 'inside.list': listing([entry('a')]), 'inside.find': listing([]), 'inside.waste': null };
  await open(page, answers, files);
  await page.getByRole('button', { name: 'deleted' }).click();
  await expect(page.getByText('0 of 1 match.')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filter' }).click();
  await expect(page.getByRole('treegrid', { name: 'Files' })).toContainText('a');
});

test('a container whose sizes are not measured shows none, and no zero', async ({ page }) => {
  const written = {
    type: 'file',
    bytes: null,
    diskBytes: null,
    copyUp: false,
    metadataOnly: false,
    opaque: false,
  };
  const diff = value({
    container: '',
    totals: { added: 1, changed: 0, deleted: 0, bytes: null, diskBytes: null, copyUpBytes: null },
    entries: [{ ...written, path: '/srv/new', change: 'A', hides: null }],
    source: 'engine',
    sinceLastLook: null,
    sinceUnknown: 'its size is not measured',
    notCounted: [],
    problem: 'Sizes are not measured: the data root is root’s',
  });
  await open(page, { 'inside.diff': diff }, changes);
  await expect(page.getByText('Sizes are not measured: the data root is root’s')).toBeVisible();
  await expect(page.getByRole('treegrid', { name: 'Changes' })).toContainText('new');
  await page.getByRole('button', { name: 'What would be lost' }).click();
  const lost = page.getByRole('region', { name: /What would be lost/ });
  await expect(lost).toContainText('1 added file (–)');
  await expect(page.locator('main')).toContainText('not known: its size is not measured');
  await expect(page.getByRole('treegrid', { name: 'Changes' })).not.toContainText('0 B');
  await page.getByRole('button', { name: 'The path' }).click();
  await page.getByRole('treegrid', { name: 'Changes' }).getByTitle('new', { exact: true }).click();
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
});

const GIB = 2 ** 30;
const ticket = {
  ticket: 't',
  name: 'data',
  format: 'tar',
  bytes: 12 * GIB,
  files: 2,
  folders: 1,
  links: 0,
  leftOut: [],
};
const oneFolder = {
  'inside.list': listing([entry('data', { type: 'folder', bytes: 12 * GIB })]),
  'inside.find': listing([]),
  'inside.waste': null,
  'inside.extractCancel': value(null),
};
const chosen = (image: string): string => `${files(image)}?sel=path:/data&as=entry&layer=3`;

test('more than a page can hold is not begun: the command for a terminal stands there', async ({ page }) => {
  await open(page, { ...oneFolder, 'inside.extract': value(ticket) }, chosen);
  await page.getByRole('button', { name: /^Save as \.tar · 12\.0\sGiB/ }).click();
  await expect(page.getByText(/data has 12\.0\sGiB, more than a page can hold/)).toBeVisible();
  await expect(page.locator('code', { hasText: 'strata' })).toHaveText(
    /^strata files [0-9a-f]{12} \/data --layer 3 --all -o data\.tar$/,
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
});

test('saving shows how far it is, and can be cancelled; a failure says why', async ({ page }) => {
  const small = value({ ...ticket, bytes: 5 * 2 ** 20, leftOut: [{ kind: 'device', count: 3 }] });
  await open(page, { ...oneFolder, 'inside.extract': small, 'inside.extractPart': null }, chosen);
  const save = page.getByRole('button', { name: /^Save/ });
  await save.click();
  await expect(page.getByText(/Saving data · 0\sB of 5\.00\sMiB/)).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'Saving' })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('progressbar')).toBeHidden();

  const busy = refused('busy', '4 extractions are under way: wait for one, or cancel it');
  await page.route('**/rpc', async (route) => {
    const { method } = route.request().postDataJSON() as { method: string };
    return method === 'inside.extract' ? route.fulfill({ json: busy }) : route.fallback();
  });
  await save.click();
  await expect(page.getByText('data is not saved: 4 extractions are under way')).toBeVisible();
});

test('a container that wrote nothing', async ({ page }) => {
  const totals = { added: 0, changed: 0, deleted: 0, bytes: 0, diskBytes: 0, copyUpBytes: 0 };
  const growth = { sinceLastLook: { at: '2020-01-01T00:00:00.000Z', byDiskBytes: 4096 }, sinceUnknown: null };
  const diff = {
    container: '',
    totals,
    entries: [],
    source: 'disk',
    ...growth,
    notCounted: [],
    problem: null,
  };
  await open(page, { 'inside.diff': value(diff) }, changes);
  await expect(page.getByText('This container changed nothing.')).toBeVisible();
  await expect(page.locator('main')).toContainText(
    /Since the last look\s*\+4.00 KiB since \d+ years ago \(1 Jan 2020/,
  );
});

test('a search for credentials can be cancelled, and comparing asks for two images', async ({ page }) => {
  await open(page, { 'inside.secrets': null }, () => '/secrets');
  await page.getByRole('button', { name: /^Search / }).click();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('progressbar')).toBeHidden();
  await expect(page.getByRole('button', { name: /^Search / })).toBeVisible();
  await page.evaluate(() => (window.location.hash = '#/compare'));
  await expect(page.getByText('Choose two images.')).toBeVisible();
});

const sameFiles = (over: object = {}): unknown =>
  value({
    layers: 2,
    files: 9,
    smallestBytes: 65_536,
    groupCount: 0,
    savesBytes: 0,
    inTwinLayersBytes: 0,
    groups: [],
    problems: [],
    ...over,
  });
const probable = {
  id: '100-7',
  bytes: 1_048_576,
  copies: 2,
  savesBytes: 1_048_576,
  sameness: 'probable',
  problem: null,
  places: [
    { chainId: 'sha256:gone', path: '/lib/a.so', createdBy: null },
    { chainId: 'sha256:away', path: '/opt/a.so', createdBy: 'RUN make' },
  ],
  imageCount: 2,
  images: [],
};
const twice = (): string => '/twice?as=files';
const started = value({ operationId: 'looking' });

test('the same files: the demo store has none to look into; its layers and versions are there', async ({
  page,
}) => {
  await open(page, {}, twice);
  await page.getByRole('button', { name: 'Look for the same files' }).click();
  await expect(page.getByRole('heading', { name: 'There are no files to look into.' })).toBeVisible();
  await page.getByRole('button', { name: /^Old versions of a repository/ }).click();
  await expect(page.getByRole('grid', { name: 'Old versions of a repository' })).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
});

test('the same files: without access, why and what to do', async ({ page }) => {
  const denied = refused('no-permission', 'The data root is root’s.');
  await open(page, { 'inside.sameContent': denied }, twice);
  await page.getByRole('button', { name: 'Look for the same files' }).click();
  await expect(page.getByText('The data root is root’s.')).toBeVisible();
  await expect(page.getByText('sudo strata serve')).toBeVisible();
});

test('the same files: a search can be cancelled', async ({ page }) => {
  await open(page, { 'inside.sameContent': started, 'inside.sameContentReport': null }, twice);
  await page.getByRole('button', { name: 'Look for the same files' }).click();
  await expect(page.getByRole('progressbar', { name: /files in several layers/ })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('progressbar')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Look for the same files' })).toBeVisible();
});

test('the same files: none', async ({ page }) => {
  await open(page, { 'inside.sameContent': started, 'inside.sameContentReport': sameFiles() }, twice);
  await page.getByRole('button', { name: 'Look for the same files' }).click();
  await expect(page.getByRole('heading', { name: 'No file lies in two layers.' })).toBeVisible();
});

test('the same files: probable is said to be probable until all is read', async ({ page }) => {
  const answers = {
    'inside.sameContent': started,
    'inside.sameContentReport': sameFiles({
      groups: [probable],
      groupCount: 1,
      savesBytes: 1_048_576,
      problems: ['Not compared, 2 layers: the engine has no file list of it, so no checksums'],
    }),
    'inside.confirmSame': value([{ ...probable, sameness: 'same' }]),
  };
  await open(page, answers, twice);
  await page.getByRole('button', { name: 'Look for the same files' }).click();
  const head = page.getByRole('row').filter({ hasText: /a\.so\s*2 copies/ });
  await expect(head).toContainText('very probably the same');
  await expect(page.getByText('Not compared, 2 layers')).toBeVisible();
  await expect(page.getByRole('button', { name: /^The same files in many images/ })).toContainText('≥ 1.00');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
  const grid = page.getByRole('grid', { name: 'The same files in many images' });
  await grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(head).not.toContainText('very probably');
  await expect(head.getByText('same', { exact: true })).toBeVisible();
});
