/** The one window, with every lock on the page spelled out: a default that changes must not open one. */
import { BrowserWindow, type WebPreferences } from 'electron';
import { APP_ORIGIN } from './protocol.ts';

const LOCKED_PREFERENCES = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const satisfies WebPreferences;

/** `preload`: path of the built preload script. */
export function openWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Strata',
    width: 1280,
    height: 840,
    minWidth: 720,
    minHeight: 480,
    show: false,
    webPreferences: { ...LOCKED_PREFERENCES, preload },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${APP_ORIGIN}/`);
  return window;
}
