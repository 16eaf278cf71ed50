import { defineConfig } from '@playwright/test';
import { browserOptions } from '../test/support/browser.ts';

/** The built app in the system's Chromium. */
export default defineConfig({
  testDir: '../test/e2e',
  outputDir: '../test-results',
  fullyParallel: false,
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env['CI']),
  retries: process.env['CI'] ? 1 : 0,
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    launchOptions: browserOptions(),
    trace: 'retain-on-failure',
  },
});
