/** The two commands of the README that start something, as a newcomer runs them: no engine, no display. */
import { spawn, spawnSync, type ChildProcess, type SpawnSyncReturns } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { CONTENT_SECURITY_POLICY } from '../../src-main/transports/security-headers.ts';

const ROOT = join(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'strata-launch-'));
const env = {
  ...process.env,
  DISPLAY: '',
  WAYLAND_DISPLAY: '',
  DOCKER_HOST: `unix://${home}/no-engine.sock`,
  STRATA_HOME: home,
};

test.afterAll(() => rmSync(home, { recursive: true, force: true }));

function strata(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(ROOT, 'test/support/strata.ts'), ...args], {
    env,
    encoding: 'utf8',
  });
}

test('npm run strata prints what the command prints, and nothing else', () => {
  const { stdout, status } = strata('--version');
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(status).toBe(0);
});

test('npm run strata ends with the exit code of the command', () => {
  const { stdout, stderr, status } = strata('no-such-command');
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).not.toBe('');
});

test.describe('npm start', () => {
  let started: ChildProcess;

  test.afterEach(async () => {
    if (started.exitCode !== null) return;
    const ended = once(started, 'exit');
    started.kill('SIGTERM');
    await ended;
  });

  test('without an engine or a display serves the demo, says what it tried, and shows the page', async ({
    page,
  }) => {
    started = spawn(process.execPath, [join(ROOT, 'test/support/start.ts')], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    started.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    const first = await Promise.race([
      once(started.stdout!, 'data').then(([chunk]) => String(chunk)),
      once(started, 'exit').then(() => `it ended: ${said}`),
    ]);
    const address = first.trim();
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#t=[\w-]+$/);
    await expect.poll(() => said).toContain('no-engine.sock');

    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    const answer = await page.goto(address);
    expect(answer?.headers()['content-security-policy']).toBe(CONTENT_SECURITY_POLICY);
    await expect(page.getByText(/demo/i).first()).toBeVisible();
    expect(page.url()).not.toContain('#t=');
    expect(complaints).toEqual([]);
  });
});
