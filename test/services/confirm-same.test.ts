import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { confirmGroup } from '../../src-main/services/inside/confirm-same.ts';
import type { FoundGroup } from '../../src-main/services/inside/same-places.ts';
import { cacheIdOf, chainIdOf } from '../support/build-snapshot.ts';

let dataRoot: string;
beforeEach(() => (dataRoot = mkdtempSync(join(tmpdir(), 'strata-same-'))));
afterEach(() => rmSync(dataRoot, { recursive: true, force: true }));

const { signal } = new AbortController();

/** One layer for each content; all were taken for copies of one file of 4 bytes. */
function group(...contents: (string | null)[]): FoundGroup {
  const places = contents.map((content, at) => {
    const cacheId = cacheIdOf(String(at));
    const folder = join(dataRoot, 'overlay2', cacheId, 'diff/lib');
    mkdirSync(folder, { recursive: true });
    if (content !== null) writeFileSync(join(folder, 'a.so'), content);
    return { chainId: chainIdOf(String(at)), cacheId, path: '/lib/a.so' };
  });
  return { id: '4-7', bytes: 4, copies: places.length, places, sameness: 'probable', problem: null };
}

test('copies with the same contents are confirmed', async () => {
  const found = group('same', 'same', 'same');
  expect(await confirmGroup(dataRoot, found, signal)).toEqual([{ ...found, sameness: 'same' }]);
});

test('a file of equal checksum and other contents is no copy; two contents are two groups', async () => {
  const [odd, ...rest] = await confirmGroup(dataRoot, group('same', 'diff', 'same'), signal);
  expect(rest).toEqual([]);
  expect(odd).toMatchObject({ copies: 2, sameness: 'same' });
  expect(odd!.places.map(({ chainId }) => chainId)).toEqual([chainIdOf('0'), chainIdOf('2')]);

  const two = await confirmGroup(dataRoot, group('aaaa', 'bbbb', 'aaaa', 'bbbb'), signal);
  expect(two.map(({ copies }) => copies)).toEqual([2, 2]);
  expect(new Set(two.map(({ id }) => id)).size).toBe(2);
  expect(await confirmGroup(dataRoot, group('aaaa', 'bbbb'), signal)).toEqual([]);
});

test('what can not be read whole is not claimed to be the same', async () => {
  const missing = group('same', null);
  expect(await confirmGroup(dataRoot, missing, signal)).toEqual([
    { ...missing, problem: expect.stringContaining('/lib/a.so is not there') as string },
  ]);
  const longer = group('same', 'same and more');
  expect((await confirmGroup(dataRoot, longer, signal))[0]).toMatchObject({
    sameness: 'probable',
    problem: expect.stringContaining('has 13 bytes, not the 4') as string,
  });
  const many = { ...group('same', 'same'), copies: 5000 };
  expect((await confirmGroup(dataRoot, many, signal))[0]).toMatchObject({
    sameness: 'probable',
    problem: 'It has 5000 copies: too many to read them all',
  });
});

test('a link in the place of a copy is not followed', async () => {
  const found = group('same', null);
  const secret = join(dataRoot, 'outside');
  writeFileSync(secret, 'same');
  symlinkSync(secret, join(dataRoot, 'overlay2', cacheIdOf('1'), 'diff/lib/a.so'));
  expect((await confirmGroup(dataRoot, found, signal))[0]).toMatchObject({ sameness: 'probable' });
});

test('cancelling ends the reading', async () => {
  await expect(confirmGroup(dataRoot, group('same', 'same'), AbortSignal.abort())).rejects.toMatchObject({
    code: 'cancelled',
  });
});
