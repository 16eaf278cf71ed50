import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockHolder, takeLock } from '../../src-main/actions/lock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'strata-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const leftBehind = (content: string): void => writeFileSync(join(dir, 'apply.lock'), content);

test('a second apply waits its turn, a third may come after the first', () => {
  const lock = takeLock(dir, 'plan-1');
  expect(lockHolder(dir)).toMatchObject({ pid: process.pid, planId: 'plan-1' });
  expect(() => takeLock(dir, 'plan-2')).toThrow(/Another removal is under way/);
  lock.release();
  expect(lockHolder(dir)).toBeNull();
  takeLock(dir, 'plan-3').release();
  expect(readdirSync(dir)).toEqual([]);
});

test('another process that holds it is named; once it is killed its lock is taken over', async () => {
  const lockFile = new URL('../../src-main/actions/lock.ts', import.meta.url).href;
  const script = `const { takeLock } = await import(${JSON.stringify(lockFile)});
    takeLock(${JSON.stringify(dir)}, 'theirs'); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    expect(() => takeLock(dir, 'ours')).toThrow(
      expect.objectContaining({
        code: 'busy',
        message: expect.stringContaining(`process ${String(child.pid)}`) as string,
      }),
    );
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  takeLock(dir, 'ours').release();
});

test('the lock of a process that is gone is taken over', () => {
  const { pid } = spawnSync('true');
  leftBehind(JSON.stringify({ pid, startedAt: '1', planId: 'killed' }));
  expect(lockHolder(dir)).toBeNull();
  takeLock(dir, 'next').release();
});

test.runIf(process.platform === 'linux')('a process that only has the same number does not hold it', () => {
  leftBehind(JSON.stringify({ pid: process.pid, startedAt: '1', planId: 'before the reboot' }));
  takeLock(dir, 'next').release();
});

test('a damaged lock is nobody’s', () => {
  for (const content of ['', '{', '{"pid":-1,"planId":"x"}', '[]']) {
    leftBehind(content);
    takeLock(dir, 'next').release();
  }
});

test('a lock that was taken over meanwhile is not released by the one who lost it', () => {
  const lost = takeLock(dir, 'slow');
  const other = JSON.stringify({ pid: process.ppid, startedAt: null, planId: 'other' });
  leftBehind(other);
  lost.release();
  expect(readdirSync(dir)).toEqual(['apply.lock']);
});

test('where no lock can be made it says where, why, and that nothing is removed', () => {
  const file = join(dir, 'a-file');
  writeFileSync(file, '');
  expect(() => takeLock(join(file, 'state'), 'plan')).toThrow(
    /can not be made in .*a-file.*nothing is removed.*--state-dir/,
  );
});
