/** Files taken out of a real engine's store against what the engine itself gives of the same folder. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { strata } from '../support/cli.ts';
import { haveEngine, startEngine, type TestEngine } from '../support/engine.ts';
import { described, unpack } from '../support/taking.ts';

const available = haveEngine();
let engine: TestEngine;
let work: string;
const BUSYBOX = ['sh', 'rm', 'chmod', 'chown', 'mkdir', 'ln', 'echo', 'mkfifo', 'head', 'mv'];

beforeAll(() => {
  if (!available) return;
  work = mkdtempSync(join(tmpdir(), 'strata-extract-'));
  engine = startEngine();
  engine.docker(['import', rootTar(join(work, 'root')), 'take/base:1']);
  const steps = [
    'FROM take/base:1',
    'RUN rm /opt/data/gone && rm -rf /opt/data/folder && echo changed > /opt/data/changed',
    'RUN rm -rf /opt/again && mkdir /opt/again && echo fresh > /opt/again/fresh',
    'RUN chmod 640 /opt/data/mode && chown 12:34 /opt/data/owner && ln /opt/data/mode /opt/data/second',
    'RUN mkfifo /opt/pipe && chmod 4711 /opt/tool && mv /opt/data/moved /opt/moved',
  ];
  mkdirSync(join(work, 'context'));
  writeFileSync(join(work, 'context/Dockerfile'), steps.join('\n'));
  engine.docker(['build', '-q', '--network=none', '-t', 'take/app:1', join(work, 'context')]);
  const script = [
    'mkdir -p /srv/new/deep && echo one > /srv/new/deep/a && ln /srv/new/deep/a /srv/new/b',
    'ln -s ../../etc/shadow /srv/new/link && chmod 2750 /srv/new/deep && chown 7:8 /srv/new/b',
    'mkfifo /srv/new/pipe && head -c 3000000 /bin/busybox > /srv/new/blob && rm /opt/data/changed',
  ].join(' && ');
  engine.docker(['run', '--name', 'wrote', '--network', 'none', 'take/app:1', '/bin/sh', '-c', script]);
  engine.docker(['create', '--name', 'still', 'take/app:1', '/bin/sh']);
});
afterAll(() => {
  if (!available) return;
  engine.remove();
  rmSync(work, { recursive: true, force: true });
});

/** Busybox, and all that files can be. */
function rootTar(root: string): string {
  for (const folder of ['bin', 'etc', 'srv', 'opt/data/folder/deep', 'opt/again', 'opt/closed'])
    mkdirSync(join(root, folder), { recursive: true });
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
  for (const name of BUSYBOX) symlinkSync('busybox', join(root, 'bin', name));
  for (const name of ['gone', 'changed', 'mode', 'owner', 'moved', 'folder/in', 'folder/deep/in'])
    writeFileSync(join(root, 'opt/data', name), `${name}\n`);
  writeFileSync(join(root, 'opt/again/hidden'), 'hidden');
  writeFileSync(join(root, 'opt/tool'), 'tool');
  linkSync(join(root, 'opt/tool'), join(root, 'opt/data/tool'));
  symlinkSync('/etc/passwd', join(root, 'opt/absolute'));
  symlinkSync('../../../../etc/passwd', join(root, 'opt/data/upwards'));
  const latin = Buffer.concat([Buffer.from(`${root}/opt/caf`), Buffer.from([0xe9])]);
  writeFileSync(latin, 'latin');
  const long = join(root, 'opt', 'long'.repeat(30), 'name'.repeat(40));
  mkdirSync(join(long, '..'));
  writeFileSync(long, Buffer.alloc(2_000_000, 'long '));
  writeFileSync(join(root, 'opt/closed/in'), 'closed');
  chmodSync(join(root, 'opt/closed'), 0o555);
  execFileSync('mknod', [join(root, 'opt/zero'), 'c', '1', '5']);
  execFileSync('tar', ['-C', root, '--numeric-owner', '-cf', `${root}.tar`, '.']);
  return `${root}.tar`;
}

