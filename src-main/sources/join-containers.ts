/** Containers: state from the engine, folders and chain from layerdb's mounts, logs from the disk. */
import type { ChainId, ContainerId, ImageId } from '../model/ids.ts';
import { parseContainerId } from '../model/ids.ts';
import { known, sum, unknown } from '../model/measured.ts';
import type { Measured } from '../model/measured.ts';
import type { Container, ContainerState, Image } from '../model/store.ts';
import type { DiskContainer, DiskFolder, DiskLayer, DiskMount } from './disk/records.ts';
import type { EngineContainer } from './engine/records.ts';
import { pairs } from './join-parts.ts';
import type { Joining } from './join-parts.ts';
import { linkBytes } from './join-sizes.ts';

interface Pair {
  readonly id: ContainerId;
  readonly disk: DiskContainer | null;
  readonly engine: EngineContainer | null;
}

export function joinContainers(joining: Joining, images: readonly Image[]): Container[] {
  const { disk, engine, issues } = joining;
  const mounts = new Map<string, DiskMount>((disk?.mounts ?? []).map((mount) => [mount.containerId, mount]));
  const layers = new Map((disk?.layers ?? []).map((layer) => [layer.chainId, layer]));
  const folders = new Map((disk?.folders ?? []).map((folder) => [folder.name, folder]));
  const imageOf = new Map(images.map((image) => [image.id, image]));
  const both: Pair[] = pairs<DiskContainer, EngineContainer, ContainerId>(
    disk?.containers,
    engine?.containers,
  );
  const withFolder = new Set<string>(both.map((pair) => pair.id));

  for (const mount of mounts.values()) {
    const id = parseContainerId(mount.containerId);
    if (withFolder.has(mount.containerId) || id === undefined) continue;
    issues.push({
      where: `image/overlay2/layerdb/mounts/${mount.containerId}`,
      what: 'belongs to no container, yet it holds its layers',
    });
    both.push({ id, disk: null, engine: null });
  }

  return both.map((pair): Container => {
    const mount = mounts.get(pair.id);
    const imageId = pair.engine?.imageId ?? pair.disk?.imageId ?? null;
    const image = imageId === null ? undefined : imageOf.get(imageId);
    if (engine?.containers != null && pair.engine === null && pair.disk !== null)
      issues.push({
        where: `containers/${pair.id}`,
        what: pair.disk.broken ?? 'is on the disk, but the engine does not list it',
      });
    return {
      ...names(pair, imageId),
      ...figures(joining, pair, mount, folders),
      chain: chainOf(pair, mount, layers, image) ?? whole(image),
      docker: { writableBytes: pair.engine?.writableBytes ?? null },
      listed: pair.engine !== null,
    };
  });
}

function names(pair: Pair, imageId: ImageId | null) {
  const { id, disk, engine } = pair;
  return {
    id,
    name: engine?.name ?? disk?.name ?? '',
    imageId,
    imageName: engine?.imageName ?? disk?.imageName ?? '',
    state: engine?.state ?? stateOnDisk(disk),
    createdAtMs: engine?.createdAtMs ?? disk?.createdAtMs ?? null,
    finishedAtMs: disk?.finishedAtMs ?? null,
    mounts: engine?.mounts ?? disk?.mounts ?? [],
    labels: engine?.labels ?? disk?.labels ?? {},
  };
}

function stateOnDisk(disk: DiskContainer | null): ContainerState {
  if (disk === null || disk.broken !== null) return 'unknown';
  if (disk.paused) return 'paused';
  if (disk.running) return 'running';
  return disk.finishedAtMs === null ? 'created' : 'exited';
}

function figures(
  joining: Joining,
  pair: Pair,
  mount: DiskMount | undefined,
  folders: ReadonlyMap<string, DiskFolder>,
) {
  const { sizes, disk } = joining;
  const mountId = mount?.mountId ?? null;
  const initId = mount?.initId ?? null;
  const own = [mountId, initId].filter((id) => id !== null);
  const absent = disk === null ? 'files not readable' : 'its folder is not known';
  const unread: Measured = unknown(absent);
  const path = `overlay2/${mountId ?? ''}`;
  // Read and found to have no layers at all: nothing to free, which is not the same as not knowing.
  const bare =
    disk !== null && disk.ownersIncomplete === null && mount === undefined && pair.disk?.broken != null;
  return {
    mountId,
    initId,
    writableBytes: bare ? known(0) : mountId === null ? engineBytes(pair, unread) : sizes.contentBytes(path),
    writableDiskBytes: bare
      ? known(0)
      : mountId === null
        ? unread
        : sum(own.map((id) => sizes.disk(`overlay2/${id}`))),
    linkDiskBytes: bare
      ? known(0)
      : mountId === null
        ? unread
        : sum(own.map((id) => linkBytes(folders.get(id)))),
    files: mountId === null ? null : sizes.contentFiles(path),
    logDiskBytes: logs(pair, 'diskBytes', disk !== null),
    logBytes: logs(pair, 'bytes', disk !== null),
  };
}

function engineBytes(pair: Pair, otherwise: Measured): Measured {
  const bytes = pair.engine?.writableBytes;
  return bytes == null ? otherwise : known(bytes);
}

/** Without a folder there are none, unless the engine runs a container whose folder we did not get to see. */
function logs(pair: Pair, what: 'bytes' | 'diskBytes', readable: boolean): Measured {
  if (!readable) return unknown('files not readable');
  if (pair.disk === null) return pair.engine === null ? known(0) : unknown('its folder was not read');
  if (pair.disk.logs === null) return unknown('its logs could not be listed');
  return known(pair.disk.logs.reduce((bytes, log) => bytes + log[what], 0));
}

/** By the mount's own word, base first. Undefined when it does not tell; then its image's chain is what it stands on. */
function chainOf(
  pair: Pair,
  mount: DiskMount | undefined,
  layers: ReadonlyMap<ChainId, DiskLayer>,
  image: Image | undefined,
): readonly ChainId[] | undefined {
  // Half-removed: the engine does not load it, and its mount is gone already.
  if (mount === undefined) return pair.disk?.broken != null && image === undefined ? [] : undefined;
  // No parent file is right for an image without layers only; else it is lost, and the image tells.
  if (mount.parent.kind === 'base') return image?.chain.length === 0 || image === undefined ? [] : undefined;
  if (mount.parent.kind === 'broken') return undefined;
  const chain: ChainId[] = [];
  const seen = new Set<ChainId>();
  let at: ChainId | null = mount.parent.id;
  while (at !== null && !seen.has(at)) {
    seen.add(at);
    const layer: DiskLayer | undefined = layers.get(at);
    if (layer === undefined || layer.parent.kind === 'broken') return undefined;
    chain.unshift(at);
    at = layer.parent.kind === 'parent' ? layer.parent.id : null;
  }
  return chain;
}

function whole(image: Image | undefined): readonly ChainId[] | null {
  return image === undefined || image.chainUnknown !== undefined ? null : image.chain;
}
