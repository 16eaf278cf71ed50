import { expect, test } from 'vitest';
import { startFakeEngine } from '../support/fake-engine.ts';
import { strata } from '../support/cli.ts';

test('Ctrl-C while the engine hangs ends the command with one line', async () => {
  const version = {
    status: 200,
    body: JSON.stringify({ Version: '28.5.2', ApiVersion: '1.51', MinAPIVersion: '1.24' }),
  };
  const engine = await startFakeEngine({
    answers: { '/version': version, '/info': 'hang', '/images/json': 'hang' },
  });
  const stop = new AbortController();
  const ended = strata(['scan', '--host', engine.host], { signal: stop.signal });
  await expect
    .poll(() => engine.requests.some((line) => line.includes('/info')), { timeout: 30_000 })
    .toBe(true);
  stop.abort();
  const { code, stdout, stderr } = await ended;
  await engine.close();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/cancelled/i);
});
