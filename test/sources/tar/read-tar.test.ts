import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  rmSync,
  symlinkSync,
  linkSync,
  writeFileSync,
  writeSync,
  chmodSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ENTRY_KIND, entryPath, type LayerTree } from '../../../src-main/model/tree.ts';
import { FileSource, StreamSource } from '../../../src-main/sources/tar/byte-source.ts';
import { BLOCK } from '../../../src-main/sources/tar/header.ts';
import { treeOfTar } from '../../../src-main/sources/tar/layer-tree.ts';
import { bytesFromName, nameFromBytes } from '../../../src-main/sources/tree/name-bytes.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-tar-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const fromBytes = (bytes: Uint8Array, chunk = 700): StreamSource =>
  new StreamSource(
    (async function* () {
      for (let at = 0; at < bytes.length; at += chunk)
        yield await Promise.resolve(bytes.subarray(at, at + chunk));
    })(),
  );
const paths = (tree: LayerTree) =>
  Array.from({ length: tree.length - 1 }, (_, i) => entryPath(tree, i + 1)).sort();
const at = (tree: LayerTree, path: string) =>
  Array.from({ length: tree.length }, (_, i) => i).find((i) => entryPath(tree, i) === path)!;

/** A ustar block by hand, for what no tar program would write. */
function block(
  name: string,
  options: { flag?: string; size?: number; link?: string; body?: Uint8Array } = {},
): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name.slice(0, 100), 0, 'latin1');
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  const size = options.size ?? options.body?.length ?? 0;
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(options.flag ?? '0', 156);
  header.write(options.link ?? '', 157);
  header.write('ustar\0' + '00', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const body = options.body ?? Buffer.alloc(0);
  return Buffer.concat([header, body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]);
}
const END = Buffer.alloc(2 * BLOCK);

test.each(['gnu', 'pax', 'ustar'])('what GNU tar wrote in the %s format is read whole', async (format) => {
  const root = join(folder, `in-${format}`);
  const long = format === 'ustar' ? 'n'.repeat(90) : 'long-'.repeat(40);
  mkdirSync(join(root, 'etc', 'déjà'), { recursive: true });
  writeFileSync(join(root, 'etc', 'hosts'), 'x'.repeat(1000));
  chmodSync(join(root, 'etc', 'hosts'), 0o4750);
  linkSync(join(root, 'etc', 'hosts'), join(root, 'etc', 'same'));
  symlinkSync('../../outside', join(root, 'etc', 'link'));
  writeFileSync(join(root, long), 'y');
  const tar = join(folder, `${format}.tar`);
  execFileSync('tar', [
    `--format=${format}`,
    '--sort=name',
    '--owner=12',
    '--group=34',
    '-C',
    root,
    '-cf',
    tar,
    '.',
  ]);

  const file = await open(tar);
  const { size } = await file.stat();
  const tree = await treeOfTar(new FileSource(file, 0, size));
  await file.close();

  expect(paths(tree)).toEqual(
    [`/${long}`, '/etc', '/etc/déjà', '/etc/hosts', '/etc/link', '/etc/same'].sort(),
  );
  const hosts = at(tree, '/etc/hosts');
  expect([tree.sizes[hosts], tree.modes[hosts], tree.uids[hosts], tree.gids[hosts]]).toEqual([
    1000, 0o4750, 12, 34,
  ]);
  expect(tree.hardLinks.get(at(tree, '/etc/same'))).toBe(hosts);
  expect(tree.linkTargets.get(at(tree, '/etc/link'))).toBe('../../outside');
  expect(tree.sizes[at(tree, '/etc/link')]).toBe(13);
  expect(tree.problems).toEqual([]);
});

test('whiteouts stand under the name they hide, the opaque mark on its folder', async () => {
  const tree = await treeOfTar(
    fromBytes(
      Buffer.concat([
        block('d/', { flag: '5' }),
        block('d/.wh..wh..opq'),
        block('e/.wh.gone'),
        block('.wh..wh.plnk'),
        END,
      ]),
    ),
  );
  expect(paths(tree)).toEqual(['/d', '/e', '/e/gone']);
  expect(tree.kinds[at(tree, '/e/gone')]).toBe(ENTRY_KIND.whiteout);
  expect([...tree.opaque]).toEqual([at(tree, '/d')]);
});

test('paths that would leave the layer are problems, never entries; absolute ones are inside', async () => {
  const tree = await treeOfTar(
    fromBytes(Buffer.concat([block('../../etc/passwd'), block('a/../../b'), block('/abs'), END])),
  );
  expect(paths(tree)).toEqual(['/abs']);
  expect(tree.problems).toHaveLength(2);
});

test('a sparse terabyte counts and is not read', async () => {
  const tar = join(folder, 'sparse.tar');
  const size = 2 ** 33 - 1;
  const handle = openSync(tar, 'w');
  writeSync(handle, block('big', { size }));
  writeSync(handle, END, 0, END.length, BLOCK + size + 1);
  closeSync(handle);
  const file = await open(tar);
  const tree = await treeOfTar(new FileSource(file, 0, (await file.stat()).size));
  await file.close();
  expect(tree.sizes[at(tree, '/big')]).toBe(size);
});

test('a PAX header of a gigabyte is refused, what stood before it is kept', async () => {
  const tree = await treeOfTar(
    fromBytes(Buffer.concat([block('a'), block('x', { flag: 'x', size: 2 ** 30 })])),
  );
  expect(paths(tree)).toEqual(['/a']);
  expect(tree.problems[0]?.what).toContain('refused');
});

test('an archive cut anywhere gives the entries before the cut and says so', async () => {
  const whole = Buffer.concat([
    block('a', { body: Buffer.alloc(700, 1) }),
    block('b', { body: Buffer.alloc(3) }),
    END,
  ]);
  for (let cut = 1; cut < whole.length - END.length; cut += 97) {
    if (cut % BLOCK === 0) continue;
    const tree = await treeOfTar(fromBytes(whole.subarray(0, cut)));
    expect(tree.problems.length, `cut at ${cut}`).toBeGreaterThan(0);
  }
});

test('mutated archives end in bounded time, without an entry outside the layer', async () => {
  const good = Buffer.concat([
    block('dir/', { flag: '5' }),
    block('dir/file', { body: Buffer.alloc(900, 7) }),
    block('pax', { flag: 'x', body: Buffer.from('19 path=dir/longer\n') }),
    block('short', { body: Buffer.alloc(10) }),
    block('hl', { flag: '1', link: 'dir/file' }),
    END,
  ]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 20 }),
      fc.boolean(),
      async (changes, fixSums) => {
        const bytes = Buffer.from(good);
        for (const [where, value] of changes) bytes[where] = value;
        if (fixSums) for (let start = 0; start < bytes.length; start += BLOCK) fixChecksum(bytes, start);
        const tree = await treeOfTar(fromBytes(bytes, 1 + ((changes.length * 37) % 1000)));
        for (const path of paths(tree)) expect(path.split('/')).not.toContain('..');
      },
    ),
    { numRuns: 300 },
  );
});

function fixChecksum(bytes: Buffer, start: number): void {
  const header = bytes.subarray(start, start + BLOCK);
  if (header[257] !== 0x75) return;
  header.write('        ', 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
}

test('a name that is not UTF-8 is one string and the same bytes again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(Uint8Array.from(bytesFromName(nameFromBytes(bytes)))).toEqual(bytes);
    }),
  );
});
