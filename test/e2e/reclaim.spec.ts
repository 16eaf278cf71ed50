/** Removing in a real browser, from a real engine: preview, confirm, progress, receipt; and what a read-only server refuses. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { MUTATING_METHODS } from '../../src-main/contract/api.ts';
import { haveEngine, makeImages, startEngine, type TestEngine } from '../support/engine.ts';
import { served, type Served } from '../support/served.ts';

test.skip(!haveEngine(), 'a real engine is needed, see the warning above');

let engine: TestEngine;
let server: Served;
let complaints: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(300_000);
  engine = startEngine();
  makeImages(engine, { imagesOnly: true });
  server = await served(['--host', engine.host, '--allow-prune']);
});
test.afterAll(async () => {
  await server?.stop();
  engine?.remove();
});

test.beforeEach(({ page }) => {
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
});
test.afterEach(() => expect(complaints).toEqual([]));

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
const dangling = (): string[] =>
  // Images of the same second come in any order.
  lines(engine.docker(['image', 'ls', '-q', '--filter', 'dangling=true'])).sort();
const tags = (): string[] =>
  lines(engine.docker(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}']))
    .filter((line) => !line.includes('<none>'))
    .sort();

/** An image of its own bytes on the common base, under this name. The image that had the name is dangling then. */
function commit(name: string): void {
  const container = engine.docker(['create', 'strata/base:1']);
  const folder = mkdtempSync(join(tmpdir(), 'strata-bytes-'));
  const file = join(folder, 'bytes');
  writeFileSync(file, randomBytes(100_000));
  engine.docker(['cp', file, `${container}:/bytes`]);
  engine.docker(['commit', container, name]);
  engine.docker(['rm', container]);
  rmSync(folder, { recursive: true });
}

function leaveDangling(): void {
  commit('strata/rebuilt:1');
  commit('strata/rebuilt:1');
}

async function open(page: Page, from: Served): Promise<void> {
  await page.goto(from.url);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'What can go', exact: true })).toBeVisible({
    timeout: 60_000,
  });
}

/** The number in a button that says how many things go. */
async function countToType(page: Page): Promise<string> {
  const words = await page.getByText(/^Type \d+, the number of/).textContent();
  return /\d+/.exec(words ?? '')?.[0] ?? '';
}

/** Calls a method as the page would: with its token. */
async function callAsPage(page: Page, method: string, params: unknown): Promise<unknown> {
  return page.evaluate(
    async (body) => {
      const token = sessionStorage.getItem('strata-token') ?? '';
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const response = await fetch('/rpc', { method: 'POST', headers, body: JSON.stringify(body) });
      return response.json();
    },
    { method, params },
  );
}

test('one click prunes dangling images: preview, typed confirm, progress, receipt', async ({ page }) => {
  leaveDangling();
  const before = dangling();
  const kept = tags();
  expect(before.length).toBeGreaterThan(0);
  await open(page, server);
  await page.getByRole('button', { name: /^Prune \d+ dangling images?/ }).click();

  await expect(page.getByRole('heading', { level: 1, name: 'Prune plan' })).toBeVisible();
  const remove = page.getByRole('button', { name: /^Remove \d+ images?/ });
  await expect(remove).toBeEnabled();
  const promised = (await page.getByText(/^Frees /).textContent())?.replace('Frees', '').trim() ?? '';
  await expect(page.getByText('local only').first()).toBeVisible();
  expect(dangling()).toEqual(before);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await remove.click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  const agree = dialog.getByRole('button', { name: /^Remove/ });
  await expect(agree).toBeDisabled();
  await dialog.getByRole('textbox').fill('0');
  await expect(agree).toBeDisabled();
  await dialog.getByRole('textbox').fill(await countToType(page));
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(dangling()).toEqual(before);
  await agree.click();

  await expect(page.getByText('exactly what was promised')).toBeVisible({ timeout: 60_000 });
  await expect(page).toHaveURL(/#\/receipts\//);
  expect((await page.getByText(/^Freed /).textContent())?.replace('Freed', '').trim()).toBe(promised);
  await expect(page.getByRole('region', { name: 'Steps' })).toContainText('done');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(dangling()).toEqual([]);
  expect(tags()).toEqual(kept);
});

test('the same by keyboard alone', async ({ page }) => {
  leaveDangling();
  const kept = tags();
  expect(dangling()).not.toEqual([]);
  await open(page, server);
  await page.keyboard.press('p');
  await expect(page.getByRole('heading', { level: 1, name: 'Prune plan' })).toBeVisible();
  // What was left just now comes with the next scan.
  await expect(page.getByRole('button', { name: /^Prune \d+ dangling image/ })).toBeVisible();
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let step = 0; step < 80; step++) {
      await page.keyboard.press('Tab');
      const words = await page.evaluate(() => document.activeElement?.textContent ?? '');
      if (name.test(words)) return;
    }
    throw new Error(`80 tabs do not lead to ${String(name)}`);
  };
  await tabTo(/^\s*Prune \d+ dangling image/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Remove \d+ images?/ })).toBeEnabled();
  await tabTo(/^\s*Remove \d+ image/);
  await page.keyboard.press('Enter');

  // Escape and Enter on the focused Cancel both leave everything as it is.
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(dangling()).not.toEqual([]);

  await expect(page.getByRole('button', { name: /^Remove \d+ images?/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.type(await countToType(page));
  await page.keyboard.press('Enter');
  await expect(page.getByText('exactly what was promised')).toBeVisible({ timeout: 60_000 });
  expect(dangling()).toEqual([]);
  expect(tags()).toEqual(kept);
});

test('an image taken out of the plan stays', async ({ page }) => {
  commit('strata/pair-keep:1');
  commit('strata/pair-go:1');
  await open(page, server);
  await page.evaluate(() => (window.location.hash = '#/plan?repo=strata%2Fpair-*'));
  await page.getByRole('checkbox', { name: 'Take out of the plan: strata/pair-keep:1' }).click();
  await expect(page.getByRole('checkbox', { name: /^Put back into the plan/ })).toBeVisible();
  const remove = page.getByRole('button', { name: /^Remove 1 image · / });
  await expect(remove).toBeEnabled();
  await remove.click();
  await page.getByRole('dialog').getByRole('textbox').fill('1');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Remove/ })
    .click();
  await expect(page.getByText('exactly what was promised')).toBeVisible({ timeout: 60_000 });
  expect(tags()).toContain('strata/pair-keep:1');
  expect(tags()).not.toContain('strata/pair-go:1');
});

