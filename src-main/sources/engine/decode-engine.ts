/** What the engine says about itself, its disk usage, one image, one container: checked and typed. */
import * as v from 'valibot';
import { parseDiffId, parseImageId, type DiffId } from '../../model/ids.ts';
import type { DockerFigures, StoreKind } from '../../model/store.ts';
import { BuildCache, SizedContainers, parseTime, Volumes } from './decode.ts';
import type { EngineImageDetail } from './records.ts';

const size = v.nullish(v.pipe(v.number(), v.safeInteger()));
const text = v.nullish(v.string(), '');
const apiVersion = v.pipe(v.string(), v.regex(/^\d{1,4}\.\d{1,4}$/, 'not an API version'));

export const Version = v.object({
  Version: v.string(),
  ApiVersion: apiVersion,
  MinAPIVersion: v.nullish(apiVersion, '1.12'),
});

export const Info = v.pipe(
  v.object({
    ID: text,
    Driver: v.string(),
    DriverStatus: v.nullish(v.array(v.array(v.string())), []),
    DockerRootDir: v.string(),
    SecurityOptions: v.nullish(v.array(v.string()), []),
    ServerVersion: text,
  }),
  v.transform((info) => ({
    engineId: info.ID,
    driver: info.Driver,
    dataRoot: info.DockerRootDir,
    rootless: info.SecurityOptions.some((option) => option.split(',').includes('name=rootless')),
    store: storeKind(info.Driver, info.DriverStatus),
  })),
);

/** With the containerd image store the driver's status names the snapshotter's plugin; `Driver` may still say overlay2. */
function storeKind(driver: string, status: readonly (readonly string[])[]): StoreKind {
  if (status.some((row) => row[0] === 'driver-type' && row[1]?.startsWith('io.containerd.')))
    return 'containerd';
  return driver === 'overlay2' ? 'graphdriver' : 'unknown';
}

const DfImage = v.object({ Size: size, SharedSize: size, Containers: size });

/** `/system/df`: the kinds that were not asked for are null or absent. */
export const DiskUsage = v.pipe(
  v.object({
    LayersSize: size,
    Images: v.nullish(v.array(DfImage)),
    Containers: v.nullish(SizedContainers),
    Volumes: v.nullish(v.unknown()),
    BuildCache: v.nullish(BuildCache),
  }),
  v.transform((df) => ({
    layersBytes: df.LayersSize ?? null,
    images: df.Images ?? null,
    containers: df.Containers ?? null,
    volumes: df.Volumes ? v.parse(Volumes, { Volumes: df.Volumes }) : null,
    buildCache: df.BuildCache ?? null,
  })),
);
export type DiskUsage = v.InferOutput<typeof DiskUsage>;

/**
 * Docker's own figures as its client computes them up to 28.5 (docker/cli, formatter/disk_usage.go). Later engines
 * count reclaimable bytes in other ways, release by release: null for those.
 */
export function dockerFigures(df: DiskUsage, asked: DfKinds, serverApi: string): DockerFigures {
  const used = (df.images ?? [])
    .filter(
      (image) => (image.Containers ?? 0) > 0 && (image.Size ?? -1) >= 0 && (image.SharedSize ?? -1) >= 0,
    )
    .reduce((bytes, image) => bytes + (image.Size ?? 0) - (image.SharedSize ?? 0), 0);
  const layersBytes = asked.image ? df.layersBytes : null;
  const own = (df.buildCache ?? []).filter((record) => !record.shared).map((record) => record.bytes);
  return {
    layersBytes,
    imagesReclaimableBytes: layersBytes === null || !atMost(serverApi, '1.51') ? null : layersBytes - used,
    containersBytes: asked.container ? total(df.containers?.map((one) => one.writableBytes)) : null,
    volumesBytes: asked.volume ? total(df.volumes?.map((one) => one.bytes)) : null,
    buildCacheBytes: asked.buildCache ? total(own) : null,
  };
}

