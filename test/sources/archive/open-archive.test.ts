import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { entryPath, type LayerTree } from '../../../src-main/model/tree.ts';
import { ImageArchive } from '../../../src-main/sources/archive/open-archive.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-archive-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const put = (path: string, bytes: Uint8Array | string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
};
const blob = (root: string, bytes: Uint8Array | string) => {
  const digest = `sha256:${sha(Buffer.from(bytes))}`;
  put(join(root, 'blobs', 'sha256', digest.slice(7)), bytes);
  return { digest, size: bytes.length };
};
const paths = (tree: LayerTree) =>
  Array.from({ length: tree.length - 1 }, (_, i) => entryPath(tree, i + 1)).sort();

/** A layer's tar made by GNU tar from files. */
function layerTar(name: string, files: Record<string, string>): Buffer {
  const root = join(folder, `layer-${name}`);
  mkdirSync(root);
  for (const [path, text] of Object.entries(files)) put(join(root, path), text);
  const tar = join(folder, `${name}.tar`);
  execFileSync('tar', ['--sort=name', '--mtime=@0', '-C', root, '-cf', tar, '.']);
  return readFileSync(tar);
}

const base = () => layerTar('base', { 'etc/hosts': 'localhost', 'etc/old': 'x' });
const top = () => layerTar('top', { 'etc/.wh.old': '', 'srv/app': 'hello' });
const config = (...layers: Buffer[]) =>
  JSON.stringify({
    os: 'linux',
    architecture: 'amd64',
    created: '2024-01-02T03:04:05Z',
    config: { Env: ['A=b'], Labels: { k: 'v' } },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => `sha256:${sha(layer)}`) },
    history: [
      { created_by: 'import' },
      { created_by: 'ENV A=b', empty_layer: true },
      { created_by: 'COPY app /srv' },
    ],
  });

function ociLayout(root: string, packed: Buffer[], plain: Buffer[]): void {
  const configBlob = blob(root, config(...plain));
  const layers = packed.map((layer) => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    ...blob(root, layer),
  }));
  const manifest = blob(root, JSON.stringify({ schemaVersion: 2, config: configBlob, layers }));
  put(join(root, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  put(
    join(root, 'index.json'),
    JSON.stringify({
      manifests: [
        { ...manifest, annotations: { 'org.opencontainers.image.ref.name': 'app:1' } },
        { digest: `sha256:${'1'.repeat(64)}`, platform: { os: 'linux', architecture: 'arm64' } },
        {
          digest: `sha256:${'2'.repeat(64)}`,
          annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
        },
      ],
    }),
  );
}

async function expectAppImage(path: string): Promise<ImageArchive> {
  const archive = await ImageArchive.open(path);
  const [image] = archive.images;
  expect(image).toMatchObject({ tags: ['app:1'], platform: 'linux/amd64', env: ['A=b'], labels: { k: 'v' } });
  const trees = await Promise.all(image!.layers.map((layer) => archive.tree(layer)));
  expect(trees.map(paths)).toEqual([
    ['/etc', '/etc/hosts', '/etc/old'],
    ['/etc', '/etc/old', '/srv', '/srv/app'],
  ]);
  return archive;
}

test('a docker save archive of the old layout, with a layer that is a link to another', async () => {
  const root = join(folder, 'save');
  const [one, two] = [base(), top()];
  put(join(root, 'aaa/layer.tar'), one);
  put(join(root, 'bbb/real.tar'), two);
  symlinkSync('../bbb/real.tar', join(root, 'aaa', 'link.tar'));
  put(join(root, 'cfg.json'), config(one, two));
  put(
    join(root, 'manifest.json'),
    JSON.stringify([{ Config: 'cfg.json', RepoTags: ['app:1'], Layers: ['aaa/layer.tar', 'aaa/link.tar'] }]),
  );
  const tar = join(folder, 'save.tar');
  execFileSync('tar', ['-C', root, '-cf', tar, '.']);

  const archive = await expectAppImage(tar);
  const read: Record<string, string> = {};
  await archive.readFiles(
    archive.images[0]!.layers[1]!,
    (path) => (path === '/srv/app' ? 100 : 0),
    (path, bytes) => (read[path] = Buffer.from(bytes).toString()),
  );
  expect(read).toEqual({ '/srv/app': 'hello' });
  await archive.close();
});

test('an OCI layout, as a folder and as a tar, with gzip and zstd layers; what is not here is a note', async () => {
  const root = join(folder, 'oci');
  const [one, two] = [base(), top()];
  ociLayout(root, [gzipSync(one), zstdCompressSync(two)], [one, two]);
  const tar = join(folder, 'oci.tar');
  execFileSync('tar', ['-C', root, '-cf', tar, '.']);

  for (const path of [root, tar]) {
    const archive = await expectAppImage(path);
    expect(archive.notes.map((note) => note.what)).toEqual([
      'linux/arm64: listed, but not in this archive',
      'attestation (how an image was built), no image',
    ]);
    for (const layer of archive.images[0]!.layers) expect(await archive.verify(layer)).toEqual([]);
    await archive.close();
  }
});

test('a wrong digest is shown', async () => {
  const root = join(folder, 'oci');
  const [one, two] = [base(), top()];
  ociLayout(root, [gzipSync(one), gzipSync(two)], [one, one]);
  const archive = await ImageArchive.open(root);
  expect(await archive.verify(archive.images[0]!.layers[0]!)).toEqual([]);
  expect((await archive.verify(archive.images[0]!.layers[1]!))[0]).toContain('the config says DiffID');
  await archive.close();
});

test('a gzip layer that is cut off gives a tree with a problem', async () => {
  const root = join(folder, 'oci');
  const [one, two] = [base(), top()];
  const packed = gzipSync(one);
  ociLayout(root, [packed.subarray(0, packed.length >> 1), gzipSync(two)], [one, two]);
  const archive = await ImageArchive.open(root);
  expect((await archive.tree(archive.images[0]!.layers[0]!)).problems.length).toBeGreaterThan(0);
  await archive.close();
});

test('a tar that is cut off, inside a member or between two, is damaged, not of another kind', async () => {
  const root = join(folder, 'oci');
  const [one, two] = [base(), top()];
  ociLayout(root, [gzipSync(one), gzipSync(two)], [one, two]);
  const tar = join(folder, 'oci.tar');
  execFileSync('tar', ['--sort=name', '-C', root, '-cf', tar, 'blobs', 'index.json', 'oci-layout']);
  const whole = readFileSync(tar);
  const atIndex = whole.indexOf('index.json');
  for (const length of [atIndex, atIndex + 600, 512]) {
    writeFileSync(tar, whole.subarray(0, length));
    await expect(ImageArchive.open(tar), String(length)).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining('cut off'),
    });
  }
});

