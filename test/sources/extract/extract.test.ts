import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stackTrees } from '../../../src-main/analysis/inside/stack.ts';
import { takeOut, type TakeSource } from '../../../src-main/services/inside/taken.ts';
import { fileOf } from '../../../src-main/sources/extract/file-of.ts';
import { Tally } from '../../../src-main/sources/extract/records.ts';
import { tarOf } from '../../../src-main/sources/extract/tar-of.ts';
import { writeFolder } from '../../../src-main/sources/extract/write-folder.ts';
import { writeTar } from '../../../src-main/sources/extract/write-tar.ts';
import { buildTree } from '../../support/build-tree.ts';
import { bytesOf, described, layersOf, unpack } from '../../support/taking.ts';

const isRoot = process.getuid?.() === 0;
let folder: string;
let layer: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-extract-'));
  [layer, out] = [join(folder, 'layer'), join(folder, 'out')];
  mkdirSync(layer);
  mkdirSync(out);
});
afterEach(() => {
  execFileSync('chmod', ['-R', 'u+rwx', folder]);
  rmSync(folder, { recursive: true, force: true });
});

const put = (path: string, content: string | Uint8Array = path): void => {
  mkdirSync(join(layer, path, '..'), { recursive: true });
  writeFileSync(join(layer, path), content);
};
const { signal } = new AbortController();
const into = (dir: string, source: TakeSource, path: string, tally = new Tally()): Promise<void> =>
  writeFolder(dir, takeOut(source, path), { tally, signal, keepOwners: isRoot });
const problemOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => expect.unreachable('it was written'),
    (thrown: Error) => thrown.message,
  );

/** All that files can be, below /srv. */
function everything(): void {
  put('srv/small', 'a');
  put('srv/empty', '');
  put('srv/blocks', Buffer.alloc(3 * 512, 'x'));
  put('srv/large', Buffer.alloc((3 << 20) + 77, 'large '));
  put(`srv/${'long'.repeat(30)}/${'name'.repeat(40)}/файл`, 'long');
  mkdirSync(join(layer, 'srv/nothing'));
  put('srv/deep/one', 'one inode');
  linkSync(join(layer, 'srv/deep/one'), join(layer, 'srv/two'));
  symlinkSync('../../etc/passwd', join(layer, 'srv/deep/out'));
  symlinkSync(`/${'far/'.repeat(60)}`, join(layer, 'srv/far'));
  symlinkSync('nowhere', join(layer, 'srv/dangling'));
  writeFileSync(Buffer.concat([Buffer.from(`${layer}/srv/caf`), Buffer.from([0xe9, 0xff])]), 'latin');
  symlinkSync(Buffer.from([0x2e, 0xe9]), join(layer, 'srv/odd-target'));
  put('srv/closed/in', 'read-only folder');
  chmodSync(join(layer, 'srv/small'), 0o640);
  chmodSync(join(layer, 'srv/closed'), 0o555);
  for (const [at, path] of ['srv/small', 'srv/closed/in', 'srv/closed', 'srv/deep', 'srv'].entries())
    utimesSync(join(layer, path), 1_600_000_000 + at, 1_600_000_000 + at);
  for (const path of ['srv/far', 'srv/deep/out', 'srv/dangling', 'srv/odd-target'])
    execFileSync('touch', ['-h', '-d', '@1600000500', join(layer, path)]);
}

test('the tar of a folder, unpacked by the system’s tar, is the folder', async () => {
  everything();
  const tally = new Tally();
  unpack(await bytesOf(tarOf(takeOut(await layersOf(layer), '/srv'), tally)), out);
  expect(described(out)).toEqual(described(layer));
  expect(tally).toMatchObject({ files: 8, folders: 6, links: 5, problemCount: 0 });
});

test.runIf(isRoot)('it unpacks for somebody who is not root, read-only folders too', async () => {
  everything();
  const tar = join(folder, 'srv.tar');
  writeFileSync(tar, await bytesOf(tarOf(takeOut(await layersOf(layer), '/srv'), new Tally())));
  for (const path of [folder, out, tar]) execFileSync('chown', ['65534:65534', path]);
  execFileSync('tar', ['-C', out, '-xpf', tar], { uid: 65534, gid: 65534, stdio: 'pipe' });
  expect(described(out)).toEqual(described(layer));
});