export interface DfKinds {
  readonly image: boolean;
  readonly container: boolean;
  readonly volume: boolean;
  readonly buildCache: boolean;
}

/** Sizes that were not computed are left out, as the client does. */
function total(all: readonly (number | null)[] = []): number {
  return all.reduce<number>((bytes, one) => bytes + (one ?? 0), 0);
}

/** `1.9` is at most `1.10`. */
export function atMost(version: string, limit: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [limitMajor = 0, limitMinor = 0] = limit.split('.').map(Number);
  return major < limitMajor || (major === limitMajor && minor <= limitMinor);
}

const diffId = v.pipe(
  v.string(),
  v.check((id) => parseDiffId(id) !== undefined, 'not a DiffID'),
  v.transform((id) => parseDiffId(id) as DiffId),
);
export const ImageInspect = v.object({
  Id: v.string(),
  Os: text,
  Architecture: text,
  Variant: text,
  RootFS: v.nullish(v.object({ Layers: v.nullish(v.array(diffId), []) })),
});
/** Newest first, as the engine sends it. */
export const ImageHistory = v.array(
  v.object({
    Created: v.nullish(v.number()),
    CreatedBy: text,
    Comment: text,
    Size: v.nullish(v.number(), 0),
  }),
);

/**
 * The engine's history does not say which steps made no layer. Those with bytes did; of those without, the ones that
 * aren't known to be metadata, base first, until every layer has its step.
 */
export function imageDetail(
  inspect: v.InferOutput<typeof ImageInspect>,
  history: v.InferOutput<typeof ImageHistory>,
): EngineImageDetail {
  const id = parseImageId(inspect.Id);
  if (!id) throw new Error(`"${inspect.Id}" is not an image id`);
  const diffIds = inspect.RootFS?.Layers ?? [];
  const steps = history.toReversed();
  let withoutBytes = diffIds.length - steps.filter((step) => step.Size > 0).length;
  return {
    id,
    diffIds,
    platform: [inspect.Os, inspect.Architecture, inspect.Variant].filter((part) => part !== '').join('/'),
    history: steps.map((step) => {
      const hasLayer = step.Size > 0 || (withoutBytes > 0 && !METADATA.test(step.CreatedBy));
      if (hasLayer && step.Size <= 0) withoutBytes -= 1;
      return {
        createdBy: step.CreatedBy,
        comment: step.Comment,
        createdAtMs: step.Created ? step.Created * 1000 : null,
        emptyLayer: !hasLayer,
        bytes: step.Size,
      };
    }),
  };
}

const METADATA =
  /^(?:\/bin\/sh -c #\(nop\) +)?(?:ARG|CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME)\b/;

export const Changes = v.pipe(
  v.nullable(v.array(v.object({ Path: v.string(), Kind: v.picklist([0, 1, 2]) }))),
  v.transform((all) => (all ?? []).map(({ Path, Kind }) => ({ path: Path, kind: KINDS[Kind] }))),
);
const KINDS = ['changed', 'added', 'deleted'] as const;

/** One line of `/events`. */
export const EventLine = v.pipe(
  v.object({
    Type: v.string(),
    Action: v.string(),
    Actor: v.nullish(v.object({ ID: text, Attributes: v.nullish(v.record(v.string(), v.string()), {}) })),
    time: v.nullish(v.number()),
    timeNano: v.nullish(v.number()),
  }),
  v.transform((event) => ({
    type: event.Type,
    action: event.Action,
    id: event.Actor?.ID ?? '',
    name: event.Actor?.Attributes.name ?? '',
    image: event.Type === 'container' ? (event.Actor?.Attributes.image ?? null) : null,
    atMs: event.timeNano
      ? Math.floor(event.timeNano / 1e6)
      : event.time
        ? event.time * 1000
        : parseTime(null),
  })),
);
