/**
 * The engine's lists, checked and typed. Unknown fields are let through unseen; a field that we use and that isn't
 * what it must be fails its whole list: half a list of containers would make images look unused.
 */
import * as v from 'valibot';
import { parseContainerId, parseImageId, type ContainerId, type ImageId } from '../../model/ids.ts';
import { isMoment } from '../../model/moment.ts';
import type { ContainerState, MountPoint } from '../../model/store.ts';
import type { EngineBuildCache, EngineContainer, EngineImage, EngineVolume } from './records.ts';

const imageId = v.pipe(
  v.string(),
  v.check((text) => parseImageId(text) !== undefined, 'not an image id'),
  v.transform((text) => parseImageId(text) as ImageId),
);
const containerId = v.pipe(
  v.string(),
  v.check((text) => parseContainerId(text) !== undefined, 'not a container id'),
  v.transform((text) => parseContainerId(text) as ContainerId),
);
/** -1 is the engine's "not computed". */
const bytesOr = (absent: number) =>
  v.pipe(
    v.nullish(v.pipe(v.number(), v.safeInteger()), absent),
    v.transform((n) => (n < 0 ? null : n)),
  );
const bytes = bytesOr(-1);
const count = bytes;
const text = v.nullish(v.string(), '');
const texts = v.nullish(v.array(v.string()), []);
const labels = v.nullish(v.record(v.string(), v.string()), {});
/** Seconds since 1970. */
const unixSeconds = v.pipe(
  v.nullish(v.number(), 0),
  v.transform((s) => (s <= 0 || !isMoment(s * 1000) ? null : s * 1000)),
);
/** RFC 3339; the zero time of Go means never. */
const time = v.pipe(
  v.nullish(v.string(), ''),
  v.transform((s) => parseTime(s)),
);
/** An absent list is null in Go's JSON; anything else that is no list is an error. */
const listOf = <T extends v.GenericSchema>(item: T) => v.nullable(v.array(item), []);

export const Images = listOf(
  v.pipe(
    v.object({
      Id: imageId,
      ParentId: text,
      RepoTags: texts,
      RepoDigests: texts,
      Created: unixSeconds,
      Size: bytes,
      SharedSize: bytes,
      Labels: labels,
    }),
    v.transform((image): EngineImage => ({
      id: image.Id,
      tags: image.RepoTags.filter((tag) => tag !== '<none>:<none>'),
      digests: image.RepoDigests.filter((digest) => digest !== '<none>@<none>'),
      parentId: parseImageId(image.ParentId) ?? null,
      createdAtMs: image.Created,
      bytes: image.Size,
      sharedBytes: image.SharedSize,
      labels: image.Labels,
    })),
  ),
);

const STATES: readonly string[] = [
  'running',
  'paused',
  'restarting',
  'created',
  'exited',
  'dead',
  'removing',
] satisfies ContainerState[];

const Mount = v.pipe(
  v.object({ Type: text, Name: text, Source: text, Destination: text }),
  v.transform((mount): MountPoint => ({
    type: mount.Type === 'volume' || mount.Type === 'bind' || mount.Type === 'tmpfs' ? mount.Type : 'other',
    name: mount.Type === 'volume' ? mount.Name : '',
    source: mount.Source,
    destination: mount.Destination,
  })),
);

const container = (sizeWhenAbsent: number) =>
  v.pipe(
    v.object({
      Id: containerId,
      Names: texts,
      Image: text,
      ImageID: text,
      Created: unixSeconds,
      State: text,
      SizeRw: bytesOr(sizeWhenAbsent),
      Mounts: v.nullish(v.array(Mount), []),
      Labels: labels,
    }),
    v.transform((container): EngineContainer => ({
      id: container.Id,
      name: ownName(container.Names),
      imageId: parseImageId(container.ImageID) ?? null,
      imageName: container.Image,
      state: (STATES.includes(container.State) ? container.State : 'unknown') as ContainerState,
      createdAtMs: container.Created,
      writableBytes: container.SizeRw,
      mounts: container.Mounts,
      labels: container.Labels,
    })),
  );

export const Containers = listOf(container(-1));
/** Asked with sizes the engine leaves out a size of 0; one that it could not compute is -1. */
export const SizedContainers = listOf(container(0));

export const Volumes = v.pipe(
  v.object({
    Volumes: listOf(
      v.object({
        Name: v.pipe(v.string(), v.nonEmpty()),
        Driver: text,
        Mountpoint: text,
        CreatedAt: time,
        Labels: labels,
        UsageData: v.nullish(v.object({ Size: bytes, RefCount: count })),
      }),
    ),
  }),
  v.transform(({ Volumes: all }) =>
    all.map((volume): EngineVolume => ({
      name: volume.Name,
      driver: volume.Driver,
      mountpoint: volume.Mountpoint,
      createdAtMs: volume.CreatedAt,
      labels: volume.Labels,
      bytes: volume.UsageData?.Size ?? null,
      refCount: volume.UsageData?.RefCount ?? null,
    })),
  ),
);

/**
 * Oldest first: engines list them in another order each time. Up to API 1.41 a record has one `Parent`; later engines
 * write the list as ` Parents`, with a leading space.
 */
export const BuildCache = v.pipe(
  v.array(
    v.pipe(
      v.object({
        ID: v.pipe(v.string(), v.nonEmpty()),
        Parent: text,
        Parents: texts,
        ' Parents': texts,
        Type: text,
        Description: text,
        InUse: v.boolean(),
        Shared: v.boolean(),
        Size: bytes,
        CreatedAt: time,
        LastUsedAt: time,
        UsageCount: count,
      }),
      v.transform((record): EngineBuildCache => ({
        id: record.ID,
        type: record.Type,
        description: record.Description,
        inUse: record.InUse,
        shared: record.Shared,
        bytes: record.Size,
        createdAtMs: record.CreatedAt,
        lastUsedAtMs: record.LastUsedAt,
        usageCount: record.UsageCount,
        parents: [
          ...new Set([...record[' Parents'], ...record.Parents, ...(record.Parent ? [record.Parent] : [])]),
        ],
      })),
    ),
  ),
  v.transform((records) => records.sort(byAge)),
);

function byAge(one: EngineBuildCache, other: EngineBuildCache): number {
  return (one.createdAtMs ?? 0) - (other.createdAtMs ?? 0) || (one.id < other.id ? -1 : 1);
}

/** Milliseconds since 1970; null for nothing, the zero time of Go, or what is no time. */
export function parseTime(text: string | null | undefined): number | null {
  const ms = text ? Date.parse(text) : NaN;
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

/** `/name`; a link's alias has a second slash (`/other/alias`) and isn't its own name. */
function ownName(names: readonly string[]): string {
  const own = names.find((name) => name.lastIndexOf('/') <= 0) ?? names[0] ?? '';
  return own.replace(/^\//, '');
}
