import { lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readDisk } from '../../../src-main/sources/disk/index.ts';
import { mountedNames, namesIn } from '../../../src-main/sources/disk/mounted.ts';
import { readOverlay2 } from '../../../src-main/sources/disk/overlay2.ts';
import { markUnchanged } from '../../../src-main/sources/disk/owners.ts';
import { Reading } from '../../../src-main/sources/disk/reading.ts';
import type { DiskFolder } from '../../../src-main/sources/disk/records.ts';
import type { WrittenStore } from '../../support/write-store.ts';
import { writeStore } from '../../support/write-store.ts';

const ORPHAN = 'e'.repeat(64);
const NOBODY = { layerdb: { present: true, layers: [], removing: [], tmp: [] }, mounts: [], snapshots: [] };

let store: WrittenStore;
beforeEach(() => {
  store = writeStore({
    layers: { base: { 'bin/sh': 'shell' }, app: { 'srv/app': 'app' } },
    images: { 'app:1': { layers: ['base', 'app'] } },
    containers: { job: { image: 'app:1', log: 'hello\n' } },
    orphans: { [ORPHAN]: { left: 'over' } },
  });
});
afterEach(() => store.remove());

const at = (...parts: string[]): string => join(store.root, ...parts);
const find = (folders: readonly DiskFolder[], name: string): DiskFolder | undefined =>
  folders.find((folder) => folder.name === name);

describe('short names', () => {
  test('a folder knows its short name and what that takes on the disk', async () => {
    const { folders } = await readDisk(store.root);
    for (const folder of folders)
      expect(folder.linkDiskBytes).toBe(lstatSync(at('overlay2/l', folder.link!)).blocks * 512);
  });

  test('one that points nowhere is dead, one whose folder lost it counts nothing', async () => {
    const top = store.images['app:1']!.cacheIds[1]!;
    symlinkSync(`../${'f'.repeat(64)}/diff`, at('overlay2/l/AAAAAAAAAAAAAAAAAAAAAAAAAA'));
    symlinkSync('/etc', at('overlay2/l/BBBBBBBBBBBBBBBBBBBBBBBBBB'));
    const before = find((await readDisk(store.root)).folders, top)!;
    unlinkSync(at('overlay2/l', before.link!));
    const disk = await readDisk(store.root);
    expect([...disk.deadLinks].sort()).toEqual(['AAAAAAAAAAAAAAAAAAAAAAAAAA', 'BBBBBBBBBBBBBBBBBBBBBBBBBB']);
    expect(find(disk.folders, top)).toMatchObject({ link: before.link, linkDiskBytes: 0 });
  });

  test('two folders that claim one short name: only its target has it', async () => {
    const [base, top] = store.images['app:1']!.cacheIds as [string, string];
    const name = find((await readDisk(store.root)).folders, base)!.link!;
    writeFileSync(at('overlay2', top, 'link'), name);
    const { folders } = await readDisk(store.root);
    expect(find(folders, top)?.linkDiskBytes).toBe(0);
    expect(find(folders, base)?.linkDiskBytes).toBe(lstatSync(at('overlay2/l', name)).blocks * 512);
  });

  test('a link file that leaves the folder of short names is no short name', async () => {
    writeFileSync(at('overlay2', ORPHAN, 'link'), '../../../etc/passwd');
    const disk = await readDisk(store.root);
    expect(find(disk.folders, ORPHAN)).toMatchObject({ link: null, linkDiskBytes: 0 });
    expect(disk.issues).toEqual([{ where: `overlay2/${ORPHAN}/link`, what: 'holds no short name' }]);
  });
});

test('links and files in overlay2 are no folders of it', async () => {
  symlinkSync('/', at('overlay2', 'd'.repeat(64)));
  writeFileSync(at('overlay2/stray'), '');
  const disk = await readDisk(store.root);
  expect(disk.folders.map(({ name }) => name)).not.toContain('d'.repeat(64));
  expect(disk.issues.map(({ where }) => where).sort()).toEqual([
    `overlay2/${'d'.repeat(64)}`,
    'overlay2/stray',
  ]);
});

