import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { parseChainId, parseDiffId, parseImageId, type ChainId, type DiffId } from '../../model/ids.ts';
import { StrataError } from '../../contract/errors.ts';
import type { ArchiveFiles, ArchiveMember } from './archive-files.ts';
import { bytesOf, misnamed, parse, readJson } from './manifest-json.ts';
import type { ArchiveImage, ArchiveLayer, ArchiveNote } from './records.ts';

const digest = v.pipe(v.string(), v.regex(/^sha256:[a-f0-9]{64}$/));
const dockerManifest = v.array(
  v.object({
    Config: v.string(),
    RepoTags: v.nullish(v.array(v.string())),
    Layers: v.nullish(v.array(v.string())),
  }),
);
const descriptor = v.object({
  digest,
  mediaType: v.optional(v.string(), ''),
  annotations: v.nullish(v.record(v.string(), v.string())),
  platform: v.nullish(v.object({ os: v.optional(v.string(), ''), architecture: v.optional(v.string(), '') })),
});
const ociIndex = v.object({ manifests: v.array(descriptor) });
const ociManifest = v.object({ config: descriptor, layers: v.optional(v.array(descriptor), []) });
const imageConfig = v.object({
  os: v.optional(v.string(), ''),
  architecture: v.optional(v.string(), ''),
  variant: v.optional(v.string(), ''),
  created: v.nullish(v.string()),
  config: v.nullish(
    v.object({ Env: v.nullish(v.array(v.string())), Labels: v.nullish(v.record(v.string(), v.string())) }),
  ),
  rootfs: v.object({ diff_ids: v.nullish(v.array(v.string())) }),
  history: v.nullish(
    v.array(
      v.object({
        created: v.nullish(v.string()),
        created_by: v.nullish(v.string()),
        comment: v.nullish(v.string()),
        empty_layer: v.nullish(v.boolean()),
      }),
    ),
  ),
});

/** The images of a docker save archive (its manifest.json), else of an OCI layout (its index.json). */
export async function readManifests(
  files: ArchiveFiles,
): Promise<{ images: ArchiveImage[]; notes: ArchiveNote[] }> {
  const docker = await files.find('manifest.json');
  if (docker !== undefined) return { images: await dockerImages(files, docker), notes: [] };
  const index = await files.find('index.json');
  if (index === undefined) {
    throw new StrataError(
      'unsupported',
      'no manifest.json and no index.json in it: neither a docker save archive nor an OCI layout',
    );
  }
  const found = { images: [] as ArchiveImage[], notes: [] as ArchiveNote[] };
  await walkIndex(files, await readJson(index, ociIndex, 'index.json'), found, 0);
  return found;
}

async function dockerImages(files: ArchiveFiles, member: ArchiveMember): Promise<ArchiveImage[]> {
  const images: ArchiveImage[] = [];
  for (const entry of await readJson(member, dockerManifest, 'manifest.json')) {
    const config = await need(files, entry.Config);
    images.push(
      await image(
        files,
        config,
        entry.RepoTags ?? [],
        (entry.Layers ?? []).map((name) => ({ name, digest: null })),
        [{ member: config, name: entry.Config }],
      ),
    );
  }
  return images;
}

type Index = v.InferOutput<typeof ociIndex>;

