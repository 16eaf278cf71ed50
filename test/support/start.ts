/**
 * `npm start`: the Electron window where its binary and a display are there (fetched with Electron's own installer when
 * it can be), else browser mode. Electron has no sandbox for root, and we never switch it off: root gets the browser.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

/**
 * Opens the address without putting its token on a command line, which every local user could read: the browser gets
 * a file of ours that only we may read and that leads there.
 */
function openInBrowser(address: string): void {
  const page = join(ROOT, 'out/open-strata.html');
  rmSync(page, { force: true });
  writeFileSync(page, `<!doctype html><meta http-equiv="refresh" content="0;url=${address}">\n`, {
    mode: 0o600,
  });
  process.once('exit', () => rmSync(page, { force: true }));
  const opener =
    process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open';
  spawn(opener, [page], { stdio: 'ignore', detached: true })
    .once('error', () => console.error('No browser could be opened: open the address yourself.'))
    .unref();
}

async function browserMode(): Promise<number> {
  const cli = join(ROOT, 'out/main/cli.js');
  const server = spawn(process.execPath, [cli, 'serve', '--demo-if-none', ...process.argv.slice(2)], {
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal));
  let printed = '';
  server.stdout.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk);
    if (printed === 'seen') return;
    printed += chunk.toString('utf8');
    const address = /(https?:\/\/[^\s"<>]+)\s/.exec(printed)?.[1];
    if (address === undefined) return;
    printed = 'seen';
    if (hasDesktop && !isRoot) openInBrowser(address);
  });
  return ended(server);
}

async function main(): Promise<number> {
  await buildIfOld();
  if (!hasDesktop || isRoot) return browserMode();
  const binary = electronBinary() ?? fetchElectron();
  if (binary === null) return browserMode();
  const startedAt = Date.now();
  const code = await ended(spawn(binary, [ROOT, ...process.argv.slice(2)], { stdio: 'inherit' }));
  if (code === 0 || Date.now() - startedAt > 10_000) return code;
  console.error('The Electron window did not open; opening in the browser instead.');
  return browserMode();
}

try {
  process.exitCode = await main();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : String(thrown));
  process.exitCode = 1;
}
