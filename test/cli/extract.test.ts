import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { strata, strataJson } from '../support/cli.ts';
import { writeArchive, type ArchiveDescription } from '../support/write-archive.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-take-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const CACHE = 'x'.repeat(2_000_001);
const shop: ArchiveDescription = {
  tag: 'shop:1',
  layers: [
    { step: 'ADD root /', files: { 'etc/hosts': 'localhost', 'etc/conf/a': 'one', 'etc/conf/b': 'two' } },
    { step: 'RUN fill', files: { 'var/cache/all': CACHE, 'etc/conf/b': 'second' } },
    { step: 'RUN rm', files: { 'etc/conf/.wh.a': '', 'etc/conf/c': 'third' } },
  ],
};
const read = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8');
const packed = (root: string): void => {
  for (const at of [0, 1, 2]) {
    const path = join(root, `${at}/layer.tar`);
    writeFileSync(path, gzipSync(readFileSync(path)));
  }
};

describe.each([
  ['plain', () => undefined],
  ['packed', packed],
])('from an archive with %s layers', (_, spoil) => {
  const take = (...args: string[]) =>
    strata(['--archive', writeArchive(folder, shop, spoil), 'files', 'shop:1', ...args]);

  test('a folder as files: each from the layer that is seen, deleted ones not', async () => {
    const { code, stdout, stderr } = await take('/etc', '--to', join(folder, 'out'));
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: `3 files, 2 folders, 20 B → ${folder}/out\n`,
    });
    expect(readdirSync(join(folder, 'out/etc/conf')).sort()).toEqual(['b', 'c']);
    expect([read('out/etc/hosts'), read('out/etc/conf/b'), read('out/etc/conf/c')]).toEqual([
      'localhost',
      'second',
      'third',
    ]);
  });

  test('one layer alone as a tar, and what it only marks as deleted', async () => {
    const tar = join(folder, 'conf.tar');
    const { code, stderr } = await take('/etc/conf', '--layer', '2', '-o', tar);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `1 file, 1 folder, 5 B → ${tar}\nLeft out: 1 mark of deletion\n`,
    });
    expect(execFileSync('tar', ['-tf', tar], { encoding: 'utf8' })).toBe('conf/c\nconf/\n');
  });

  test('a large file, byte for byte', async () => {
    expect((await take('/var/cache/all', '--to', join(folder, 'out'))).code).toBe(0);
    expect(read('out/all') === CACHE).toBe(true);
  });
});

test('as JSON: what was taken, what was left out, what went wrong', async () => {
  const args = [
    '--archive',
    writeArchive(folder, shop),
    'files',
    'shop:1',
    '/etc',
    '--to',
    join(folder, 'out'),
  ];
  expect(await strataJson(args)).toEqual({
    files: 3,
    folders: 2,
    links: 0,
    bytes: 20,
    leftOut: [],
    problems: [],
    problemCount: 0,
    to: join(folder, 'out'),
  });
});

test.each([
  [['/nowhere', '-o', 'X'], 1, 'strata: /nowhere is not in shop:1\n'],
  [['etc', '-o', 'X'], 2, 'strata: etc: a path begins with /\n'],
  [['/etc', '--layer', '9', '-o', 'X'], 1, 'strata: shop:1 has no layer 9: it has 3, counted from 0\n'],
  [['/../../etc', '-o', 'X'], 1, 'strata: /../../etc is not in shop:1\n'],
])('%j is refused, and nothing is made', async (args, code, stderr) => {
  const path = writeArchive(folder, shop);
  const told = await strata([
    '--archive',
    path,
    'files',
    'shop:1',
    ...args.map((one) => (one === 'X' ? join(folder, 'x.tar') : one)),
  ]);
  expect(told).toEqual({ code, stdout: '', stderr });
  expect(readdirSync(folder).filter((name) => name.includes('x.tar'))).toEqual([]);
});

test('--to and -o, or --find with one of them, is wrong usage', async () => {
  const at = ['files', 'shop:1', '--to', 'a'];
  expect((await strata([...at, '-o', 'b'])).code).toBe(2);
  expect((await strata([...at, '--find', '*'])).code).toBe(2);
  expect((await strata(['diff', 'some', '/etc', '--demo'])).stderr).toContain(
    'A path is for -o FILE or --to DIR',
  );
});

test('cut off by Ctrl-C leaves no tar', async () => {
  const path = writeArchive(folder, shop);
  const stop = new AbortController();
  const running = strata(['--archive', path, 'files', 'shop:1', '/', '-o', join(folder, 'all.tar')], {
    signal: stop.signal,
  });
  stop.abort();
  expect((await running).code).toBe(1);
  expect(readdirSync(folder).filter((name) => name.includes('all.tar'))).toEqual([]);
});

test('a layer that is cut off leaves no tar; as files the ones before stay and are counted', async () => {
  const cut = (root: string): void => {
    const layer = join(root, '1/layer.tar');
    writeFileSync(layer, readFileSync(layer).subarray(0, 1_000_000));
  };
  mkdirSync(join(folder, 'out'));
  const path = writeArchive(folder, shop, cut);
  const tar = join(folder, 'all.tar');
  const asTar = await strata(['--archive', path, 'files', 'shop:1', '/', '-o', tar]);
  expect(asTar.stderr).toMatch(/^strata: The layer 1\/layer\.tar is damaged: .*\n$/);
  expect(existsSync(tar)).toBe(false);
  const asFiles = await strata(['--archive', path, 'files', 'shop:1', '/', '--to', join(folder, 'out')]);
  expect(asFiles).toMatchObject({ code: 1, stdout: '' });
  expect(asFiles.stderr).toMatch(/is damaged.*; \d files and 0 links were written to .*\/out before\n$/);
  expect(existsSync(join(folder, 'out/var/cache/all'))).toBe(false);
});

test('the demo store has no files to take', async () => {
  const { code, stderr } = await strata(['--demo', 'files', 'any', '/etc', '-o', join(folder, 'x.tar')]);
  expect(code).toBe(1);
  expect(stderr).toContain('The demo store has no files');
});