/** An index may list indexes; three levels are one more than any builder writes. */
async function walkIndex(
  files: ArchiveFiles,
  index: Index,
  found: { images: ArchiveImage[]; notes: ArchiveNote[] },
  depth: number,
): Promise<void> {
  if (depth > 3)
    throw new StrataError('unsupported', 'indexes inside indexes, more than three deep: refused');
  for (const entry of index.manifests) {
    const platform = entry.platform ? `${entry.platform.os}/${entry.platform.architecture}` : '';
    if (entry.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest') {
      found.notes.push({ digest: entry.digest, what: 'attestation (how an image was built), no image' });
      continue;
    }
    const member = await files.find(blobName(entry.digest));
    if (member === undefined) {
      found.notes.push({
        digest: entry.digest,
        what: `${platform || 'an image'}: listed, but not in this archive`,
      });
    } else if (/index|list/.test(entry.mediaType)) {
      await walkIndex(files, await readJson(member, ociIndex, entry.digest), found, depth + 1);
    } else {
      const manifest = await readJson(member, ociManifest, entry.digest);
      const name =
        entry.annotations?.['io.containerd.image.name'] ??
        entry.annotations?.['org.opencontainers.image.ref.name'];
      const layers = manifest.layers.map((layer) => ({ name: blobName(layer.digest), digest: layer.digest }));
      const configName = blobName(manifest.config.digest);
      const config = await need(files, configName);
      found.images.push(
        await image(files, config, name === undefined ? [] : [name], layers, [
          { member, name: blobName(entry.digest) },
          { member: config, name: configName },
        ]),
      );
    }
  }
}

async function image(
  files: ArchiveFiles,
  member: ArchiveMember,
  tags: readonly string[],
  stored: readonly { name: string; digest: string | null }[],
  named: readonly { member: ArchiveMember; name: string }[],
): Promise<ArchiveImage> {
  const bytes = await bytesOf(member, 'the image config');
  const config = parse(bytes, imageConfig, 'the image config');
  const diffIds = (config.rootfs.diff_ids ?? []).map((text) => {
    const id = parseDiffId(text);
    if (id === undefined)
      throw new StrataError(
        'failed',
        `the image config names ${JSON.stringify(text.slice(0, 80))} as a layer: damaged`,
      );
    return id;
  });
  if (diffIds.length !== stored.length) {
    throw new StrataError(
      'failed',
      `the config names ${diffIds.length} layers, the manifest ${stored.length}: the archive is damaged`,
    );
  }
  return {
    id: parseImageId(`sha256:${createHash('sha256').update(bytes).digest('hex')}`)!,
    tags,
    platform: [config.os, config.architecture, config.variant].filter((part) => part !== '').join('/'),
    createdAtMs: timeOf(config.created),
    history: (config.history ?? []).map((step) => ({
      createdBy: step.created_by ?? '',
      comment: step.comment ?? '',
      createdAtMs: timeOf(step.created),
      emptyLayer: step.empty_layer ?? false,
    })),
    env: config.config?.Env ?? [],
    labels: config.config?.Labels ?? {},
    layers: await layersOf(files, diffIds, stored),
    problems: await misnamed(named),
  };
}

async function layersOf(
  files: ArchiveFiles,
  diffIds: readonly DiffId[],
  stored: readonly { name: string; digest: string | null }[],
): Promise<ArchiveLayer[]> {
  const layers: ArchiveLayer[] = [];
  let chainId: ChainId | undefined;
  for (const [index, diffId] of diffIds.entries()) {
    const { name, digest } = stored[index]!;
    const member = await need(files, name);
    chainId = parseChainId(
      chainId === undefined
        ? diffId
        : `sha256:${createHash('sha256').update(`${chainId} ${diffId}`).digest('hex')}`,
    )!;
    layers.push({
      diffId,
      chainId,
      member: name,
      storedBytes: member.end - member.start,
      digest: digest ?? digestOfName(name),
    });
  }
  return layers;
}

async function need(files: ArchiveFiles, name: string): Promise<ArchiveMember> {
  const member = await files.find(name);
  if (member === undefined)
    throw new StrataError(
      'failed',
      `${name.slice(0, 200)} is named by the manifest, but not in the archive: it is incomplete`,
    );
  return member;
}

const blobName = (digestText: string) => `blobs/${digestText.replace(':', '/')}`;
const digestOfName = (name: string) => {
  const hex = /^blobs\/sha256\/([a-f0-9]{64})$/.exec(name)?.[1];
  return hex === undefined ? null : `sha256:${hex}`;
};
const timeOf = (text: string | null | undefined) => {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : at;
};
