import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  linkSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENTRY_KIND, entryPath, type LayerTree } from '../../../src-main/model/tree.ts';
import { bytesOfTree, treeOfTarSplit } from '../../../src-main/sources/tree/tar-split.ts';
import { walkTree } from '../../../src-main/sources/tree/walk-tree.ts';
import { layerTar } from '../../support/write-layer.ts';

const isRoot = process.getuid?.() === 0;
const fixtures = join(import.meta.dirname, '../../../../shared/fixtures');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-trees-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const paths = (tree: LayerTree) =>
  Array.from({ length: tree.length - 1 }, (_, i) => entryPath(tree, i + 1)).sort();
const at = (tree: LayerTree, path: string) =>
  Array.from({ length: tree.length }, (_, i) => i).find((i) => entryPath(tree, i) === path)!;

if (!existsSync(fixtures)) console.warn('SKIPPED: no golden stores at ../shared/fixtures');
describe.skipIf(!existsSync(fixtures) || !isRoot).each(['20.10', '26.1', '28.5'])(
  'the golden store of engine %s',
  (version) => {
    let root: string;
    beforeAll(() => {
      root = join(folder, version);
      mkdirSync(root);
      const tar = join(fixtures, `engine-${version}-graphdriver`, 'store.tar.gz');
      execFileSync('tar', ['--xattrs', '--xattrs-include=*', '--numeric-owner', '-xpzf', tar, '-C', root]);
    });

    test('tar-split and the folder give the same tree for every layer that has both', async () => {
      const truth = JSON.parse(
        readFileSync(join(fixtures, `engine-${version}-graphdriver`, 'truth.json'), 'utf8'),
      ) as {
        layers: { chain_id: string; cache_id: string; layerdb_size: number; in_fixture?: boolean }[];
      };
      let compared = 0;
      for (const layer of truth.layers) {
        const layerdb = join(root, 'image/overlay2/layerdb/sha256', layer.chain_id.slice(7));
        const split = await treeOfTarSplit(readFileSync(join(layerdb, 'tar-split.json.gz')));
        expect(bytesOfTree(split), layer.chain_id).toBe(layer.layerdb_size);
        expect(split.problems).toEqual([]);
        if (
          layer.in_fixture === false ||
          readdirSync(join(root, 'overlay2', layer.cache_id, 'diff')).length === 0
        )
          continue;
        const walked = await walkTree(join(root, 'overlay2', layer.cache_id, 'diff'));
        expect(paths(split), layer.chain_id).toEqual(paths(walked));
        expect(bytesOfTree(walked)).toBe(bytesOfTree(split));
        compared += 1;
      }
      expect(compared).toBeGreaterThan(40);
    });

    test('opaque folders and whiteouts are known from tar-split, without reading any attribute', async () => {
      const truth = JSON.parse(
        readFileSync(join(fixtures, `engine-${version}-graphdriver`, 'truth.json'), 'utf8'),
      ) as { layers: { chain_id: string; opaque: number; whiteouts: number }[] };
      for (const { chain_id: chainId, opaque, whiteouts } of truth.layers) {
        const file = join(root, 'image/overlay2/layerdb/sha256', chainId.slice(7), 'tar-split.json.gz');
        const tree = await treeOfTarSplit(readFileSync(file));
        expect(tree.opaque.size, chainId).toBe(opaque);
        expect(tree.kinds.filter((kind) => kind === ENTRY_KIND.whiteout).length, chainId).toBe(whiteouts);
      }
    });
  },
);

