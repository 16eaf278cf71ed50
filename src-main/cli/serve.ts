/** `serve`: browser mode. Prints one address with its token, and serves until it is stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError } from 'commander';
import { StrataError } from '../contract/errors.ts';
import type { Connection } from '../contract/store.ts';
import { safeText } from '../support/safe-text.ts';
import { createDispatch } from '../transports/dispatch.ts';
import { newToken } from '../transports/http-guard.ts';
import { serveHttp } from '../transports/http.ts';
import { readStaticFiles, type StaticFiles } from '../transports/static-files.ts';
import type { AddCommands } from './frame.ts';
import type { Session } from './session.ts';

interface ServeOptions {
  readonly port?: number;
  readonly allowPrune?: boolean;
  readonly open?: boolean;
  readonly demoIfNone?: boolean;
}

export const addServe: AddCommands = (frame) => {
  const command = frame.program
    .command('serve')
    .description('browser mode: prints one address and serves until stopped')
    .option('--port <n>', 'the port on 127.0.0.1; default: any free one', parsePort)
    .option('--allow-prune', 'let the page remove what you agree to; read-only without')
    .option('--open', 'open the address in the default browser')
    .option('--demo-if-none', 'show the demo store while there is no engine')
    .action((options: ServeOptions) =>
      frame.run(command, (session) => serve(session, options), {
        mayPrune: options.allowPrune ?? false,
        watch: true,
        demoIfNone: options.demoIfNone ?? false,
      }),
    );
};

async function serve(session: Session, options: ServeOptions): Promise<void> {
  const { services, client, io, note } = session;
  const token = newToken();
  const server = await serveHttp({
    dispatch: createDispatch(services.handlers, { mayPrune: options.allowPrune ?? false }),
    onEvent: services.onEvent,
    files: await page(io.pageFolder),
    token,
    port: options.port ?? 0,
  });
  try {
    const address = `http://127.0.0.1:${server.port}/#t=${token}`;
    for (const line of introduction(await client.call('connection.get', null))) note(safeText(line));
    if (process.getuid?.() === 0) note('Running as root: whoever has the address sees what root sees.');
    if (options.allowPrune) note('The page may remove things, after you agree to a plan.');
    note('Open this address in a browser; Ctrl+C ends it.');
    if (session.json) session.printJson({ address, port: server.port });
    else session.print(`${address}\n`);
    if (options.open) openBrowser(address, note);
    if (!io.signal.aborted) await once(io.signal, 'abort');
  } finally {
    await server.close();
  }
}

function introduction({ state, endpoint, tried, accessWhy }: Connection): string[] {
  if (state === 'ready') return [`Docker at ${endpoint}.`, ...(accessWhy === null ? [] : [accessWhy])];
  const attempts = tried.map((one) => `  ${one.endpoint}: ${one.error}`);
  if (state === 'demo') {
    return attempts.length === 0
      ? ['This is the demo store.']
      : ['No Docker Engine answers; this is the DEMO store. Tried:', ...attempts];
  }
  if (state === 'archive') return [`This is the image archive ${endpoint}, read-only.`];
  if (state === 'file') return [`This is the saved scan ${endpoint}, read-only.`];
  return ['No Docker Engine answers. Tried:', ...attempts];
}

/** The built page lies beside the built CLI: `out/main/cli.js`, `out/renderer/`; from source in the checkout's `out`. */
async function page(given: string | undefined): Promise<StaticFiles> {
  const candidates = given
    ? [given]
    : ['../renderer', '../../out/renderer'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const folder = candidates.find((path) => existsSync(join(path, 'index.html')));
  if (folder === undefined) {
    throw new StrataError('failed', 'The page for the browser is not built. In a checkout: npm run build');
  }
  return readStaticFiles(folder);
}

/**
 * The browser gets a file that only we may read and that leads to the address: on a command line every user of this
 * machine could read the token.
 */
function openBrowser(address: string, note: (text: string) => void): void {
  if (process.getuid?.() === 0) return note('A browser is not opened as root: open the address yourself.');
  const folder = mkdtempSync(join(tmpdir(), 'strata-open-'));
  const file = join(folder, 'strata.html');
  writeFileSync(file, `<!doctype html><meta http-equiv="refresh" content="0;url=${address}">\n`, {
    mode: 0o600,
  });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(opener, [file], { stdio: 'ignore', detached: true });
  child.once('error', () => note(`${opener} is not there: open the address yourself.`));
  child.unref();
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('0 to 65535.');
  return port;
}
