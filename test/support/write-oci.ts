/** An OCI layout from files in words: an index of images, an attestation and platforms that are not here. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { ArchiveDescription } from './write-archive.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const PACKED = { gzip: gzipSync, zstd: zstdCompressSync } as const;

export interface OciDescription {
  readonly images: readonly ArchiveDescription[];
  readonly compression: keyof typeof PACKED;
}

/** Writes the folder `layout` below `folder`, which must be empty, and gives its path. */
export function writeOciLayout(folder: string, { images, compression }: OciDescription): string {
  const root = join(folder, 'layout');
  const blob = (bytes: Uint8Array): { digest: string; size: number } => {
    const hex = sha256(bytes);
    put(join(root, 'blobs/sha256', hex), bytes);
    return { digest: `sha256:${hex}`, size: bytes.length };
  };
  const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
  const manifests = images.map(({ tag, layers, env = [] }, at) => {
    const tars = layers.map(({ files }, place) => tarOf(join(folder, `image-${at}-layer-${place}`), files));
    const config = blob(
      json({
        os: 'linux',
        architecture: 'amd64',
        created: '2024-01-02T03:04:05Z',
        config: { Env: env },
        rootfs: { type: 'layers', diff_ids: tars.map((tar) => `sha256:${sha256(tar)}`) },
        history: layers.map(({ step }) => ({ created_by: step })),
      }),
    );
    const manifest = blob(
      json({
        schemaVersion: 2,
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
        layers: tars.map((tar) => ({
          mediaType: `application/vnd.oci.image.layer.v1.tar+${compression}`,
          ...blob(PACKED[compression](tar)),
        })),
      }),
    );
    const platform = { os: 'linux', architecture: 'amd64' };
    return { ...manifest, platform, annotations: { 'org.opencontainers.image.ref.name': tag } };
  });
  const elsewhere = (digit: string): string => `sha256:${digit.repeat(64)}`;
  put(join(root, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }));
  put(
    join(root, 'index.json'),
    json({
      schemaVersion: 2,
      manifests: [
        ...manifests,
        { digest: elsewhere('1'), platform: { os: 'linux', architecture: 'arm64' } },
        { digest: elsewhere('2'), annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
      ],
    }),
  );
  return root;
}

/** The layout folder as one tar beside it. */
export function packedLayout(folder: string, root: string): string {
  const path = join(folder, 'layout.tar');
  execFileSync('tar', ['-C', root, '-cf', path, '.']);
  return path;
}

function tarOf(source: string, files: Readonly<Record<string, string>>): Uint8Array {
  mkdirSync(source, { recursive: true });
  for (const [name, content] of Object.entries(files)) put(join(source, name), content);
  const path = `${source}.tar`;
  execFileSync('tar', ['--sort=name', '--mtime=@0', '-C', source, '-cf', path, '.']);
  return readFileSync(path);
}

function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
