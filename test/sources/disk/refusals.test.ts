import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readDisk } from '../../../src-main/sources/disk/index.ts';
import { writeBigStore } from '../../support/big-store.ts';
import type { WrittenStore } from '../../support/write-store.ts';
import { writeStore } from '../../support/write-store.ts';

let store: WrittenStore;
beforeEach(() => {
  store = writeStore({
    layers: { base: { 'bin/sh': 'shell' } },
    images: { 'app:1': { layers: ['base'] } },
    containers: { job: { image: 'app:1' } },
  });
});
afterEach(() => store.remove());

const at = (...parts: string[]): string => join(store.root, ...parts);

describe('a data root that cannot be read whole is refused, with what to do', () => {
  test('no such folder', async () => {
    await expect(readDisk(at('absent'))).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/does not exist\. Check/),
    });
  });

  test('a file instead of a folder', async () => {
    await expect(readDisk(at('engine-id'))).rejects.toMatchObject({ code: 'unsupported' });
  });

  test.each(['image', 'image/overlay2', 'image/overlay2/layerdb', 'image/overlay2/imagedb', 'overlay2'])(
    'without %s',
    async (folder) => {
      rmSync(at(folder), { recursive: true });
      await expect(readDisk(store.root)).rejects.toMatchObject({
        code: 'unsupported',
        message: expect.stringContaining('docker info'),
      });
    },
  );

  test("containerd's store", async () => {
    rmSync(at('image'), { recursive: true });
    mkdirSync(at('containerd/daemon'), { recursive: true });
    await expect(readDisk(store.root)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('containerd'),
    });
  });

  test.each(['image', 'image/overlay2/layerdb', 'overlay2'])(
    'with a link in the place of %s',
    async (folder) => {
      const elsewhere = mkdtempSync(join(tmpdir(), 'strata-elsewhere-'));
      try {
        renameSync(at(folder), join(elsewhere, 'moved'));
        symlinkSync(join(elsewhere, 'moved'), at(folder));
        await expect(readDisk(store.root)).rejects.toMatchObject({
          code: 'unsupported',
          message: expect.stringContaining('is a link, which is not followed'),
        });
      } finally {
        rmSync(elsewhere, { recursive: true });
      }
    },
  );

  test('a data root that is itself a link is read where it points', async () => {
    const link = `${store.root}-link`;
    symlinkSync(store.root, link);
    try {
      expect((await readDisk(link)).dataRoot).toBe(store.root);
    } finally {
      rmSync(link);
    }
  });
});

test('reading stops when it is cancelled', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'strata-cancel-'));
  try {
    writeBigStore(folder, { images: 20, layers: 320 });
    await expect(readDisk(folder, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    const stop = new AbortController();
    const reading = readDisk(folder, { signal: stop.signal });
    setImmediate(() => stop.abort());
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Reads as the user `nobody`: imports as root, so that the checkout may be anywhere, then drops all rights. */
function readAsNobody(root: string): { code?: string; ownersIncomplete?: string | null; images?: number } {
  const entry = resolve(import.meta.dirname, '../../../src-main/sources/disk/index.ts');
  const script = `
    import { readDisk } from ${JSON.stringify(`file://${entry}`)};
    process.setgroups([]); process.setgid(65534); process.setuid(65534);
    const tell = (what) => console.log(JSON.stringify(what));
    await readDisk(${JSON.stringify(root)}).then(
      (disk) => tell({ ownersIncomplete: disk.ownersIncomplete, images: disk.images.length }),
      ({ code }) => tell({ code }),
    );`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as ReturnType<typeof readAsNobody>;
}

/** Only root can become `nobody`, who must reach the temporary folder. */
const canDropRights = process.getuid?.() === 0 && (statSync(tmpdir()).mode & 0o005) === 0o005;
if (!canDropRights) console.warn('SKIPPED: reading without rights needs root and a temporary folder for all');

describe.skipIf(!canDropRights)('without rights', () => {
  beforeEach(() => chmodSync(store.root, 0o755));

  test.each(['.', 'image/overlay2', 'image/overlay2/layerdb', 'overlay2'])(
    'to %s: no permission',
    (folder) => {
      chmodSync(at(folder), 0o700);
      expect(readAsNobody(store.root)).toEqual({ code: 'no-permission' });
    },
  );

  test('to the mounts alone: the rest is read, and nothing may be called an orphan', () => {
    chmodSync(at('image/overlay2/layerdb/mounts'), 0o700);
    expect(readAsNobody(store.root)).toEqual({
      ownersIncomplete: expect.stringContaining('mounts: no permission'),
      images: 1,
    });
  });

  test('to one cache-id: the rest is read, and nothing may be called an orphan', () => {
    const layer = store.images['app:1']!.chain[0]!.slice(7);
    writeFileSync(at('image/overlay2/layerdb/sha256', layer, 'cache-id'), 'x'.repeat(64), { mode: 0o600 });
    chmodSync(at('image/overlay2/layerdb/sha256', layer, 'cache-id'), 0o600);
    expect(readAsNobody(store.root).ownersIncomplete).toMatch(/cache-id: no permission/);
  });
});