test('a folder on disk: hard links once, links not followed, odd names kept', async () => {
  const root = join(folder, 'walk');
  mkdirSync(join(root, 'a/b'), { recursive: true });
  writeFileSync(join(root, 'a/file'), 'x'.repeat(5000));
  linkSync(join(root, 'a/file'), join(root, 'a/same'));
  symlinkSync('/etc', join(root, 'a/etc'));
  writeFileSync(Buffer.concat([Buffer.from(`${root}/a/`), Buffer.from([0xff, 0x41])]), '1');
  writeFileSync(join(root, '.wh.plain'), '22');
  const tree = await walkTree(root);
  expect(paths(tree)).toEqual(
    ['/.wh.plain', '/a', '/a/b', '/a/etc', '/a/file', '/a/same', '/a/\udcffA'].sort(),
  );
  expect(tree.kinds[at(tree, '/.wh.plain')]).toBe(ENTRY_KIND.file);
  expect(bytesOfTree(tree)).toBe(5000 + 4 + 1 + 2);
  expect(tree.hardLinks.size).toBe(1);
  const disk = tree.diskBytes!.reduce((sum, bytes) => sum + bytes, 0);
  const du = Number(execFileSync('du', ['-s', '-x', '--block-size=1', root]).toString().split('\t')[0]);
  expect(disk).toBe(du);
});

test.skipIf(!isRoot)('a whiteout on disk is a character device 0:0', async () => {
  const root = join(folder, 'whiteout');
  mkdirSync(root);
  execFileSync('mknod', [join(root, 'gone'), 'c', '0', '0']);
  execFileSync('mkfifo', [join(root, 'pipe')]);
  const tree = await walkTree(root);
  expect(tree.kinds[at(tree, '/gone')]).toBe(ENTRY_KIND.whiteout);
  expect(tree.kinds[at(tree, '/pipe')]).toBe(ENTRY_KIND.fifo);
});

test('a thousand folders deep are read', async () => {
  const root = join(folder, 'deep');
  mkdirSync(join(root, Array.from({ length: 1000 }, () => 'd').join('/')), { recursive: true });
  const tree = await walkTree(root);
  expect(tree.length).toBe(1001);
});

test('damaged tar-splits are refused with a RangeError, whatever the damage', async () => {
  const header = Buffer.alloc(512);
  const good = gunzipSync(
    gzipSync(
      [
        JSON.stringify({ type: 2, payload: header.toString('base64') }),
        JSON.stringify({ type: 1, name: 'a', size: 3, payload: 'AAAAAAAAAAA=' }),
      ].join('\n'),
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      async (changes) => {
        const bytes = Buffer.from(good);
        for (const [where, value] of changes) bytes[where] = value;
        try {
          await treeOfTarSplit(gzipSync(bytes));
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(RangeError);
        }
      },
    ),
  );
  await expect(treeOfTarSplit(Buffer.from('no gzip'))).rejects.toThrow(RangeError);
});

test('a list that is written in another way than engines do gives the same tree', async () => {
  const { tarSplit } = layerTar({
    'etc/': null,
    'etc/"quoted","size":5': 'one',
    'etc/back\\slash': 'two'.repeat(400),
    'etc/empty': '',
    'srv/link': { symlink: '/etc/empty' },
    'srv/again': { hardlink: 'etc/empty' },
    'srv/gone': { whiteout: true },
  });
  const lines = gunzipSync(tarSplit).toString().trimEnd().split('\n');
  const turned = lines.map((line) => {
    const parsed = JSON.parse(line) as Record<string, unknown>;
    return JSON.stringify(Object.fromEntries(Object.entries(parsed).reverse()), null, 1).replaceAll('\n', '');
  });
  const plain = await treeOfTarSplit(tarSplit);
  expect(plain.problems).toEqual([]);
  expect(paths(plain)).toContain('/etc/"quoted","size":5');
  expect(plain.sizes[at(plain, '/etc/back\\slash')]).toBe(1200);
  expect(plain.checksums?.[at(plain, '/etc/back\\slash')]).not.toBe(0n);
  expect(await treeOfTarSplit(gzipSync(turned.join('\n')))).toEqual(plain);
});

test.each(['.wh.', '.wh...', '.wh..'])('%s hides nothing and is a problem', async (name) => {
  const tree = await treeOfTarSplit(layerTar({ [`etc/${name}`]: 'x' }).tarSplit);
  expect(paths(tree)).not.toContain('/etc/..');
  expect(tree.problems).toHaveLength(1);
});
