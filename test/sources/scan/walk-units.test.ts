import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import fc from 'fast-check';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { walkUnits } from '../../../src-main/sources/scan/index.ts';
import { startWalker, type StartWalker } from '../../../src-main/sources/scan/walkers.ts';
import { countByHand, duOf, isRoot, newRoot, sumOfDisk, unit } from './support.ts';

let root = '';
let remove = (): void => undefined;
beforeEach(() => ({ root, remove } = newRoot()));
afterEach(() => remove());

type Action = { readonly kind: string; readonly at: number; readonly to: number; readonly bytes: number };
const KINDS = ['file', 'sparse', 'link', 'symlink', 'folder', 'odd', 'setuid', 'whiteout', 'fifo'];
const actions = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    at: fc.nat(40),
    to: fc.nat(40),
    bytes: fc.nat(20_000),
  }),
  { maxLength: 40 },
);
const ODD_NAMES = [
  Buffer.from([0x66, 0xff, 0xfe]),
  Buffer.from('\ufffd'),
  Buffer.from(' a\nb '),
  Buffer.from('—é'),
];

/** Three units; everything lands in one of them by its numbers. */
function makeTree(top: string, plan: readonly Action[]): void {
  const folders = ['a', 'b', 'c'].map((name) => join(top, name));
  const files: string[] = [];
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  plan.forEach(({ kind, at, to, bytes }, index) => {
    const folder = folders[at % folders.length]!;
    const path = join(folder, `n${index}`);
    if (kind === 'folder') {
      mkdirSync(path);
      folders.push(path);
    } else if (kind === 'symlink') symlinkSync(`/nowhere/${to}`, path);
    else if (kind === 'whiteout' || kind === 'fifo') {
      if (kind === 'fifo') execFileSync('mkfifo', [path]);
      else if (isRoot) execFileSync('mknod', [path, 'c', '0', '0']);
    } else if (kind === 'link' && files.length > 0) linkSync(files[to % files.length]!, path);
    else if (kind === 'odd') {
      const name = ODD_NAMES[to % ODD_NAMES.length]!;
      const odd = Buffer.concat([Buffer.from(`${folder}/${index}`), name]);
      mkdirSync(odd);
      writeFileSync(Buffer.concat([odd, Buffer.from('/'), name]), Buffer.alloc(bytes));
    } else {
      writeFileSync(path, Buffer.alloc(kind === 'sparse' ? 0 : bytes));
      if (kind === 'sparse') truncateSync(path, bytes * 100);
      if (kind === 'setuid') chmodSync(path, 0o4755);
      files.push(path);
    }
  });
}

test('the units of any tree add up to what du and an independent count say, hard links between them once', async () => {
  await fc.assert(
    fc.asyncProperty(actions, fc.boolean(), async (plan, immutable) => {
      const top = join(root, 'tree');
      rmSync(top, { recursive: true, force: true });
      makeTree(top, plan);
      const names = ['a', 'b', 'c'];
      const units = [unit('.', { without: names }), ...names.map((name) => unit(name, { immutable }))];

      const { units: measured, cancelled } = await walkUnits(top, units, { workers: 2 });

      expect(cancelled).toBe(false);
      expect(measured.map(({ path }) => path)).toEqual(['.', ...names]);
      expect(sumOfDisk(measured)).toBe(duOf(top));
      const whole = countByHand(top);
      for (const key of Object.keys(whole) as (keyof typeof whole)[]) {
        expect([key, measured.reduce((sum, { totals }) => sum + totals[key], 0)]).toEqual([key, whole[key]]);
      }
      expect(measured.flatMap(({ incomplete, issues }) => [incomplete, ...issues])).toEqual([
        null,
        null,
        null,
        null,
      ]);
    }),
    { numRuns: 10, seed: 3, endOnFailure: true },
  );
});

test('one walk of a single unit equals the sum of its parts', async () => {
  makeTree(root, fc.sample(actions, { numRuns: 1, seed: 11 })[0]!);
  const { units } = await walkUnits(root, [unit('.')]);
  expect(units[0]?.totals).toMatchObject(countByHand(root));
});

test('the content of a layer and of a volume is told apart from what the engine puts beside it', async () => {
  mkdirSync(join(root, 'overlay2/x/diff/etc'), { recursive: true });
  writeFileSync(join(root, 'overlay2/x/link'), 'ABC');
  writeFileSync(join(root, 'overlay2/x/diff/etc/hosts'), '12345');
  mkdirSync(join(root, 'volumes/v/_data'), { recursive: true });
  writeFileSync(join(root, 'volumes/v/opts.json'), '{}');

  const { units } = await walkUnits(root, [unit('overlay2/x'), unit('volumes/v'), unit('volumes')]);

  expect(units[0]).toMatchObject({
    totals: { bytes: 8, files: 2 },
    content: { bytes: 5, files: 1, folders: 2 },
  });
  expect(units[1]).toMatchObject({
    totals: { bytes: 2, files: 1 },
    content: { bytes: 0, files: 0, folders: 1 },
  });
  expect(units[2]).not.toHaveProperty('content');
});

test('a folder 3,000 deep, far beyond the longest path, is walked to its end', async () => {
  const dig =
    'import os,sys\nos.chdir(sys.argv[1])\nfor i in range(3000): os.mkdir("dddd"); os.chdir("dddd")\n';
  execFileSync('python3', ['-c', `${dig}open("bottom","w").write("hi!")`, root], { stdio: 'pipe' });
  for (const immutable of [true, false]) {
    const { units } = await walkUnits(root, [unit('.', { immutable })]);
    expect(units[0]).toMatchObject({ incomplete: null, totals: { folders: 3001, files: 1, bytes: 3 } });
  }
  expect(readdirSync('/proc/self/fd').length).toBeLessThan(200); // its handles are closed again
});