test.each([
  ['nothing there', null, 'not-found'],
  ['no archive', 'hello, this is text and no archive at all', 'unsupported'],
  ['a gzip file', gzipSync('x'.repeat(2000)), 'unsupported'],
])('%s: an error that says what to do', async (_, content, code) => {
  const path = join(folder, 'file');
  if (content !== null) writeFileSync(path, content);
  await expect(ImageArchive.open(path)).rejects.toMatchObject({ code });
});

test.each([
  ['manifest.json', '{"not":"a list"}'],
  ['manifest.json', '[{"Config":"missing.json","Layers":[]}]'],
  ['manifest.json', '[{"__proto__":{"Config":"x"}}]'],
  ['index.json', '{"manifests":[{"digest":"sha256:../../etc/passwd"}]}'],
])('a damaged %s is an error, not an empty archive', async (name, text) => {
  const root = join(folder, 'bad');
  put(join(root, name), text);
  await expect(ImageArchive.open(root)).rejects.toMatchObject({ code: 'failed' });
});

const index = (root: string, manifests: readonly unknown[]): void =>
  put(join(root, 'index.json'), JSON.stringify({ manifests }));

test('manifest.json and index.json in one: tags of the one, digests and what is no image of the other', async () => {
  const root = join(folder, 'both');
  const [one, two] = [base(), top()];
  ociLayout(root, [one, two], [one, two]);
  const layers = [one, two].map((layer) => `blobs/sha256/${sha(layer)}`);
  const manifest = [
    { Config: `blobs/sha256/${sha(Buffer.from(config(one, two)))}`, RepoTags: ['app:1'], Layers: layers },
  ];
  put(join(root, 'manifest.json'), JSON.stringify(manifest));

  const archive = await expectAppImage(root);
  expect(archive.images).toHaveLength(1);
  expect(archive.images[0]?.manifestDigest).toMatch(/^sha256:[a-f0-9]{64}$/);
  expect(archive.images[0]?.layers[0]).toMatchObject({
    digest: `sha256:${sha(one)}`,
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    compression: 'none',
  });
  expect(archive.notes).toHaveLength(2);
  await archive.close();

  put(join(root, 'index.json'), '{"manifests":"none"}');
  const damaged = await expectAppImage(root);
  expect(damaged.notes).toEqual([{ digest: 'index.json', what: expect.stringContaining('is damaged') }]);
  await damaged.close();
});

test('a name of an index is that of the images it lists; an artifact and a platform without layers are notes', async () => {
  const root = join(folder, 'nested');
  const [one, two] = [base(), top()];
  ociLayout(root, [gzipSync(one), gzipSync(two)], [one, two]);
  const { manifests } = JSON.parse(readFileSync(join(root, 'index.json'), 'utf8')) as {
    manifests: { digest: string; size: number }[];
  };
  const { digest, size } = manifests[0]!;
  const chart = blob(
    root,
    JSON.stringify({ config: { digest, mediaType: 'application/vnd.cncf.helm.config.v1+json' } }),
  );
  const absent = { digest: `sha256:${'3'.repeat(64)}` };
  const arm = blob(root, JSON.stringify({ config: absent, layers: [] }));
  const platform = { os: 'linux', architecture: 'arm64' };
  const inner = blob(
    root,
    JSON.stringify({
      manifests: [
        { digest, size },
        { ...arm, platform },
      ],
    }),
  );
  index(root, [
    {
      ...inner,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      annotations: { 'org.opencontainers.image.ref.name': 'app:1' },
    },
    chart,
  ]);

  const archive = await expectAppImage(root);
  expect(archive.notes).toEqual([
    { digest: arm.digest, what: 'linux/arm64: its manifest is here, its layers are not' },
    { digest: chart.digest, what: 'application/vnd.cncf.helm.config.v1+json: an artifact, no image' },
  ]);
  await archive.close();

  index(root, [{ ...arm, platform }]);
  await expect(ImageArchive.open(root)).rejects.toThrow('not in the archive: it is incomplete');
});

test('a blob that can’t be unpacked to its end still has the digest of all its bytes', async () => {
  const root = join(folder, 'oci');
  const [one, two] = [base(), top()];
  const packed = Buffer.concat([gzipSync(one), Buffer.alloc(3 << 20, 'no gzip')]);
  ociLayout(root, [packed, gzipSync(two)], [one, two]);
  const archive = await ImageArchive.open(root);
  expect(await archive.verify(archive.images[0]!.layers[0]!)).toEqual([
    expect.stringContaining('damaged compression'),
  ]);
  await archive.close();
});
