/** Archives made to hurt: bounded time and memory, a problem that is shown, and never a crash. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ENTRY_KIND } from '../../../src-main/model/tree.ts';
import { listFolder, totalsOf } from '../../../src-main/analysis/inside/tree-view.ts';
import { stackTrees } from '../../../src-main/analysis/inside/stack.ts';
import { layerSource } from '../../../src-main/sources/archive/layer-stream.ts';
import { TreeBuilder } from '../../../src-main/sources/tree/tree-builder.ts';
import { walkTree } from '../../../src-main/sources/tree/walk-tree.ts';
import { strata } from '../../support/cli.ts';
import { writeArchive } from '../../support/write-archive.ts';

let folder: string;
const files: FileHandle[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-hostile-'));
});
afterEach(async () => {
  await Promise.all(files.splice(0).map((file) => file.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function member(bytes: Buffer) {
  const path = join(folder, 'layer');
  writeFileSync(path, bytes);
  const file = await open(path);
  files.push(file);
  return { file, start: 0, end: bytes.length };
}

/** Two megabytes that would be two gigabytes of zeros. */
function bomb(): Buffer {
  const packed = gzipSync(Buffer.alloc(16 << 20), { level: 9 });
  return Buffer.concat(Array.from({ length: 128 }, () => packed));
}

test('a layer that unpacks to gigabytes is refused before it has', { timeout: 120_000 }, async () => {
  const packed = bomb();
  expect(packed.length).toBeLessThan(4 << 20);
  const source = await layerSource(await member(packed));
  const skipped = (async () => source.skip(2 ** 40))();
  await expect(skipped).rejects.toThrow(/unpacks to more than/);
});

test('a hundred thousand names in one folder, links that go in circles, a path of 5,000 bytes', () => {
  const builder = new TreeBuilder({ knowsDisk: false });
  const facts = { kind: ENTRY_KIND.file, mode: 0o644, uid: 0, gid: 0, size: 1, mtimeMs: 0 };
  builder.add({ ...facts, path: 'a', kind: ENTRY_KIND.symlink, linkTarget: 'b' });
  builder.add({ ...facts, path: 'b', kind: ENTRY_KIND.symlink, linkTarget: 'a' });
  builder.add({ ...facts, path: 'self', hardLinkTo: 'self' });
  builder.add({ ...facts, path: `${'x/'.repeat(2500)}end` });
  for (let at = 0; at < 100_000; at += 1) builder.add({ ...facts, path: `many/${at}` });

  const tree = builder.finish();

  expect(tree.problems.map(({ path }) => path.slice(0, 4))).toEqual(['self', 'x/x/']);
  const stack = stackTrees([tree]);
  const totals = totalsOf(stack, 'stacked');
  expect(listFolder(stack, totals, '/many')).toHaveLength(100_000);
  expect(listFolder(stack, totals, '/a/b')).toBeUndefined();
});

test('a sparse terabyte is a size, and no more on the disk than it takes', async () => {
  writeFileSync(join(folder, 'sparse'), '');
  truncateSync(join(folder, 'sparse'), 2 ** 40);
  const tree = await walkTree(folder);
  expect(tree.sizes[1]).toBe(2 ** 40);
  expect(tree.diskBytes?.[1]).toBeLessThan(2 ** 20);
});

const NASTY = 'line\nbreak \u001b[31mred \u202egnp.exe';

test('names that would move the cursor or turn the text around are shown as escapes', async () => {
  const layers = [{ step: `RUN echo ${NASTY}`, files: { [`srv/${NASTY}`]: 'x' } }];
  const path = writeArchive(folder, { tag: 'nasty:1', layers });
  for (const command of [
    ['files', 'nasty:1', '/srv'],
    ['inspect'],
    ['files', 'nasty:1', '--find', '*gnp*'],
  ]) {
    const { stdout, code } = await strata(['--archive', path, ...command]);
    expect(code, command.join(' ')).toBe(0);
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
    expect(stdout).toMatch(/e\}gnp\.exe/);
  }
});

test('keys that are names of prototypes are data', async () => {
  const path = writeArchive(
    folder,
    { tag: 'proto:1', layers: [{ step: 'x', files: { a: 'b' } }] },
    (root) => {
      const manifest = join(root, 'manifest.json');
      writeFileSync(
        manifest,
        `[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},${JSON.stringify({
          Config: 'c.json',
          RepoTags: ['proto:1'],
          Layers: ['0/layer.tar'],
        }).slice(1)}]`,
      );
      const config = `{"__proto__":{"polluted":1},"rootfs":{"diff_ids":["sha256:${'0'.repeat(64)}"]},"config":{"Labels":{"__proto__":"x"}}}`;
      writeFileSync(join(root, 'c.json'), config);
    },
  );
  const { code, stdout } = await strata(['--archive', path, 'inspect', '--json']);
  expect(code).toBe(0);
  expect(stdout).toContain('the config says DiffID');
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});
