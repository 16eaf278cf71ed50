import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  tarHeader,
  tarPadding,
  TAR_END,
  type TarFields,
} from '../../../src-main/sources/extract/tar-header.ts';
import { StreamSource } from '../../../src-main/sources/tar/byte-source.ts';
import { readTar } from '../../../src-main/sources/tar/read-tar.ts';
import { nameFromBytes } from '../../../src-main/sources/tree/name-bytes.ts';

async function readBack(fields: TarFields) {
  const source = new StreamSource(
    (async function* () {
      yield tarHeader({ ...fields, size: fields.flag === '0' ? (fields.size ?? 0) : 0 });
      yield TAR_END;
    })(),
  );
  const { value } = await readTar(source).next();
  const { name, linkName, flag, mode, uid, gid, size, mtimeMs } = value!.header;
  return { name, linkName, flag, mode, uid, gid, size, mtimeMs };
}
const name = fc
  .uint8Array({ minLength: 1, maxLength: 300 })
  .map((bytes) => nameFromBytes(bytes.map((byte) => (byte === 0 ? 1 : byte))));
const owner = fc.oneof(fc.integer({ min: 0, max: 70_000 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));

test('whatever names, owners and sizes are, a header is read back as it was written', async () => {
  const any = fc.record({
    name,
    linkName: name,
    flag: fc.constantFrom('0', '1', '2', '5') as fc.Arbitrary<TarFields['flag']>,
    mode: fc.integer({ min: 0, max: 0o7777 }),
    uid: owner,
    gid: owner,
    mtimeMs: fc.integer({ min: 0, max: 2 ** 40 }).map((seconds) => seconds * 1000),
    size: fc.oneof(fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
  });
  await fc.assert(
    fc.asyncProperty(any, async (fields) => {
      const size = fields.flag === '0' ? fields.size : 0;
      expect(await readBack(fields)).toEqual({ ...fields, size });
    }),
  );
});

test('every header is whole blocks, and contents are padded to one', () => {
  for (const length of [1, 99, 100, 101, 511, 512, 4000])
    expect(
      tarHeader({ name: 'n'.repeat(length), flag: '0', mode: 0, uid: 0, gid: 0, mtimeMs: 0 }).length % 512,
    ).toBe(0);
  expect([0, 1, 511, 512, 513].map((size) => tarPadding(size).length)).toEqual([0, 511, 1, 0, 511]);
});