test('files in a folder are the same as well', async () => {
  everything();
  await into(out, await layersOf(layer), '/srv');
  expect(described(out)).toEqual(described(layer));
});

test('the whole root has no folder of its own around it', async () => {
  everything();
  const source = await layersOf(layer);
  await into(out, source, '/');
  expect(described(out)).toEqual(described(layer));
  const second = join(folder, 'second');
  mkdirSync(second);
  unpack(await bytesOf(tarOf(takeOut(source, '/'), new Tally())), second);
  expect(described(second)).toEqual(described(layer));
});

test('one file is its bytes', async () => {
  put('etc/blob', Buffer.alloc(2_500_000, 'blob'));
  const taken = takeOut(await layersOf(layer), '/etc/blob');
  expect(taken).toMatchObject({ name: 'blob', single: true, bytes: 2_500_000 });
  expect((await bytesOf(fileOf(taken, new Tally()))).equals(readFileSync(join(layer, 'etc/blob')))).toBe(
    true,
  );
});

test('of a stack each file comes from the layer that holds it, deleted ones do not come', async () => {
  const upper = join(folder, 'upper');
  put('etc/kept', 'kept');
  put('etc/changed', 'below');
  put('etc/gone', 'gone');
  mkdirSync(join(upper, 'etc'), { recursive: true });
  writeFileSync(join(upper, 'etc/changed'), 'above');
  const source = await layersOf(layer, upper);
  const [base, top] = source.stack.trees;
  const deleting = buildTree({ '/etc/gone': { kind: 'whiteout' } });
  const stack = stackTrees([base!, top!, deleting]);
  await into(out, { ...source, stack }, '/etc');
  expect(readdirSync(join(out, 'etc')).sort()).toEqual(['changed', 'kept']);
  expect(readFileSync(join(out, 'etc/changed'), 'utf8')).toBe('above');
});

test('a hard link whose first name is not taken, or is another file by now, is a file', async () => {
  put('a/first', 'shared');
  mkdirSync(join(layer, 'b'));
  linkSync(join(layer, 'a/first'), join(layer, 'b/second'));
  linkSync(join(layer, 'a/first'), join(layer, 'b/third'));
  await into(out, await layersOf(layer), '/b');
  const [second, third] = ['second', 'third'].map((name) => lstatSync(join(out, 'b', name)));
  expect(second).toMatchObject({ size: 6, nlink: 2, ino: third?.ino });

  const upper = join(folder, 'upper');
  mkdirSync(join(upper, 'a'), { recursive: true });
  writeFileSync(join(upper, 'a/first'), 'new');
  const all = join(folder, 'all');
  await into(all, await layersOf(layer, upper), '/');
  expect(['a/first', 'b/second', 'b/third'].map((path) => readFileSync(join(all, path), 'utf8'))).toEqual([
    'new',
    'shared',
    'shared',
  ]);
});

test('fifos, sockets and devices are left out and counted; one alone is refused', async () => {
  put('run/file');
  execFileSync('mkfifo', [join(layer, 'run/pipe')]);
  const server = createServer().listen(join(layer, 'run/socket'));
  await new Promise((resolve) => server.once('listening', resolve));
  if (isRoot) {
    execFileSync('mknod', [join(layer, 'run/null'), 'c', '1', '3']);
    execFileSync('mknod', [join(layer, 'run/whiteout'), 'c', '0', '0']);
  }
  const source = await layersOf(layer);
  server.close();
  const taken = takeOut(source, '/run');
  const special = isRoot ? { device: 1, deletion: 1 } : {};
  expect(Object.fromEntries(taken.leftOut.map(({ kind, count }) => [kind, count]))).toEqual({
    fifo: 1,
    socket: 1,
    ...special,
  });
  unpack(await bytesOf(tarOf(taken, new Tally())), out);
  expect(readdirSync(join(out, 'run'))).toEqual(['file']);
  expect(() => takeOut(source, '/run/pipe')).toThrow('/run/pipe is a fifo: only files, folders and links');
  expect(() => takeOut(source, '/run/nothing')).toThrow('/run/nothing is not in the test');
});

