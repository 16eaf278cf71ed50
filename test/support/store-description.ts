/** What a test says about a store, and the JSON documents that come of it. */
import type { LayerFiles } from './write-layer.ts';

export interface StoreDescription {
  /** By a name that images use. */
  readonly layers?: Readonly<Record<string, LayerFiles>>;
  /** By tag (`app:1`), or by any name when `tags` is given. */
  readonly images?: Readonly<Record<string, ImageDescription>>;
  readonly containers?: Readonly<Record<string, ContainerDescription>>;
  readonly volumes?: Readonly<Record<string, VolumeDescription>>;
  /** By snapshot key (25 base36 characters). */
  readonly buildkit?: Readonly<Record<string, BuildkitDescription>>;
  /** Folders of overlay2 that nothing names. */
  readonly orphans?: Readonly<Record<string, LayerFiles>>;
}

export interface ImageDescription {
  /** Names in `layers`, base first. */
  readonly layers: readonly string[];
  readonly tags?: readonly string[];
  readonly digests?: readonly string[];
  /** The classic builder's parent: a key of `images` that stands before this one. */
  readonly parent?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: readonly string[];
  readonly createdAt?: string;
  /** `created_by` of each layer; the layer's name when absent. */
  readonly steps?: readonly string[];
}

export interface ContainerDescription {
  readonly image: string;
  readonly files?: LayerFiles;
  readonly running?: boolean;
  readonly log?: string;
  readonly volumes?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly createdAt?: string;
  readonly finishedAt?: string;
}

export interface VolumeDescription {
  readonly files?: LayerFiles;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface BuildkitDescription {
  readonly files?: LayerFiles;
  readonly parent?: string;
  /** The image (key of `images`) whose top layer this snapshot is; it has no folder of its own then. */
  readonly isTopOf?: string;
  readonly record?: Readonly<Record<string, unknown>>;
}

const CREATED = '2026-01-02T03:04:05.678901234Z';

/** The bytes of an image config; `name` makes those of equal images differ. */
export function imageConfig(name: string, image: ImageDescription, diffIds: readonly string[]): string {
  const created = image.createdAt ?? CREATED;
  const history = image.layers.map((layer, at) => ({ created, created_by: image.steps?.[at] ?? layer }));
  const config = { Env: image.env ?? ['PATH=/bin'], Cmd: ['/bin/app'], Labels: image.labels ?? null };
  const rootfs = { type: 'layers', diff_ids: diffIds };
  return JSON.stringify({
    architecture: 'amd64',
    author: name,
    config,
    created,
    history,
    os: 'linux',
    rootfs,
  });
}

/** The bytes of a `config.v2.json`. */
export function containerConfig(of: {
  id: string;
  name: string;
  image: string;
  container: ContainerDescription;
}): string {
  const { running = false, finishedAt = CREATED, createdAt = CREATED, labels = {} } = of.container;
  const mounts = (of.container.volumes ?? []).map((volume) => [
    `/mnt/${volume}`,
    { Type: 'volume', Name: volume, Source: '', Destination: `/mnt/${volume}`, Driver: 'local', RW: true },
  ]);
  return JSON.stringify({
    ID: of.id,
    Name: `/${of.name}`,
    Image: of.image,
    Created: createdAt,
    Driver: 'overlay2',
    State: { Running: running, Paused: false, FinishedAt: running ? '0001-01-01T00:00:00Z' : finishedAt },
    Config: { Image: of.container.image, Labels: labels },
    MountPoints: Object.fromEntries(mounts) as object,
  });
}
