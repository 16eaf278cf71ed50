/** What a real store holds more than once, against a shell script over its folders; old versions, against the disk. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SameContentGroup, SameContentReport } from '../../src-main/contract/same-content.ts';
import type { OldVersions } from '../../src-main/contract/store.ts';
import { strata } from '../support/cli.ts';
import { LIBRARY_BYTES, makeCopies } from '../support/copies-store.ts';
import { haveEngine, makeImages, startEngine, type TestEngine } from '../support/engine.ts';

interface Duplicates {
  readonly layers: readonly { readonly chainIds: readonly string[]; readonly wastedDiskBytes: number }[];
  readonly files: SameContentReport;
  readonly versions: OldVersions;
}

const available = haveEngine();
let engine: TestEngine;

beforeAll(() => {
  if (!available) return;
  engine = startEngine();
  makeImages(engine, { imagesOnly: true });
  makeCopies(engine);
});
afterAll(() => {
  if (!available) return;
  engine.remove();
});

async function duplicates(...args: string[]): Promise<Duplicates> {
  const env = { DOCKER_HOST: engine.host };
  const { code, stdout, stderr } = await strata(['--json', 'duplicates', ...args], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Duplicates;
}

describe.skipIf(!available)('stored more than once in a real engine', () => {
  test('the same files are those that sha256sum finds, in the same layers, hashed and sure', async () => {
    const { files } = await duplicates();
    const expected = hashedGroups();

    expect(files.problems).toEqual([]);
    expect(files.groups.map(placesOf).sort()).toEqual(
      [...expected.values()].map(({ places }) => places).sort(),
    );
    expect(files.groupCount).toBe(expected.size);
    expect(files.savesBytes).toBe(
      [...expected.values()].reduce((sum, { bytes, places }) => sum + bytes * (places.length - 1), 0),
    );
    expect(new Set(files.groups.map(({ sameness }) => sameness))).toEqual(new Set(['same']));
  });

  test('a group says which images carry it and by which step', async () => {
    const { files } = await duplicates();
    const ids = ['one', 'two', 'three'].map((name) =>
      engine.docker(['inspect', '-f', '{{.Id}}', `copies/${name}:1`]),
    );
    const library = files.groups.find(({ places }) => places.some(({ path }) => path === '/srv/opt/lib.so'));
    expect(library).toMatchObject({
      bytes: LIBRARY_BYTES,
      copies: 4,
      savesBytes: 3 * LIBRARY_BYTES,
      imageCount: 3,
    });
    expect([...library!.images].sort()).toEqual(ids.sort());
    expect(library!.places.every(({ createdBy }) => createdBy!.includes('COPY'))).toBe(true);
    // One byte differs at the beginning: as large, and no copy.
    const other = files.groups.find(({ places }) => places.some(({ path }) => path === '/srv/own.bin'));
    expect(other!.places.map(({ path }) => path).sort()).toEqual(['/srv/copy.bin', '/srv/own.bin']);
  });

  test('the same files without a table: the terminal says what it costs', async () => {
    const { stdout } = await strata(['duplicates'], { env: { DOCKER_HOST: engine.host } });
    expect(stdout).toMatch(/Layers stored twice: \d+/);
    expect(stdout).toMatch(/Files stored more than once: \d+/);
    expect(stdout).toMatch(/all but the newest of each repository free/);
  });

  test('what old versions free together is what leaves the disk when they go', async () => {
    const { versions } = await duplicates('--keep', '1');
    const going = versions.repositories.flatMap(({ images }) =>
      images.filter(({ fate }) => fate === 'goes').flatMap(({ tags }) => tags),
    );
    expect(going).toEqual(['strata/app-a:1.1', 'strata/app-a:1.0']);
    const runtime = versions.repositories.find(({ repository }) => repository === 'strata/runtime');
    expect(runtime?.images.at(-1)).toMatchObject({
      tags: ['strata/runtime:1'],
      fate: 'stays',
      because: expect.stringMatching(/was built on it and stays$/) as string,
    });
    const before = bytesOfFolders();
    for (const tag of going) engine.docker(['rmi', tag]);
    expect(before - bytesOfFolders()).toBe(versions.freesDiskBytes);
  });
});

function placesOf({ places }: SameContentGroup): string[] {
  return places.map(({ chainId, path }) => `${chainId} ${path}`).sort();
}

/** Each inode of a layer of at least 64 KiB once, by its hash, where several have the same. */
function hashedGroups(): Map<string, { bytes: number; places: string[] }> {
  const layerdb = join(engine.dataRoot, 'image/overlay2/layerdb/sha256');
  const groups = new Map<string, { bytes: number; places: string[] }>();
  for (const chain of readdirSync(layerdb)) {
    const cacheId = readFileSync(join(layerdb, chain, 'cache-id'), 'utf8');
    const list = `find . -type f -size +65535c -printf '%i %s %p\\n' | sort -u -k1,1n | while read -r inode size path; do
      echo "$(sha256sum < "$path" | cut -c1-64) $size $path"; done`;
    const lines = execFileSync('sh', ['-c', list], {
      cwd: join(engine.dataRoot, 'overlay2', cacheId, 'diff'),
      encoding: 'utf8',
    });
    for (const [, hash, size, path] of lines.matchAll(/^([0-9a-f]{64}) (\d+) \.(.*)$/gm)) {
      const group = groups.get(hash!) ?? { bytes: Number(size), places: [] };
      group.places.push(`sha256:${chain} ${path}`);
      groups.set(hash!, group);
    }
  }
  for (const [hash, { places }] of groups) {
    if (places.length < 2) groups.delete(hash);
    else places.sort();
  }
  return groups;
}

/** Of overlay2, folders of layers and their short names; its own directories never shrink. */
function bytesOfFolders(): number {
  const du = (path: string): number =>
    Number(execFileSync('du', ['-s', '-x', '--block-size=1', path], { encoding: 'utf8' }).split('\t')[0]);
  const overlay = join(engine.dataRoot, 'overlay2');
  return readdirSync(overlay)
    .filter((name) => name !== 'l')
    .reduce((sum, name) => sum + du(join(overlay, name)), linkBytes(join(overlay, 'l')));
}

function linkBytes(folder: string): number {
  const lines = execFileSync(
    'sh',
    ['-c', `stat -c '%b' "$0"/* | awk '{ sum += $1 } END { print sum * 512 }'`, folder],
    {
      encoding: 'utf8',
    },
  );
  return Number(lines);
}