test('setuid, setgid and sticky bits stay in a tar and go in a folder', async () => {
  put('bin/su', 'su');
  chmodSync(join(layer, 'bin/su'), 0o6755);
  chmodSync(join(layer, 'bin'), 0o1777);
  const source = await layersOf(layer);
  await into(out, source, '/bin');
  expect(['bin/su', 'bin'].map((path) => lstatSync(join(out, path)).mode & 0o7777)).toEqual([0o755, 0o777]);
  const tar = await bytesOf(tarOf(takeOut(source, '/bin'), new Tally()));
  writeFileSync(join(folder, 'bin.tar'), tar);
  expect(execFileSync('tar', ['-tvf', join(folder, 'bin.tar')], { encoding: 'utf8' })).toContain(
    '-rwsr-sr-x',
  );
});

describe('while it is read', () => {
  test('a file that shrinks is filled with zeros and named; the tar stays whole', async () => {
    put('log/a', Buffer.alloc(5 << 20, 'a'));
    put('log/b', 'after it');
    const source = await layersOf(layer);
    const tally = new Tally();
    const parts: Buffer[] = [];
    for await (const chunk of tarOf(takeOut(source, '/log'), tally)) {
      parts.push(Buffer.from(chunk));
      if (chunk.length === 1 << 20) truncateSync(join(layer, 'log/a'), 2 << 20);
    }
    unpack(Buffer.concat(parts), out);
    const read = readFileSync(join(out, 'log/a'));
    expect(read.equals(Buffer.concat([Buffer.alloc(2 << 20, 'a'), Buffer.alloc(3 << 20)]))).toBe(true);
    expect(readFileSync(join(out, 'log/b'), 'utf8')).toBe('after it');
    expect(tally.problems).toEqual([
      '/log/a: it shrank while it was read: its last 3145728 bytes are zeros here',
    ]);
  });

  test('a file that grows has what it had when it was opened', async () => {
    put('log/a', Buffer.alloc(2 << 20, 'a'));
    const parts: Buffer[] = [];
    for await (const chunk of tarOf(takeOut(await layersOf(layer), '/log'), new Tally())) {
      parts.push(Buffer.from(chunk));
      if (parts.length === 2) writeFileSync(join(layer, 'log/a'), Buffer.alloc(9 << 20, 'a'));
    }
    unpack(Buffer.concat(parts), out);
    expect(lstatSync(join(out, 'log/a')).size).toBe(2 << 20);
  });

  test('a file that vanished, or became a link out of the layer, is left out and named, its other names too', async () => {
    put('etc/gone');
    put('etc/kept');
    put('etc/swapped');
    linkSync(join(layer, 'etc/gone'), join(layer, 'etc/other'));
    const source = await layersOf(layer);
    const [first] = [...takeOut(source, '/etc').hardLinks].map(({ to }) => to);
    for (const name of ['gone', 'other', 'swapped']) unlinkSync(join(layer, 'etc', name));
    symlinkSync('/etc/hostname', join(layer, 'etc/swapped'));
    for (const to of [out, join(folder, 'second')]) {
      const tally = new Tally();
      if (to === out) unpack(await bytesOf(tarOf(takeOut(source, '/etc'), tally)), out);
      else await into(to, source, '/etc', tally);
      expect(readdirSync(join(to, 'etc'))).toEqual(['kept']);
      expect(tally.problemCount).toBe(3);
      expect(tally.problems.join('\n')).toMatch(/swapped.*behind a link/);
      expect(tally.problems.join('\n')).toContain(`/${first}: `);
    }
  });
});

