/** The Electron shell, thin: locks first, then the services behind the one gate, then the window. */
import { join } from 'node:path';
import { app, dialog, session, type BrowserWindow } from 'electron';
import { createServices, type Services } from '../services/index.ts';
import { createDispatch } from '../transports/dispatch.ts';
import { serveIpc } from '../transports/ipc.ts';
import { readStaticFiles } from '../transports/static-files.ts';
import { readArguments } from './arguments.ts';
import { askNatively, confirmed } from './confirm.ts';
import { guardPages, guardSession } from './guards.ts';
import { electronPort } from './ipc-port.ts';
import { setMenu } from './menu.ts';
import { registerScheme, servePage } from './protocol.ts';
import { openWindow } from './window.ts';

const OUT = join(import.meta.dirname, '..');
const PRELOAD = join(OUT, 'preload/index.cjs');

let window: BrowserWindow | null = null;

function showWindow(): void {
  if (window === null) {
    window = openWindow(PRELOAD);
    window.once('closed', () => (window = null));
    return;
  }
  if (window.isMinimized()) window.restore();
  window.focus();
}

async function start(): Promise<Services> {
  await app.whenReady();
  guardSession(session.defaultSession);
  servePage(await readStaticFiles(join(OUT, 'renderer')));
  setMenu();
  const { source, stateDir } = readArguments(process.argv.slice(1));
  const services = createServices({
    source,
    ...(stateDir === null ? {} : { stateDir }),
    env: process.env,
    mayPrune: true,
    watch: true,
  });
  const shown = (): BrowserWindow | null => window;
  const dispatch = createDispatch(services.handlers, { mayPrune: true });
  serveIpc(electronPort(shown), confirmed(dispatch, services.handlers, askNatively(shown)), services.onEvent);
  showWindow();
  app.on('activate', showWindow);
  app.on('second-instance', showWindow);
  return services;
}

/** Services end in order (a running apply writes its receipt) before the process does. */
function closeOnQuit(services: Services): void {
  let closed = false;
  app.on('will-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void services.close().finally(() => {
      closed = true;
      app.quit();
    });
  });
}

if (app.requestSingleInstanceLock()) {
  app.enableSandbox();
  registerScheme();
  guardPages(app);
  app.on('window-all-closed', () => app.quit());
  start().then(closeOnQuit, (thrown: unknown) => {
    dialog.showErrorBox('Strata could not start', thrown instanceof Error ? thrown.message : String(thrown));
    app.exit(1);
  });
} else {
  app.quit();
}
