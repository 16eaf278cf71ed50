import type { Session, WebContents } from 'electron';
import { describe, expect, it } from 'vitest';
import { guardSession } from '../../src-main/app/guards.ts';
import { SessionDouble } from '../support/electron-double.ts';

const session = new SessionDouble();
guardSession(session as unknown as Session);

function isGranted(permission: string, url: string): boolean {
  let granted: boolean | null = null;
  const contents = { getURL: () => url } as WebContents;
  session.permission?.(contents, permission as never, (answer) => (granted = answer), {} as never);
  const checked = session.check?.(contents, permission as never, new URL(url).href, {} as never);
  expect(checked).toBe(granted);
  return granted ?? false;
}

function isCancelled(url: string): boolean {
  let cancelled: boolean | undefined;
  (session.beforeRequest as (details: { url: string }, answer: (to: { cancel?: boolean }) => void) => void)(
    { url },
    (to) => (cancelled = to.cancel),
  );
  return cancelled ?? false;
}

describe('the session', () => {
  it('lets our page write to the clipboard', () => {
    expect(isGranted('clipboard-sanitized-write', 'app://strata/index.html')).toBe(true);
  });

  it.each([
    'clipboard-read',
    'media',
    'geolocation',
    'notifications',
    'openExternal',
    'fileSystem',
    'usb',
    'fullscreen',
  ])('refuses %s to our own page', (permission) => {
    expect(isGranted(permission, 'app://strata/')).toBe(false);
  });

  it.each(['https://example.org/', 'app://strata.example/', 'app://stratagem/', 'file:///etc/passwd'])(
    'grants nothing to %s and loads nothing from it',
    (url) => {
      expect(isGranted('clipboard-sanitized-write', url)).toBe(false);
      expect(isCancelled(url)).toBe(true);
    },
  );

  it('gives out no device', () => {
    expect(session.device?.({} as never)).toBe(false);
  });

  it('loads our own files', () => {
    expect(isCancelled('app://strata/assets/index.js')).toBe(false);
  });
});
