/** A `docker save` archive of the old layout, from files in words; the tars are GNU tar's. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface ArchiveDescription {
  readonly tag: string;
  /** Base first: path → content; a name ending in `.wh.NAME` is a mark. */
  readonly layers: readonly { readonly step: string; readonly files: Readonly<Record<string, string>> }[];
  readonly env?: readonly string[];
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Writes it below `folder`, which must be empty; `spoil` may change the files before they are packed. */
export function writeArchive(
  folder: string,
  { tag, layers, env = [] }: ArchiveDescription,
  spoil: (root: string) => void = () => undefined,
): string {
  const root = join(folder, 'save');
  const tars = layers.map(({ files }, at) => {
    const source = join(folder, `layer-${at}`);
    for (const [name, content] of Object.entries(files)) put(join(source, name), content);
    const path = join(root, `${at}/layer.tar`);
    mkdirSync(dirname(path), { recursive: true });
    execFileSync('tar', ['--sort=name', '--mtime=@0', '-C', source, '-cf', path, '.']);
    return path;
  });
  const config = JSON.stringify({
    os: 'linux',
    architecture: 'amd64',
    created: '2024-01-02T03:04:05Z',
    config: { Env: env },
    rootfs: { type: 'layers', diff_ids: tars.map((path) => `sha256:${sha256(readFileSync(path))}`) },
    history: layers.map(({ step }) => ({ created_by: step })),
  });
  const configName = `${sha256(config)}.json`;
  put(join(root, configName), config);
  const manifest = [
    { Config: configName, RepoTags: [tag], Layers: layers.map((_, at) => `${at}/layer.tar`) },
  ];
  put(join(root, 'manifest.json'), JSON.stringify(manifest));
  spoil(root);
  const path = join(folder, 'image.tar');
  execFileSync('tar', ['-C', root, '-cf', path, '.']);
  return path;
}

function put(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
