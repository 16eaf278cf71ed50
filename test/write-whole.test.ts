import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeWhole } from '../src-main/support/write-whole.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'strata-whole-'));
});
afterEach(() => {
  chmodSync(dir, 0o700);
  rmSync(dir, { recursive: true });
});

test('is for its owner alone, and replaces what was there', async () => {
  const path = join(dir, 'plan.json');
  writeFileSync(path, 'older', { mode: 0o644 });
  await writeWhole(path, 'newer');
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['newer', 0o600]);
  expect(readdirSync(dir)).toEqual(['plan.json']);
});

test('a folder in its place is refused, and nothing is left behind', async () => {
  await expect(writeWhole(dir, 'x')).rejects.toThrow();
  await expect(writeWhole(join(dir, 'no/such/folder'), 'x')).rejects.toThrow(/ENOENT/);
  expect(readdirSync(dir)).toEqual([]);
});

test('a pipe is written to, not replaced by a file', async () => {
  const path = join(dir, 'pipe');
  execFileSync('mkfifo', [path]);
  const [read] = await Promise.all([readFile(path, 'utf8'), writeWhole(path, 'through')]);
  expect(read).toBe('through');
  expect(lstatSync(path).isFIFO()).toBe(true);
});