test('a store that changed after the preview is left alone, and the difference is shown', async ({
  page,
}) => {
  commit('strata/moving:1');
  await open(page, server);
  await page.evaluate(() => (window.location.hash = '#/plan?repo=strata%2Fmoving'));
  const remove = page.getByRole('button', { name: /^Remove 1 image · / });
  await expect(remove).toBeEnabled();
  engine.docker(['tag', 'strata/moving:1', 'strata/moving:2']);
  await remove.click();
  await page.getByRole('dialog').getByRole('textbox').fill('1');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Remove/ })
    .click();
  const changes = page.getByRole('alert').filter({ hasText: 'changed since the preview' });
  await expect(changes).toContainText('strata/moving:2', { timeout: 60_000 });
  await expect(remove).toBeEnabled();
  expect(tags()).toEqual(expect.arrayContaining(['strata/moving:1', 'strata/moving:2']));
  await page.getByRole('button', { name: 'Removals' }).click();
  await expect(page.getByRole('cell', { name: 'refused' })).toBeVisible();
});

test('a server without --allow-prune refuses every mutating call, and the screens say why', async ({
  page,
}) => {
  test.setTimeout(180_000);
  leaveDangling();
  const before = dangling();
  const readOnly = await served(['--host', engine.host]);
  try {
    await open(page, readOnly);
    await page.getByRole('button', { name: /^Prune \d+ dangling images?/ }).click();
    await expect(page.getByRole('button', { name: /^Remove \d+ images?/ })).toBeDisabled();
    await expect(page.getByText('strata serve --allow-prune')).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

    const plan = (await callAsPage(page, 'plan.make', { rules: { dangling: true } })) as {
      value: { id: string; fingerprint: string };
    };
    const params: Record<string, unknown> = {
      'plan.apply': { planId: plan.value.id, fingerprint: plan.value.fingerprint },
      'pins.set': { images: [], repositories: [], volumes: [], labels: [] },
      'quarantine.putBack': { id: 'any' },
      'quarantine.purge': { id: 'any' },
      'backup.restore': { planId: plan.value.id, imageId: 'any' },
    };
    for (const method of MUTATING_METHODS) {
      const answer = await callAsPage(page, method, params[method]);
      expect(answer, method).toMatchObject({ ok: false, code: 'forbidden' });
    }
    await page.getByRole('button', { name: 'Removals' }).click();
    await page.getByRole('button', { name: 'Quarantine' }).click();
    await expect(page.getByText('strata serve --allow-prune')).toBeVisible();
    expect(dangling()).toEqual(before);
    // What the browser itself reports of refused requests is what was wanted here.
    complaints = complaints.filter((words) => !words.includes('403'));
  } finally {
    await readOnly.stop();
  }
});

test('a demo has no button that removes, and says so', async ({ page }) => {
  test.setTimeout(180_000);
  const demo = await served(['--demo']);
  try {
    await open(page, demo);
    await page.getByRole('button', { name: /^Prune \d+ dangling images?/ }).click();
    await expect(page.getByText('This is the demo store: nothing in it can be removed.')).toBeVisible();
    await expect(page.getByText(/^Frees /)).toBeVisible();
    await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(0);
  } finally {
    await demo.stop();
  }
});
