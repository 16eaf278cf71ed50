import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ArchiveReport } from '../../src-main/contract/archive.ts';
import type { FolderListing, SecretsReport, WasteReport } from '../../src-main/contract/inside.ts';
import { strata, strataJson } from '../support/cli.ts';
import { writeArchive, type ArchiveDescription } from '../support/write-archive.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-inspect-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const CACHE = 'x'.repeat(2_000_000);
const shop: ArchiveDescription = {
  tag: 'shop:1',
  layers: [
    { step: 'ADD root /', files: { 'etc/hosts': 'localhost', 'srv/app': 'one' } },
    { step: 'RUN apt-get update', files: { 'var/lib/apt/lists/all': CACHE } },
    { step: 'RUN rm lists', files: { 'var/lib/apt/.wh.lists': '', 'srv/app': 'second' } },
  ],
};

interface Inspected {
  readonly images: readonly (ArchiveReport['images'][number] & { readonly waste: WasteReport })[];
  readonly notes: ArchiveReport['notes'];
}

test('inspect of an archive: layers in order, what each wastes and by which step, digests verified', async () => {
  const path = writeArchive(folder, shop);

  const { images, notes } = await strataJson<Inspected>(['--archive', path, 'inspect', 'shop:1']);

  expect(notes).toEqual([]);
  const [image] = images;
  expect(image?.layers.map(({ createdBy }) => createdBy)).toEqual(shop.layers.map(({ step }) => step));
  expect(image?.problems).toEqual([]);
  expect(image?.layers.flatMap(({ problems }) => problems)).toEqual([]);
  expect(image?.waste.layers.map(({ wastedBytes }) => wastedBytes)).toEqual([3, CACHE.length, 0]);
  expect(image?.waste.paths[0]).toMatchObject({ path: '/var/lib/apt/lists', reason: 'deleted', hiddenBy: 2 });
  expect(image?.waste.hints[0]).toMatch(
    /layer 1 \(RUN apt-get update\) adds 2\.0 MB of apt lists that layer 2/,
  );

  const { stdout } = await strata(['--archive', path, 'inspect']);
  expect(stdout).toContain('/var/lib/apt/lists');
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('a layer and a config whose bytes are not what their digests say are shown, and named', async () => {
  const path = writeArchive(folder, shop, (root) => {
    const config = readdirSync(root).find((name) => /^[0-9a-f]{64}\.json$/.test(name))!;
    const spoiled = readFileSync(join(root, config), 'utf8').replace('amd64', 'arm64');
    writeFileSync(join(root, config), spoiled);
    const layer = join(root, '0/layer.tar');
    writeFileSync(layer, readFileSync(layer, 'latin1').replace('localhost', 'LOCALHOST'), 'latin1');
  });

  const { images } = await strataJson<Inspected>(['--archive', path, 'inspect']);

  expect(images[0]?.problems).toHaveLength(1);
  expect(images[0]?.layers.map(({ problems }) => problems?.length)).toEqual([1, 0, 0]);
  const { stdout, code } = await strata(['--archive', path, 'inspect']);
  expect(code).toBe(0);
  expect(stdout).toContain('WRONG DIGEST: layer 0');
});

test('files of a ChainID shows what that layer did; --all the tree up to it', async () => {
  const path = writeArchive(folder, shop);
  const { images } = await strataJson<Inspected>(['--archive', path, 'inspect']);
  const chainId = images[0]!.layers[2]!.chainId;
  const names = async (...args: string[]) =>
    (await strataJson<FolderListing>(['--archive', path, 'files', ...args])).entries
      .map(({ change, path: at }) => `${change} ${at}`)
      .sort();

  expect(await names(chainId)).toEqual(['M /srv', 'M /var']);
  expect(await names(chainId.slice(0, 20), '/srv')).toEqual(['M /srv/app']);
  expect(await names(chainId, '--all')).toEqual(['M /srv', 'M /var', 'unchanged /etc']);
  expect(await names('shop:1', '--layer', '1')).toEqual(['A /var']);
  expect(await names('shop:1', '--layer', '1', '--all')).toEqual([
    'A /var',
    'unchanged /etc',
    'unchanged /srv',
  ]);
});

test('inspect without an image needs an archive', async () => {
  const { code, stderr } = await strata(['inspect', '--demo']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'strata: inspect needs an image: a tag or an id\n' });
});

test('a credential is masked until its value is asked for by its id', async () => {
  const token = ['ghp', '1aB2cD3eF4gH5iJ6kL7mN8oP9qR0sT1uV2wX'].join('_');
  const layers = [
    { step: `RUN echo ${token} > /app/token`, files: { 'app/token': `${token}\n`, 'var/empty': '' } },
    { step: 'RUN rm /app/token', files: { 'app/.wh.token': '' } },
  ];
  const path = writeArchive(folder, { tag: 'leaky:1', layers });
  for (const args of [['secrets', '--json'], ['secrets'], ['inspect'], ['inspect', '--json']]) {
    const { stdout, stderr } = await strata(['--archive', path, ...args, 'leaky:1']);
    expect(stdout + stderr, args.join(' ')).not.toContain(token);
  }
  const { findings } = await strataJson<SecretsReport>(['--archive', path, 'secrets', 'leaky:1']);
  expect(findings.map(({ where, deletedLater }) => `${where} ${deletedLater}`).sort()).toEqual([
    'file true',
    'step false',
  ]);
  const revealed = await strata(['--archive', path, 'secrets', 'leaky:1', '--reveal', findings[0]!.id]);
  expect(revealed.stdout).toBe(`${token}\n`);
  expect((await strata(['--archive', path, 'secrets', 'leaky:1', '--reveal', 'nothing'])).code).toBe(1);
});

test('the tables of an archive are about images and layers, with the bytes of their files', async () => {
  const path = writeArchive(folder, shop);
  const images = await strata(['--archive', path, 'images']);
  expect(images.stdout).toMatch(/Image\s+Id\s+Bytes\s+Layers\s+Platform\s+Created/);
  expect(images.stdout).toMatch(/shop:1\s+[0-9a-f]{12}\s+1\.91 MiB\s+3\s+linux\/amd64/);
  const { stdout } = await strata(['--archive', path, 'layers']);
  expect(stdout).toMatch(/ChainID\s+DiffID\s+Bytes\s+Files\s+Images\n/);
  expect((await strata(['--archive', path, 'containers'])).stderr).toBe('There are no containers.\n');
});

test('from an archive nothing is planned, and no engine is named beside it', async () => {
  const path = writeArchive(folder, shop);
  const plan = await strata(['--archive', path, 'plan']);
  expect(plan.code).toBe(1);
  expect(plan.stderr).toContain('Nothing is removed from an image archive');
  expect((await strata(['--archive', path, '--demo', 'images'])).code).toBe(2);
  expect((await strata(['--archive', path, '--host', 'unix:///x', 'images'])).code).toBe(2);
});
