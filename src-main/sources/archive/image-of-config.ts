/** One image of an archive: its config, and the layers that the config and the manifest name together. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { parseChainId, parseDiffId, parseImageId, type ChainId, type DiffId } from '../../model/ids.ts';
import { StrataError } from '../../contract/errors.ts';
import type { ArchiveFiles, ArchiveMember } from './archive-files.ts';
import { compressionOf } from './layer-stream.ts';
import { bytesOf, misnamed, parse } from './manifest-json.ts';
import type { ArchiveImage, ArchiveLayer } from './records.ts';

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

/** What a manifest says of an image. */
export interface Named {
  /** Member of its config. */
  readonly config: string;
  readonly tags: readonly string[];
  /** Base first. */
  readonly layers: readonly NamedLayer[];
  /** Where the layout has one in a member of its own. */
  readonly manifest: { readonly digest: string; readonly member: ArchiveMember } | null;
}

interface NamedLayer {
  readonly member: string;
  readonly digest: string | null;
  readonly mediaType: string | null;
}

/** @throws StrataError 'failed' when the config is damaged, or something that is named is not there */
export async function imageOf(files: ArchiveFiles, named: Named): Promise<ArchiveImage> {
  const { tags, layers, manifest } = named;
  const member = await need(files, named.config);
  const bytes = await bytesOf(member, 'the image config');
  const config = parse(bytes, imageConfig, 'the image config');
  const diffIds = (config.rootfs.diff_ids ?? []).map(mustBeDiffId);
  if (diffIds.length !== layers.length) {
    throw new StrataError(
      'failed',
      `the config names ${diffIds.length} layers, the manifest ${layers.length}: the archive is damaged`,
    );
  }
  const checked = [{ member, name: named.config }];
  if (manifest !== null) checked.unshift({ member: manifest.member, name: blobName(manifest.digest) });
  return {
    id: parseImageId(`sha256:${createHash('sha256').update(bytes).digest('hex')}`)!,
    manifestDigest: manifest?.digest ?? null,
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
    layers: await layersOf(files, diffIds, layers),
    problems: await misnamed(checked),
  };
}

async function layersOf(
  files: ArchiveFiles,
  diffIds: readonly DiffId[],
  named: readonly NamedLayer[],
): Promise<ArchiveLayer[]> {
  const layers: ArchiveLayer[] = [];
  let chainId: ChainId | undefined;
  for (const [index, diffId] of diffIds.entries()) {
    const { member: name, digest, mediaType } = named[index]!;
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
      mediaType,
      compression: await compressionOf(member),
    });
  }
  return layers;
}

async function need(files: ArchiveFiles, name: string): Promise<ArchiveMember> {
  const member = await files.find(name);
  if (member === undefined) throw incomplete(name);
  return member;
}

export function incomplete(name: string): StrataError {
  return new StrataError(
    'failed',
    `${name.slice(0, 200)} is named by the manifest, but not in the archive: it is incomplete, save it again`,
  );
}

/** The member that holds a blob, in every OCI layout. */
export function blobName(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function digestOfName(name: string): string | null {
  const hex = /^blobs\/sha256\/([a-f0-9]{64})$/.exec(name)?.[1];
  return hex === undefined ? null : `sha256:${hex}`;
}

function mustBeDiffId(text: string): DiffId {
  const id = parseDiffId(text);
  if (id !== undefined) return id;
  throw new StrataError(
    'failed',
    `the image config names ${JSON.stringify(text.slice(0, 80))} as a layer: damaged`,
  );
}

function timeOf(text: string | null | undefined): number | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : at;
}
