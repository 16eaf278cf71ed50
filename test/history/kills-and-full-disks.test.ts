/** What a power cut, `kill -9` or a full disk leave of the history: what was confirmed, and a database that works. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openHistory } from '../../src-main/history/index.ts';
import { openDatabase } from '../../src-main/history/sqlite.ts';

const KILLS = 50;
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('SKIPPED: a small disk of our own needs root');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-kills-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Entries that a writer had confirmed when it was killed, after `most` of them and some moments more. */
async function killedWriter(stateDir: string, most: number, momentsMs: number): Promise<number> {
  const program = new URL('./writer.mjs', import.meta.url).pathname;
  const writer = spawn(process.execPath, [program, stateDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  let confirmed = 0;
  writer.stdout.on('data', (chunk: Buffer) => {
    if (confirmed <= most && confirmed + chunk.length > most)
      setTimeout(() => writer.kill('SIGKILL'), momentsMs);
    confirmed += chunk.length;
  });
  await once(writer, 'close');
  return confirmed;
}

test(`killed in the middle of writing, ${KILLS} times: whole, and all that was confirmed is there`, async () => {
  const lanes = [0, 1].map(async (lane) => {
    const stateDir = join(folder, `state-${lane}`);
    let confirmed = 0;
    for (let kill = lane; kill < KILLS; kill += 2) {
      confirmed += await killedWriter(stateDir, (kill * 7) % 13, (kill * 5) % 7);
      const db = openDatabase(stateDir);
      try {
        expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
        const { n } = db.prepare('SELECT count(*) AS n FROM audit').get() as { n: number };
        expect(n).toBeGreaterThanOrEqual(confirmed);
      } finally {
        db.close();
      }
    }
    expect(confirmed).toBeGreaterThan(KILLS / 2);
  });
  await Promise.all(lanes);
}, 240_000);

test.skipIf(!isRoot)(
  'a disk that fills up: refused with a reason, the past stays, and space makes it work',
  async () => {
    const disk = join(folder, 'disk');
    execFileSync('mkdir', [disk]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
    try {
      const ballast = join(disk, 'ballast');
      writeFileSync(ballast, Buffer.alloc(2 << 20));
      const history = await openHistory(join(disk, 'state'));
      const json = JSON.stringify('x'.repeat(100_000));
      let written = 0;
      const fill = async (): Promise<void> => {
        for (; written < 100; written += 1)
          await history.appendAudit({ atMs: written, kind: 'receipt', planId: 'p', json });
      };
      await expect(fill()).rejects.toMatchObject({
        code: 'failed',
        message: expect.stringMatching(/no space is left.*--state-dir/),
      });
      expect(written).toBeGreaterThan(0);
      expect(await history.listAudit(1000)).toHaveLength(written);

      rmSync(ballast);
      await history.appendAudit({ atMs: 0, kind: 'receipt', planId: 'after', json: '{}' });
      await history.close();
      const again = await openHistory(join(disk, 'state'));
      expect((await again.listAudit(1000)).map(({ planId }) => planId).at(0)).toBe('after');
      expect(await again.listAudit(1000)).toHaveLength(written + 1);
      await again.close();
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  },
);
