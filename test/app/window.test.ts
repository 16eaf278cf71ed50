import { seen } from '../support/electron-double.ts';
import { BrowserWindow, app } from '../support/electron-double.ts';
import type { App } from 'electron';
import { describe, expect, it } from 'vitest';
import { guardPages } from '../../src-main/app/guards.ts';
import { menuTemplate } from '../../src-main/app/menu.ts';
import { openWindow } from '../../src-main/app/window.ts';

guardPages(app as unknown as App);

describe('the window', () => {
  it('keeps every lock on the page closed', () => {
    openWindow('/somewhere/index.cjs');
    expect(seen.windows.at(-1)?.options.webPreferences).toEqual({
      preload: '/somewhere/index.cjs',
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
    });
  });

  it('shows our own page, and only once it can be seen', () => {
    openWindow('/somewhere/index.cjs');
    const window = seen.windows.at(-1)!;
    expect(window.loaded).toEqual(['app://strata/']);
    expect(window.shown).toBe(false);
    window.emit('ready-to-show');
    expect(window.shown).toBe(true);
  });

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
    'refuses %s of any page',
    (event) => {
      expect(new BrowserWindow().webContents.refuses(event)).toBe(true);
    },
  );

  it('opens no further window', () => {
    const answer = new BrowserWindow().webContents.openHandler?.({ url: 'https://example.org/' } as never);
    expect(answer).toEqual({ action: 'deny' });
  });

  it('has no menu entry that reloads or opens developer tools', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      expect(JSON.stringify(menuTemplate(platform))).not.toMatch(/reload|devtools/i);
    }
  });
});