test('a link is counted as itself, never followed; as part of a unit’s path it makes the unit unknown', async () => {
  mkdirSync(join(root, 'outside'));
  writeFileSync(join(root, 'outside/big'), Buffer.alloc(100_000));
  mkdirSync(join(root, 'store'));
  symlinkSync('../outside', join(root, 'store/link'));

  const { units } = await walkUnits(join(root, 'store'), [unit('.'), unit('link'), unit('link/big')]);

  expect(units[0]?.totals).toMatchObject({ symlinks: 1, files: 0 });
  expect(units[1]?.totals).toMatchObject({ symlinks: 1, files: 0 });
  expect(units[2]?.incomplete).toMatch(/link is no folder/);
});

test('a path that leads out of the data root is refused', async () => {
  const { units } = await walkUnits(root, [unit('..'), unit('a/../../b'), unit('/etc')]);
  expect(units.map(({ incomplete }) => incomplete)).toEqual(Array(3).fill('is no path below the data root'));
});

test('a unit that is gone is unknown, not empty, and the others stand', async () => {
  mkdirSync(join(root, 'here'));
  const { units } = await walkUnits(root, [unit('gone'), unit('here')]);
  expect(units[0]?.incomplete).toMatch(/vanished/);
  expect(units[0]?.issues).toHaveLength(1);
  expect(units[1]).toMatchObject({ incomplete: null, totals: { folders: 1 } });
});

test('sockets are counted and not opened', async () => {
  const server = createServer().listen(join(root, 's'));
  await new Promise((resolve) => server.once('listening', resolve));
  const { units } = await walkUnits(root, [unit('.')]);
  server.close();
  expect(units[0]?.totals).toMatchObject({ others: 1, files: 0 });
});

test('a data root that does not exist is an error of its own kind', async () => {
  await expect(walkUnits(join(root, 'none'), [unit('.')])).rejects.toMatchObject({ code: 'not-found' });
});

test('a folder with very many entries is listed in parts and counted whole', async () => {
  mkdirSync(join(root, 'many'));
  const script = 'import os,sys\nfor i in range(40000): os.symlink("x", sys.argv[1]+"/%040d" % i)';
  execFileSync('python3', ['-c', script, join(root, 'many')], { stdio: 'pipe' });
  const { units } = await walkUnits(root, [unit('many')]);
  expect(units[0]?.totals).toMatchObject({ symlinks: 40_000 });
  expect(units[0]?.totals.diskBytes).toBe(duOf(join(root, 'many')));
});

test('a unit of very many entries is walked by several, and its hard links are counted once', async () => {
  // Every name in a folder has its other name in the folder sixty further on.
  const script = `
import os,sys
for i in range(130):
  d = "%s/%d" % (sys.argv[1], i); os.mkdir(d)
  for j in range(1000):
    f = "%s/%d" % (d, j)
    if i >= 60 and j < 20: os.link("%s/%d/%d" % (sys.argv[1], i - 60, j), f)
    elif j < 20: open(f, "w").write("x" * (i + j))
    else: os.symlink("x", f)`;
  mkdirSync(join(root, 'layer'));
  execFileSync('python3', ['-c', script, join(root, 'layer')], { stdio: 'pipe' });
  const expected = countByHand(join(root, 'layer'));
  for (const immutable of [true, false]) {
    let left = 0;
    const start: StartWalker = (program, events) =>
      startWalker(program, {
        ...events,
        message: (message) => {
          if ((message as { kind: string }).kind === 'left') left += 1;
          events.message(message);
        },
      });
    const { units } = await walkUnits(root, [unit('layer', { immutable })], { start, workers: 2 });
    expect(units[0]).toMatchObject({ incomplete: null, issues: [], totals: expected });
    expect(left).toBeGreaterThan(0);
  }
}, 60_000);

test.runIf(isRoot)('mounts are not entered, of another filesystem or of the same', async () => {
  for (const name of ['own', 'bind/inner', 'source/deep']) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, 'source/deep/file'), Buffer.alloc(50_000));
  const before = duOf(root);
  const mounted: string[] = [];
  const mount = (...args: string[]): void => {
    execFileSync('mount', args, { stdio: 'pipe' });
    mounted.push(args.at(-1)!);
  };
  try {
    try {
      mount('-t', 'tmpfs', 'none', join(root, 'own'));
      mount('--bind', join(root, 'source'), join(root, 'bind/inner'));
    } catch {
      return console.warn('SKIPPED: this machine lets nobody mount');
    }
    writeFileSync(join(root, 'own/file'), Buffer.alloc(50_000));
    const emptyFolders = duOf(join(root, 'source/deep')) - duOf(join(root, 'source/deep/file')); // one folder's blocks

    const { units } = await walkUnits(root, [unit('.'), unit('bind/inner'), unit('bind')]);

    expect(units[0]?.totals.files).toBe(1);
    expect(units[0]?.totals.diskBytes).toBe(before - 2 * emptyFolders);
    expect(units[1]?.incomplete).toMatch(/mounted at bind\/inner/);
    expect(units[2]).toMatchObject({ incomplete: null, totals: { files: 0, folders: 1 } });
  } finally {
    for (const path of mounted.reverse()) execFileSync('umount', [path]);
  }
  expect(existsSync(join(root, 'own/file'))).toBe(false);
});
