import { expect, test } from 'vitest';
import { parseCacheId, parseImageId, shortId } from '../src-main/model/ids.ts';
import { bytesOrNull, known, sum, unknown, unknownBut } from '../src-main/model/measured.ts';

test('an id is one only by its whole grammar', () => {
  const hex = 'a'.repeat(64);
  expect(parseImageId(`sha256:${hex}\n`)).toBe(`sha256:${hex}`);
  expect(parseImageId(hex)).toBeUndefined();
  expect(parseImageId(`sha256:${hex}b`)).toBeUndefined();
  expect(shortId(`sha256:${hex}`)).toBe('a'.repeat(12));
});

test('a cache-id is one path component and nothing else', () => {
  expect(parseCacheId(`${'0'.repeat(64)}-init`)).toBeDefined();
  expect(parseCacheId('k3jz9x7q2w5m8n4b6v1c0d2f4')).toBeDefined();
  for (const hostile of ['..', '../etc', 'a/b', '', `${'0'.repeat(64)}/..`])
    expect(parseCacheId(hostile)).toBeUndefined();
});

test('a sum with one unknown is unknown, with its reason, and at least what is known of it', () => {
  expect(sum([known(1), known(2)])).toEqual(known(3));
  const parts = [known(1), unknown('not readable'), known(2), unknownBut(4, 'cut short')];
  expect(sum(parts)).toEqual(unknownBut(7, 'not readable'));
  expect(bytesOrNull(sum(parts))).toBeNull();
});
