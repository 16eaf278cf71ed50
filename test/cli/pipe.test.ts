import { spawn } from 'node:child_process';
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