describe('the second look', () => {
  test('a folder that a layer being registered names is owned', async () => {
    mkdirSync(at('image/overlay2/layerdb/tmp/write-set-1'));
    writeFileSync(at('image/overlay2/layerdb/tmp/write-set-1/cache-id'), ORPHAN);
    mkdirSync(at('image/overlay2/layerdb/tmp/write-set-2'));
    const disk = await readDisk(store.root);
    expect(find(disk.folders, ORPHAN)?.unchangedBetweenLooks).toBe(false);
    expect(disk.removing).toEqual([{ entry: 'tmp/write-set-1', cacheId: ORPHAN }]);
    expect([...disk.layerdbTmp].sort()).toEqual(['write-set-1', 'write-set-2']);
  });

  test('a folder of a removal cut in the middle is owned by it', async () => {
    const entry = `${'a'.repeat(64)}-831-removing`;
    mkdirSync(at('image/overlay2/layerdb/sha256', entry));
    writeFileSync(at('image/overlay2/layerdb/sha256', entry, 'cache-id'), ORPHAN);
    const disk = await readDisk(store.root);
    expect(find(disk.folders, ORPHAN)?.unchangedBetweenLooks).toBe(false);
    expect(disk.removing).toEqual([{ entry, cacheId: ORPHAN }]);
    expect(disk.layers).toHaveLength(2);
  });

  test('a folder that got its owner after the first look is not marked', async () => {
    const reading = new Reading(store.root, undefined);
    const { folders } = await readOverlay2(reading);
    const marked = await markUnchanged(reading, folders, NOBODY);
    expect(marked.filter((folder) => folder.unchangedBetweenLooks).map(({ name }) => name)).toEqual([ORPHAN]);
  });

  test('a folder that changed or went since the listing is not marked', async () => {
    const reading = new Reading(store.root, undefined);
    const { folders } = await readOverlay2(reading);
    const older = folders.map((folder) => ({ ...folder, modifiedMs: folder.modifiedMs! - 5000 }));
    expect((await markUnchanged(reading, older, NOBODY)).some((folder) => folder.unchangedBetweenLooks)).toBe(
      false,
    );
    rmSync(at('overlay2', ORPHAN), { recursive: true });
    expect(
      (await markUnchanged(reading, folders, NOBODY)).some((folder) => folder.unchangedBetweenLooks),
    ).toBe(false);
  });
});

test('a mount names its folder by mount point, upperdir and short names', () => {
  const names = namesIn(
    '36 25 0:40 / /var/lib/docker/overlay2/aa11/merged rw - overlay overlay rw,' +
      'lowerdir=/var/lib/docker/overlay2/l/ABC:/var/lib/docker/overlay2/l/DEF,' +
      'upperdir=/var/lib/docker/overlay2/aa11/diff,workdir=/var/lib/docker/overlay2/bb22/work\n' +
      '40 25 8:1 / /mnt/overlay2-backup rw - ext4 /dev/sda1 rw\n' +
      `41 25 0:41 / /data/overlay2/cc33-init/merged rw - overlay overlay rw,lowerdir=l/${'A'.repeat(26)}:l/${'B'.repeat(26)},` +
      'upperdir=dd44/diff,workdir=dd44/work,index=off\n',
  );
  const short = [`l/${'A'.repeat(26)}`, `l/${'B'.repeat(26)}`];
  expect([...names].sort()).toEqual(['aa11', 'bb22', 'cc33-init', 'dd44', ...short, 'l/ABC', 'l/DEF'].sort());
});

test('a mount in the engine’s own namespace counts, whether or not ours shows it', () => {
  const proc = mkdtempSync(join(tmpdir(), 'strata-proc-'));
  const process = (pid: string, namespace: string, mountinfo: string | null): void => {
    mkdirSync(join(proc, pid, 'ns'), { recursive: true });
    symlinkSync(`mnt:[${namespace}]`, join(proc, pid, 'ns/mnt'));
    if (mountinfo !== null) writeFileSync(join(proc, pid, 'mountinfo'), mountinfo);
  };
  const merged = (name: string): string =>
    `36 25 0:40 / /var/snap/docker/common/overlay2/${name}/merged rw - overlay overlay rw\n`;
  process('self', '1', merged('aa11'));
  process('7', '1', 'not asked again');
  process('8', '2', null); // ended while we looked
  process('9', '2', merged('bb22'));
  mkdirSync(join(proc, 'sys'));
  expect([...mountedNames(proc)].sort()).toEqual(['aa11', 'bb22']);
  rmSync(join(proc, 'self'), { recursive: true });
  expect(() => mountedNames(proc)).toThrow(/ENOENT/);
  rmSync(proc, { recursive: true });
});

test('all log files of a container are found: rotated, packed, of the local driver, and cached', async () => {
  const { id } = store.containers['job']!;
  const folder = at('containers', id);
  for (const name of [
    `${id}-json.log.1`,
    `${id}-json.log.2.gz`,
    'container-cached.log',
    'container-cached.log.1',
  ])
    writeFileSync(join(folder, name), 'log');
  mkdirSync(join(folder, 'local-logs'));
  writeFileSync(join(folder, 'local-logs/container.log'), 'local');
  writeFileSync(join(folder, 'local-logs/container.log.1.gz'), 'local');
  // None of ours: another container's, a link out of the data root, and files that only look like logs.
  writeFileSync(join(folder, `${'0'.repeat(64)}-json.log`), 'other');
  symlinkSync('/var/log/syslog', join(folder, 'local-logs/container.log.2'));
  writeFileSync(join(folder, `${id}-json.log.old`), 'x');
  const [container] = (await readDisk(store.root)).containers;
  const names = container?.logs?.map(({ path }) => path.replace(`containers/${id}/`, '')).sort();
  expect(names).toEqual(
    [
      `${id}-json.log`,
      `${id}-json.log.1`,
      `${id}-json.log.2.gz`,
      'container-cached.log',
      'container-cached.log.1',
      'local-logs/container.log',
      'local-logs/container.log.1.gz',
    ].sort(),
  );
  expect(container?.logs?.every((log) => log.bytes > 0 && log.diskBytes > 0)).toBe(true);
});