describe('into a folder, never', () => {
  test('outside it, whatever hostile names say', async () => {
    const names = ['..', '.', '', 'a/../../../b', '/abs', 'nul\0l'];
    const tree = { ...buildTree(Object.fromEntries(names.map((_, at) => [`/evil/n${at}`, 1]))) };
    const evil = {
      ...tree,
      names: tree.names.map((name) => (/^n\d$/.test(name) ? names[Number(name[1])]! : name)),
    };
    const source = { name: 'evil', stack: stackTrees([evil]), contents: () => expect.unreachable('read') };
    const taken = takeOut(source, '/evil');
    expect(taken.leftOut).toEqual([{ kind: 'name', count: names.length }]);
    await into(out, source, '/');
    expect(described(out).map((line) => line.split(' ')[0])).toEqual(['evil']);
    expect(readdirSync(folder).sort()).toEqual(['layer', 'out']);
  });

  test('over what is there: files, folders, links', async () => {
    put('etc/new');
    const source = await layersOf(layer);
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    for (const make of [
      () => writeFileSync(join(out, 'etc'), 'mine'),
      () => mkdirSync(join(out, 'etc')),
      () => symlinkSync(outside, join(out, 'etc')),
      () => symlinkSync('nowhere', join(out, 'etc')),
    ]) {
      make();
      const before = described(out);
      const message = await problemOf(into(out, source, '/etc'));
      expect(message).toBe(`Can't write ${out}/etc: something is there already, and it is not overwritten`);
      expect(described(out)).toEqual(before);
      expect(readdirSync(outside)).toEqual([]);
      rmSync(join(out, 'etc'), { recursive: true });
    }
  });

  test('through a link that is planted while it writes', async () => {
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    put('etc/a/first', 'first');
    put('etc/b/second', 'second');
    const source = await layersOf(layer);
    const planting: TakeSource = {
      ...source,
      async *contents(at, paths) {
        for await (const content of source.contents(at, paths)) {
          yield content;
          for (const name of ['a', 'b']) {
            if (readdirSync(join(out, 'etc', name)).length > 0) continue;
            rmSync(join(out, 'etc', name), { recursive: true });
            symlinkSync(outside, join(out, 'etc', name));
          }
        }
      },
    };
    expect(await problemOf(into(out, planting, '/etc'))).toMatch(
      /a part of its path is (?:a link|no folder)/,
    );
    expect(readdirSync(outside)).toEqual([]);
  });

  test('with half a file under the name of a whole one', async () => {
    put('etc/a', 'whole');
    const source = await layersOf(layer);
    const breaking: TakeSource = {
      ...source,
      async *contents() {
        yield { path: '/etc/a', size: 5, chunks: breaks() };
      },
    };
    async function* breaks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('wh');
      throw new Error('the disk broke');
    }
    expect(await problemOf(into(out, breaking, '/etc'))).toContain('the disk broke');
    expect(readdirSync(join(out, 'etc'))).toEqual([]);
  });
});

describe('a tar', () => {
  const some = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('first');
    yield Buffer.from('second');
  };
  const breaking = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('first');
    throw new Error('cut');
  };

  test('that is cut leaves nothing, not even over the one that was there', async () => {
    const path = join(out, 'a.tar');
    expect(await problemOf(writeTar(path, breaking(), null))).toBe('cut');
    expect(readdirSync(out)).toEqual([]);
    writeFileSync(path, 'older');
    expect(await problemOf(writeTar(path, breaking(), null))).toBe('cut');
    expect(readFileSync(path, 'utf8')).toBe('older');
    await writeTar(path, some(), null);
    expect(readFileSync(path, 'utf8')).toBe('firstsecond');
    expect(readdirSync(out)).toEqual(['a.tar']);
  });

  test('goes into a pipe or a device as it is, and never takes its place', async () => {
    const pipe = join(out, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [, read] = await Promise.all([writeTar(pipe, some(), null), bytesOf(readerOf(pipe))]);
    expect(read.toString()).toBe('firstsecond');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    await writeTar('/dev/null', some(), null);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test.runIf(existsSync('/dev/full'))('on a full disk is one clear line', async () => {
    expect(await problemOf(writeTar('/dev/full', some(), null))).toBe(
      "Can't write /dev/full: the disk is full",
    );
  });

  test('in a folder that is not there, and in place of a folder, is one clear line', async () => {
    expect(await problemOf(writeTar(join(out, 'no/a.tar'), some(), null))).toBe(
      `Can't write ${out}/no/a.tar: its folder is not there`,
    );
    expect(await problemOf(writeTar(out, some(), null))).toBe(`Can't write ${out}: it is a folder`);
  });
});

async function* readerOf(pipe: string): AsyncGenerator<Uint8Array> {
  const { open } = await import('node:fs/promises');
  const file = await open(pipe, 'r');
  yield await file.readFile();
  await file.close();
}
