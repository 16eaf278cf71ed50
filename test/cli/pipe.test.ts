import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('a reader that has seen enough ends the program quietly', async () => {
  const bin = fileURLToPath(new URL('../../src-main/cli/bin.ts', import.meta.url));
  const child = spawn(process.execPath, [bin, 'scan', '--demo', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.once('data', () => child.stdout.destroy());
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
});

test('a command whose reader has gone still ends by its own code', async () => {
  const bin = fileURLToPath(new URL('../../src-main/cli/bin.ts', import.meta.url));
  const child = spawn(process.execPath, [bin, 'check', '--demo', '--max-dangling', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(3);
});

test.runIf(existsSync('/dev/full'))(
  'output that did not arrive whole is a failure, with the reason',
  async () => {
    const bin = fileURLToPath(new URL('../../src-main/cli/bin.ts', import.meta.url));
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [bin, 'scan', '--demo', '--json'], {
      stdio: ['ignore', full, 'pipe'],
    });
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    closeSync(full);
    expect(code).toBe(1);
    expect(stderr).toMatch(/what was printed is not whole: ENOSPC/);
  },
);
