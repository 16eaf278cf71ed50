import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Orphan } from '../../src-main/analysis/orphans.ts';
import { listQuarantine, moveToQuarantine, purge, putBack } from '../../src-main/actions/quarantine.ts';
import type { OverlayFolder } from '../../src-main/model/store.ts';

const NAME = 'e'.repeat(64);
const LINK = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
let root: string;
let quarantine: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'strata-quarantine-'));
  quarantine = join(root, 'strata-quarantine');
  mkdirSync(join(root, 'overlay2/l'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

/** A folder that nothing names, and the proof of it. */
function leaked(name: string, link: string | null = null): Orphan {
  mkdirSync(join(root, 'overlay2', name, 'diff'), { recursive: true });
  writeFileSync(join(root, 'overlay2', name, 'diff/file'), 'x');
  if (link !== null) symlinkSync(`../${name}/diff`, join(root, 'overlay2/l', link));
  return {
    folder: { name, link } as OverlayFolder,
    path: `overlay2/${name}`,
    evidence: ['nothing names it'],
  };
}

const move = (orphan: Orphan, signal = new AbortController().signal) =>
  moveToQuarantine(root, orphan.path, { prove: async () => [orphan], signal });

test('the two folders of one leaked container move in the same second', async () => {
  const [own, init] = [leaked(NAME), leaked(`${NAME}-init`)];
  const ids = await Promise.all([move(own), move(init)]);
  expect(new Set(ids.map(({ id }) => id)).size).toBe(2);
  const entries = await listQuarantine(root);
  expect(entries.map(({ path }) => path).sort()).toEqual([own.path, init.path]);
  for (const { id } of entries) await putBack(root, id);
  expect(readdirSync(join(root, 'overlay2')).sort()).toEqual([NAME, `${NAME}-init`, 'l']);
});

test('a move that is given up leaves the folder where it is, and nothing in the quarantine', async () => {
  const orphan = leaked(NAME);
  await expect(move(orphan, AbortSignal.abort())).rejects.toThrow(/abort/i);
  expect(existsSync(join(root, orphan.path))).toBe(true);
  expect(await listQuarantine(root)).toEqual([]);
});

test('a move that was cut before it began is no entry, and hides no other', async () => {
  const { id } = await move(leaked(NAME));
  mkdirSync(join(quarantine, '20260102-000000-aaaaaaaaaaaa'));
  mkdirSync(join(quarantine, '20260102-000001-aaaaaaaaaaaa'));
  writeFileSync(join(quarantine, '20260102-000001-aaaaaaaaaaaa/manifest.json'), '{"path":"over');
  expect((await listQuarantine(root)).map((entry) => entry.id)).toEqual([id]);
});

test('a folder without its manifest is told, with its place and what to do', async () => {
  const { id } = await move(leaked(NAME));
  rmSync(join(quarantine, id, 'manifest.json'));
  await expect(listQuarantine(root)).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(/manifest\.json.*by hand/) as string,
  });
});

test('a put back that was cut after the short name goes on', async () => {
  const orphan = leaked(NAME, LINK);
  const { id } = await move(orphan);
  // As a process leaves it that ended between the two renames.
  symlinkSync(`../${NAME}/diff`, join(root, 'overlay2/l', LINK));
  rmSync(join(quarantine, id, 'link'));
  await putBack(root, id);
  expect(existsSync(join(root, orphan.path, 'diff/file'))).toBe(true);
  expect(readdirSync(join(root, 'overlay2/l'))).toEqual([LINK]);
  expect(await listQuarantine(root)).toEqual([]);
});

test('a purge tells what left the disk', async () => {
  const { id, diskBytes } = await move(leaked(NAME));
  expect(await purge(root, id)).toBeGreaterThan(diskBytes!);
  expect(readdirSync(quarantine)).toEqual([]);
});
