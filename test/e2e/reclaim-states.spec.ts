/** What the screens of removing say when not all is well. The page is real; answers of the server are bent. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import type { Answer } from '../../src-main/contract/answer.ts';
import type { ListedReceipt, SingleReceipt } from '../../src-main/contract/reclaim.ts';
import type { Connection } from '../../src-main/contract/store.ts';
import { sampleReceipt } from '../support/sample-plan.ts';
import { served, type Served } from '../support/served.ts';

let server: Served;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await served(['--demo']);
});
test.afterAll(() => server.stop());
// A question may still be on its way when a test has seen enough.
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }));

/** The demo store, as if it were an engine's from which the server may remove; `bent` answers instead of the server. */
async function open(
  page: Page,
  bent: Readonly<Record<string, () => Answer>>,
  place: string,
): Promise<string[]> {
  const asked: string[] = [];
  await page.route('**/rpc', async (route) => {
    const { method } = route.request().postDataJSON() as { method: string };
    asked.push(method);
    const answer = bent[method]?.();
    if (answer) return route.fulfill({ json: answer });
    const response = await route.fetch();
    if (method !== 'connection.get') return route.fulfill({ response });
    const { value } = (await response.json()) as { value: Connection };
    return route.fulfill({
      response,
      json: { ok: true, value: { ...value, state: 'ready', mayPrune: true } },
    });
  });
  await page.goto(server.url);
  await page.evaluate((hash) => (window.location.hash = hash), `#${place}`);
  return asked;
}

const refusal = (code: 'busy' | 'cancelled' | 'not-found', message: string) => (): Answer => ({
  ok: false,
  code,
  message,
});

async function agree(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Remove \d+ images? · / }).click();
  const words = await page.getByText(/^Type \d+, the number of/).textContent();
  await page
    .getByRole('dialog')
    .getByRole('textbox')
    .fill(/\d+/.exec(words ?? '')?.[0] ?? '');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Remove/ })
    .click();
}

test('a failed step shows the daemon’s words; what came after was not begun', async ({ page }) => {
  const [first, second] = sampleReceipt().outcomes;
  const receipt = sampleReceipt({
    state: 'failed',
    stepsDone: 1,
    freedDiskBytes: 4096,
    message: 'delete-image b: image is being used by running container 1234',
    outcomes: [
      {
        ...first!,
        result: 'failed',
        message: 'image is being used by running container 1234',
        freedDiskBytes: null,
      },
      { ...second!, result: 'skipped', freedDiskBytes: null },
    ],
    pulls: ['docker pull registry.example/app@sha256:1234'],
  });
  await open(page, { 'receipt.get': () => ({ ok: true, value: receipt }) }, '/receipts/plan-1');
  const steps = page.getByRole('region', { name: 'Steps' });
  await expect(steps).toContainText('failed: image is being used by running container 1234');
  await expect(steps).toContainText('not begun');
  await expect(page.getByText('docker pull registry.example/app@sha256:1234')).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test('an apply that Strata did not live to end is shown as interrupted', async ({ page }) => {
  const receipt = sampleReceipt({
    state: 'interrupted',
    finishedAt: null,
    stepsDone: 1,
    freedDiskBytes: null,
    freedAtLeastDiskBytes: 4096,
    outcomes: [
      { step: 0, result: 'done', message: null, freedDiskBytes: 4096 },
      { step: 1, result: 'unknown', message: 'begun, and its end was not recorded', freedDiskBytes: null },
    ],
  });
  const purge: SingleReceipt = {
    kind: 'purge',
    id: '20261120-120000-aaaaaaaaaaaa',
    what: 'overlay2/aaaaaaaaaaaa',
    startedAt: '2026-11-20T11:00:00.000Z',
    finishedAt: '2026-11-20T11:00:01.000Z',
    state: 'done',
    who: 'me@here',
    freedDiskBytes: 8192,
    message: null,
  };
  const putBack: SingleReceipt = {
    ...purge,
    kind: 'put-back',
    startedAt: '2026-11-20T10:00:00.000Z',
    state: 'failed',
    freedDiskBytes: 0,
    message: 'it exists again',
  };
  const listed: readonly ListedReceipt[] = [receipt, purge, putBack];
  const bent = {
    'receipts.list': (): Answer => ({ ok: true, value: listed }),
    'receipt.get': (): Answer => ({ ok: true, value: receipt }),
  };
  await open(page, bent, '/receipts');
  await expect(page.getByRole('cell', { name: 'interrupted' })).toBeVisible();
  await expect(page.getByRole('row', { name: /interrupted/ })).toContainText('at least 4.00 KiB');
  await expect(page.getByRole('row', { name: /Put back/ })).toContainText('it exists again');
  await expect(page.getByRole('row', { name: /Purged overlay2\/aaaaaaaaaaaa/ })).toContainText('8.00 KiB');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole('table').getByRole('link').click();
  await expect(page.getByText('Strata ended in the middle.', { exact: false })).toBeVisible();
  await expect(page.getByText('1 of 2 steps done', { exact: false })).toBeVisible();
  await expect(page.getByText('Freed at least', { exact: false })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Steps' })).toContainText('not known');
});

test('while it runs: what is done, and a button that stops it', async ({ page }) => {
  const bent = {
    'plan.apply': (): Answer => ({ ok: true, value: { operationId: 'op' } }),
    'operation.cancel': (): Answer => ({ ok: true, value: null }),
  };
  const asked = await open(page, bent, '/plan?dangling=1');
  await agree(page);
  await expect(page.getByRole('status').filter({ hasText: 'Looking at the store once more' })).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press('1');
  await page.keyboard.press('7');
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('button', { name: 'Stopping' })).toBeDisabled();
  expect(asked).toContain('operation.cancel');
});

test('busy: another removal is told, and the plan stays on the table', async ({ page }) => {
  const bent = { 'plan.apply': refusal('busy', 'Another removal runs: wait for its end.') };
  await open(page, bent, '/plan?dangling=1');
  await agree(page);
  await expect(page.getByRole('alert')).toContainText('Another removal runs');
  await expect(page.getByRole('button', { name: /^Remove \d+ images? · / })).toBeEnabled();
});

test('a plan that cannot be made says why, and can be tried again', async ({ page }) => {
  const bent = { 'plan.make': refusal('not-found', 'The engine is gone.') };
  const asked = await open(page, bent, '/plan?dangling=1');
  await expect(page.getByRole('alert')).toContainText('The engine is gone.');
  await expect(page.getByRole('button', { name: /^Remove/ })).toHaveCount(0);
  const before = asked.filter((method) => method === 'plan.make').length;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => asked.filter((method) => method === 'plan.make').length).toBe(before + 1);
});

test('in the app no count is typed: main asks, and a plan that was declined stays', async ({ page }) => {
  await page.addInitScript(() => {
    const token = window.location.hash.replace('#t=', '');
    const call = async (method: string, params: unknown): Promise<unknown> => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const response = await fetch('/rpc', {
        method: 'POST',
        headers,
        body: JSON.stringify({ method, params }),
      });
      return response.json();
    };
    Object.assign(window, { strata: { call, on: () => () => undefined } });
  });
  const bent = { 'plan.apply': refusal('cancelled', 'Nothing was removed.') };
  const asked = await open(page, bent, '/plan?dangling=1');
  await page.getByRole('button', { name: /^Remove \d+ images? · / }).click();
  await expect(page.getByText('Nothing was removed.')).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(asked).toContain('plan.apply');
  await expect(page.getByRole('button', { name: /^Remove \d+ images? · / })).toBeEnabled();
});