const run = (...args: string[]) => strata(args, { env: { DOCKER_HOST: engine.host } });
const folderOf = (name: string): string => mkdtempSync(join(work, name));
/** The engine's own tar, unpacked; what is special is left out by us. */
function fromEngine(...args: string[]): string[] {
  const to = folderOf('engine');
  const tar = execFileSync('/usr/bin/docker', ['-H', engine.host, ...args], { maxBuffer: 1 << 28 });
  unpack(tar, to);
  const lines = described(to, { owners: true }).filter((line) => !line.includes(' special'));
  expect(lines.length).toBeGreaterThan(5);
  return lines;
}

describe.skipIf(!available)('from a real engine', () => {
  test('a folder of an image as a tar is what docker cp gives of it', async () => {
    const tar = join(work, 'opt.tar');
    const { code, stderr } = await run('files', 'take/app:1', '/opt', '-o', tar);
    expect(code).toBe(0);
    expect(stderr).toMatch(/\nLeft out: (?:1 device, 1 fifo|1 fifo, 1 device)\n$/);
    const to = folderOf('ours');
    unpack(readFileSync(tar), to);
    expect(described(to, { owners: true })).toEqual(fromEngine('cp', 'still:/opt', '-'));
  });

  test('the same as files, without the setuid bit', async () => {
    const to = folderOf('files');
    expect((await run('files', 'take/app:1', '/opt', '--to', to)).code).toBe(0);
    const expected = fromEngine('cp', 'still:/opt', '-').map((line) => line.replace(/ 4711 /, ' 711 '));
    expect(described(to, { owners: true })).toEqual(expected);
  });

  test('the whole image is what docker export gives, but for what Docker puts into every container', async () => {
    const tar = join(work, 'all.tar');
    expect((await run('files', 'take/app:1', '/', '-o', tar)).code).toBe(0);
    const to = folderOf('all');
    unpack(readFileSync(tar), to);
    const own = /^(?:\.dockerenv|dev|proc|sys|etc)(?:\/\S*)? /;
    const not = (lines: readonly string[]): string[] => lines.filter((line) => !own.test(line));
    expect(not(described(to, { owners: true }))).toEqual(not(fromEngine('export', 'still')));
  });

  test('what a container wrote is what docker cp gives; what it deleted is counted', async () => {
    const to = folderOf('wrote');
    const tar = join(work, 'wrote.tar');
    expect((await run('diff', 'wrote', '/srv/new', '-o', tar)).stderr).toContain('Left out: 1 fifo');
    unpack(readFileSync(tar), to);
    expect(described(to, { owners: true })).toEqual(fromEngine('cp', 'wrote:/srv/new', '-'));
    const { code, stderr } = await run('diff', 'wrote', '/opt', '--to', folderOf('opt'));
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('1 mark of deletion'),
    });
  });

  test('out of a saved archive it is the same as out of the store', async () => {
    const archive = join(work, 'app.tar');
    engine.docker(['save', '-o', archive, 'take/app:1']);
    const [store, saved] = [folderOf('store'), folderOf('saved')];
    for (const layer of ['0', '2', '4']) {
      const at = ['files', 'take/app:1', '/opt', '--layer', layer];
      for (const [to, ...from] of [[store], [saved, '--archive', archive]] as const)
        expect((await run(...from, ...at, '--to', join(to, layer))).code).toBe(0);
      expect(described(join(saved, layer))).toEqual(described(join(store, layer)));
      expect(readdirSync(join(store, layer, 'opt')).length).toBeGreaterThan(0);
    }
  });

  test('nothing is written into the data root', async () => {
    const upper = engine.docker(['inspect', '-f', '{{.GraphDriver.Data.UpperDir}}', 'wrote']);
    const before = described(upper, { owners: true });
    await run('diff', 'wrote', '/', '--to', folderOf('again'));
    expect(described(upper, { owners: true })).toEqual(before);
  });
});
