import { expect, test } from 'vitest';
import { buildkitRecord } from '../../../src-main/sources/disk/buildkit-record.ts';
import { scanDocument } from '../../../src-main/services/scan-document.ts';
import { Containers } from '../../../src-main/sources/engine/decode.ts';
import { parse } from 'valibot';
import { buildSnapshot } from '../../support/build-snapshot.ts';

/** `new Date(FAR).toISOString()` throws: one damaged record must not end the whole scan. */
const FAR = 1e300;

test('a build record whose time is no moment has none', () => {
  const value = new TextEncoder().encode(JSON.stringify({ value: FAR }));
  const record = buildkitRecord('x', new Map([['cache.createdAt', value]]), () => undefined);
  expect(record.createdAtMs).toBeNull();
});

test('a container that the engine dates so has none', () => {
  const [container] = parse(Containers, [{ Id: 'a'.repeat(64), Created: FAR, State: 'running' }])!;
  expect(container?.createdAtMs).toBeNull();
});

test('a document is made whatever times a snapshot holds', () => {
  const snapshot = buildSnapshot({ images: { api: ['base'] } });
  const images = snapshot.images.map((image) => ({ ...image, createdAtMs: FAR }));
  expect(scanDocument({ ...snapshot, images }).images[0]?.created).toBeNull();
});
