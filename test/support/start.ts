/**
 * `npm start`: the Electron window where its binary and a display are there (fetched with Electron's own installer when
 * it can be), else browser mode. Electron has no sandbox for root, and we never switch it off: root gets the browser.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfOld, ROOT } from './build-if-old.ts';

const ELECTRON = join(ROOT, 'node_modules/electron');
const isRoot = process.getuid?.() === 0;
const hasDesktop =
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);

/** Electron's executable, or `null` when it was not fetched. Never `require('electron')`: that downloads. */
function electronBinary(): string | null {
  const note = join(ELECTRON, 'path.txt');
  if (!existsSync(note)) return null;
  const binary = join(ELECTRON, 'dist', readFileSync(note, 'utf8'));
  return existsSync(binary) ? binary : null;
}

function fetchElectron(): string | null {
  console.error('Fetching Electron with its own installer …');
  const done = spawnSync(process.execPath, [join(ELECTRON, 'install.js')], {
    stdio: 'ignore',
    timeout: 300_000,
  });
  if (done.status !== 0) console.error('Electron could not be fetched; opening in the browser instead.');
  return electronBinary();
}

/** Resolves with the exit code. */
function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** The CLI's own `serve`, in this process. A page is opened only on a desktop, and never as root. */
async function browserMode(): Promise<void> {
  const cli = join(ROOT, 'out/main/cli.js');
  const open = hasDesktop && !isRoot ? ['--open'] : [];
  process.argv = [process.execPath, cli, 'serve', '--demo-if-none', ...open, ...process.argv.slice(2)];
  await import(pathToFileURL(cli).href);
}

async function main(): Promise<void> {
  await buildIfOld();
  if (!hasDesktop || isRoot) return browserMode();
  const binary = electronBinary() ?? fetchElectron();
  if (binary === null) return browserMode();
  const startedAt = Date.now();
  const code = await ended(spawn(binary, [ROOT, ...process.argv.slice(2)], { stdio: 'inherit' }));
  if (code === 0 || Date.now() - startedAt > 10_000) {
    process.exitCode = code;
    return;
  }
  console.error('The Electron window did not open; opening in the browser instead.');
  await browserMode();
}

try {
  await main();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : String(thrown));
  process.exitCode = 1;
}
