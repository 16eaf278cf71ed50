import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isHeld } from '../../../src-main/sources/disk/held.ts';

test.runIf(process.platform === 'linux')(
  'a store is held while its database is locked, and not before',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'strata-held-'));
    const database = join(root, 'volumes/metadata.db');
    try {
      expect(isHeld(root)).toBe(false);
      mkdirSync(join(root, 'volumes'));
      writeFileSync(database, '');
      expect(isHeld(root)).toBe(false);
      const holder = spawn('flock', ['-x', database, 'sh', '-c', 'echo locked; exec cat'], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      await once(holder.stdout, 'data');
      expect(isHeld(root)).toBe(true);
      holder.stdin.end();
      await once(holder, 'close');
      expect(isHeld(root)).toBe(false);
    } finally {
      rmSync(root, { recursive: true });
    }
  },
);
