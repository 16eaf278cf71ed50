import { existsSync } from 'node:fs';

const SYSTEM_BROWSERS = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'];

/** The system's Chromium; it refuses its own sandbox to root, hence --no-sandbox in tests alone. */
export function browserOptions(): { readonly executablePath?: string; readonly args: string[] } {
  const executablePath = SYSTEM_BROWSERS.find((path) => existsSync(path));
  return {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  };
}
