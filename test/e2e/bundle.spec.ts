/** What the build made: the preload is one small script, the page is within its size and runs under the policy. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';

const OUT = join(import.meta.dirname, '../../out');
const KB = 1000;

function assets(ending: string): string[] {
  const folder = join(OUT, 'renderer/assets');
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

test('the preload is one CommonJS file that asks for electron alone', () => {
  expect(readdirSync(join(OUT, 'preload'))).toEqual(['index.cjs']);
  const code = readFileSync(join(OUT, 'preload/index.cjs'), 'utf8');
  expect([...code.matchAll(/require\(([^)]*)\)/g)].map((match) => match[1])).toEqual(['"electron"']);
  expect(code).not.toMatch(/^\s*(import|export)\s/m);
});

test('the preload exposes call and on, and passes plain data', async ({ page }) => {
  const code = readFileSync(join(OUT, 'preload/index.cjs'), 'utf8');
  await page.goto('about:blank');
  const result = await page.evaluate(async (preload) => {
    const exposed: Record<string, Record<string, (...args: unknown[]) => unknown>> = {};
    const listeners = new Set<(...args: unknown[]) => void>();
    const electron = {
      contextBridge: { exposeInMainWorld: (name: string, api: never) => (exposed[name] = api) },
      ipcRenderer: {
        invoke: async (...args: unknown[]) => structuredClone(args),
        on: (_channel: string, listener: () => void) => listeners.add(listener),
        removeListener: (_channel: string, listener: () => void) => listeners.delete(listener),
      },
    };
    // eslint-disable-next-line no-new-func -- the built file, given a stand-in for require
    const run = new Function('require', preload) as (require: (name: string) => unknown) => void;
    run((name) => {
      if (name !== 'electron') throw new Error(`no module ${name}`);
      return electron;
    });
    const heard: unknown[] = [];
    const stop = exposed['strata']!['on']!((...args: unknown[]) => heard.push(args)) as () => void;
    for (const listener of listeners)
      listener({ sender: 'an Electron object' }, { kind: 'connection-changed' });
    stop();
    return {
      names: Object.keys(exposed).map((name) => [name, Object.keys(exposed[name]!).sort()]),
      sent: await exposed['strata']!['call']!('doctor.get', null),
      heard,
      listening: listeners.size,
    };
  }, code);
  expect(result.names).toEqual([['strata', ['call', 'on']]]);
  expect(result.sent).toEqual(['strata:call', { method: 'doctor.get', params: null }]);
  expect(result.heard).toEqual([[{ kind: 'connection-changed' }]]);
  expect(result.listening).toBe(0);
});

test('the page has no script or style of its own in the HTML', () => {
  const html = readFileSync(join(OUT, 'renderer/index.html'), 'utf8');
  expect([...html.matchAll(/<script[^>]*>([^<]*)<\/script>/g)].map((match) => match[1])).toEqual(['']);
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|https?:/i);
});

test('the page makes no code out of text', () => {
  for (const script of assets('.js')) {
    expect(script).not.toMatch(/\beval\(/);
    expect(script).not.toMatch(/new Function\(/);
  }
});

/** What the page loads before anything is on screen: its script and all that this imports, but not when asked. */
function scriptsAtStart(): string[] {
  const html = readFileSync(join(OUT, 'renderer/index.html'), 'utf8');
  const found = new Set(
    [...html.matchAll(/(?:src|href)="\.?\/?assets\/([^"]+\.js)"/g)].map((match) => match[1]!),
  );
  for (const name of found) {
    const script = readFileSync(join(OUT, 'renderer/assets', name), 'utf8');
    for (const match of script.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) found.add(match[1]!);
  }
  return [...found].map((name) => readFileSync(join(OUT, 'renderer/assets', name), 'utf8'));
}

test('the page starts with less than 350 KB of scripts, 130 KB on the way; all of its screens stay below 450', () => {
  const bytes = (scripts: string[]): number =>
    scripts.reduce((sum, script) => sum + Buffer.byteLength(script), 0);
  const start = scriptsAtStart();
  expect(start.length).toBeGreaterThan(0);
  expect(bytes(start)).toBeLessThan(350 * KB);
  expect(start.reduce((sum, script) => sum + gzipSync(script).length, 0)).toBeLessThan(130 * KB);
  expect(bytes(assets('.js'))).toBeLessThan(450 * KB);
});
