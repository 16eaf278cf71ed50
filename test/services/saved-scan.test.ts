import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoreSnapshot } from '../../src-main/model/store.ts';
import { readSavedScan, writeSavedScan } from '../../src-main/services/saved-scan.ts';
import { documentOf } from '../../src-main/services/views.ts';
import { demoSnapshot } from '../../src-main/sources/demo.ts';

let dir: string;
let snapshot: StoreSnapshot;
const path = (name: string): string => join(dir, name);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'strata-saved-'));
  snapshot = await demoSnapshot();
  await writeSavedScan(path('whole'), { document: documentOf(snapshot), snapshot }, {});
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('a saved scan comes back as it was, marked as a file', async () => {
  expect(await readSavedScan(path('whole'))).toEqual({ ...snapshot, access: 'file' });
});

test('it gives away no credential of a label or a build step, and opens with a step of any length', async () => {
  const token = `ghp_${'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5'}`;
  const step = { createdBy: `RUN ${'x'.repeat(100_000)} ${token}`, comment: '', createdAtMs: null };
  const [first, ...rest] = snapshot.images;
  const image = { ...first!, labels: { 'ci.token': token }, history: [{ ...step, emptyLayer: true }] };
  const leaky = { ...snapshot, images: [image, ...rest] };
  await writeSavedScan(path('leaky'), { document: documentOf(leaky), snapshot: leaky }, {});
  expect(readFileSync(path('leaky'), 'utf8')).not.toContain(token);
  expect((await readSavedScan(path('leaky'))).images[0]?.history[0]?.createdBy.length).toBeGreaterThan(
    100_000,
  );
});

test('it is for its owner alone, and leaves no half-written file', () => {
  expect(statSync(path('whole')).mode & 0o777).toBe(0o600);
  expect(readdirSync(dir).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('saving over a link replaces the link, not what it points at', async () => {
  writeFileSync(path('precious'), 'keep me');
  symlinkSync(path('precious'), path('link'));
  await writeSavedScan(path('link'), { document: documentOf(snapshot), snapshot }, {});
  expect(readFileSync(path('precious'), 'utf8')).toBe('keep me');
});

test('a folder that cannot be written is an error that names the file', async () => {
  const target = join(dir, 'none', 'scan');
  await expect(
    writeSavedScan(target, { document: documentOf(snapshot), snapshot }, {}),
  ).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining(target) as string,
  });
});

test('what root saves under sudo belongs to who called sudo', async () => {
  if (process.getuid?.() !== 0) return;
  const env = { SUDO_UID: '12345', SUDO_GID: '23456' };
  await writeSavedScan(path('theirs'), { document: documentOf(snapshot), snapshot }, env);
  expect(statSync(path('theirs'))).toMatchObject({ uid: 12345, gid: 23456 });
});

const damaged = (
  change: (scan: { [key: string]: unknown; snapshot: Record<string, unknown> }) => void,
): string => {
  const scan = JSON.parse(readFileSync(path('whole'), 'utf8')) as { snapshot: Record<string, unknown> };
  change(scan);
  return JSON.stringify(scan);
};

test.each<[string, () => string | Buffer]>([
  ['is empty', () => ''],
  ['is cut in the middle', () => readFileSync(path('whole')).subarray(0, 5000)],
  ['is no JSON', () => '\u0000\u0001\u0002'],
  ['is another document', () => JSON.stringify({ schema: 1, images: [] })],
  ['is of a later schema', () => damaged((scan) => (scan['schema'] = 2))],
  ['has a size below zero', () => damaged(({ snapshot: s }) => (s['ledger'] = [entry(-1)]))],
  ['has a size with a fraction', () => damaged(({ snapshot: s }) => (s['ledger'] = [entry(0.5)]))],
  ['has a size that is text', () => damaged(({ snapshot: s }) => (s['ledger'] = [entry('12')]))],
  ['has a time beyond all calendars', () => damaged(({ snapshot: s }) => (s['takenAtMs'] = 1e300))],
  ['lacks its images', () => damaged(({ snapshot: s }) => delete s['images'])],
  [
    'has an image id that is none',
    () => damaged(({ snapshot: s }) => (firstOf(s['images'])['id'] = '../../etc')),
  ],
  [
    'has a folder name for a path',
    () => damaged(({ snapshot: s }) => (firstOf(s['layers'])['cacheId'] = '../x')),
  ],
])('a file that %s is refused with its name', async (_, content) => {
  writeFileSync(path('bad'), content());
  await expect(readSavedScan(path('bad'))).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining(path('bad')) as string,
  });
});

test.each(['.', 'missing', '/dev/null', '/dev/zero'])('%s is no saved scan', async (name) => {
  await expect(readSavedScan(name.startsWith('/') ? name : path(name))).rejects.toMatchObject({
    code: 'failed',
  });
});

function entry(bytes: unknown): unknown {
  return { path: '.', diskBytes: { state: 'known', bytes }, logDiskBytes: 0 };
}

function firstOf(list: unknown): Record<string, unknown> {
  return (list as Record<string, unknown>[])[0] as Record<string, unknown>;
}
