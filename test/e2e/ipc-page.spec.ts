/**
 * The built page over Electron's way to the services, in Chromium: the built preload with a stand-in for electron, the
 * real IPC transport, gate and services behind it, the files and headers of app://.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { Answer } from '../../src-main/contract/answer.ts';
import { createServices } from '../../src-main/services/index.ts';
import { createDispatch } from '../../src-main/transports/dispatch.ts';
import { serveIpc } from '../../src-main/transports/ipc.ts';
import { SECURITY_HEADERS } from '../../src-main/transports/security-headers.ts';
import { readStaticFiles } from '../../src-main/transports/static-files.ts';

const OUT = join(import.meta.dirname, '../../out');
const ORIGIN = 'https://strata.test';

/** Runs in the page before anything else: `require('electron')` as the sandbox gives it, and nothing more. */
const STAND_IN = `
const standInElectron = {
  contextBridge: { exposeInMainWorld: (name, api) => Object.defineProperty(window, name, { value: Object.freeze(api) }) },
  ipcRenderer: {
    invoke: async (channel, request) => structuredClone(await window.standIn(channel, request)),
    on: (channel, listener) => window.addEventListener(channel, (event) => listener({}, event.detail)),
    removeListener: () => undefined,
  },
};
const require = (name) => { if (name !== 'electron') throw new Error('no module ' + name); return standInElectron; };
`;

test('the page shows the demo over IPC, without a complaint of the content policy', async ({ page }) => {
  const stateDir = mkdtempSync(join(tmpdir(), 'strata-ipc-'));
  const services = createServices({ source: { kind: 'demo' }, stateDir, env: process.env, mayPrune: true });
  let answer: ((caller: null, request: unknown) => Promise<Answer>) | null = null;
  const stop = serveIpc<null>(
    {
      handle: (_channel, handler) => (answer = handler),
      removeHandler: () => (answer = null),
      send: () => undefined,
      isTrusted: () => true,
    },
    createDispatch(services.handlers, { mayPrune: true }),
    services.onEvent,
  );
  const asked: string[] = [];
  try {
    const files = await readStaticFiles(join(OUT, 'renderer'));
    await page.route(`${ORIGIN}/**`, (route) => {
      const file = files.get(new URL(route.request().url()).pathname);
      if (file === undefined) return route.fulfill({ status: 404 });
      return route.fulfill({ headers: { ...SECURITY_HEADERS, 'Content-Type': file.type }, body: file.body });
    });
    await page.exposeFunction('standIn', (_channel: string, request: { method: string }) => {
      asked.push(request.method);
      return answer?.(null, request);
    });
    const preload = readFileSync(join(OUT, 'preload/index.cjs'), 'utf8');
    await page.addInitScript(`(() => {${STAND_IN}${preload}})()`);
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));

    await page.goto(`${ORIGIN}/`);
    await expect(page.getByText(/demo/i).first()).toBeVisible();
    await expect(page.getByText(/\b[GM]i?B\b/).first()).toBeVisible();
    expect(asked).toContain('connection.get');
    expect(complaints).toEqual([]);
  } finally {
    stop();
    await services.close();
    rmSync(stateDir, { recursive: true, force: true });
  }
});
