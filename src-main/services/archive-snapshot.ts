/** What an archive holds, in the form of a store: images and layers, and nothing that only an engine has. */
import type { ChainId } from '../model/ids.ts';
import { shortId } from '../model/ids.ts';
import type { Issue } from '../model/issue.ts';
import { unknown } from '../model/measured.ts';
import type { Image, Layer, StoreSnapshot } from '../model/store.ts';
import type { ArchiveImage } from '../sources/archive/records.ts';
import type { OpenedArchive } from './inside/archive-file.ts';

const NOT_READ = 'this layer of the archive was not read yet';
const NO_DISK = 'an archive has no data root';

export function archiveSnapshot(opened: OpenedArchive, takenAtMs: number): StoreSnapshot {
  const { images } = opened.archive;
  return {
    takenAtMs,
    engine: null,
    store: 'unknown',
    access: 'archive',
    dataRoot: null,
    images: imagesOf(images),
    layers: layersOf(opened),
    containers: [],
    volumes: [],
    buildCache: [],
    folders: [],
    ledger: [],
    docker: {
      layersBytes: null,
      imagesReclaimableBytes: null,
      containersBytes: null,
      volumesBytes: null,
      buildCacheBytes: null,
    },
    ownersIncomplete: NO_DISK,
    usersIncomplete: 'an archive does not know who uses its images',
    issues: issuesOf(opened),
  };
}

/** An index may list one image under several names. */
function imagesOf(images: readonly ArchiveImage[]): Image[] {
  const byId = new Map<string, Image>();
  for (const image of images) {
    const { id, platform, createdAtMs, layers, labels, history } = image;
    const tags = [...new Set([...(byId.get(id)?.tags ?? []), ...image.tags])];
    byId.set(id, {
      id,
      tags,
      digests: [],
      createdAtMs,
      platform,
      chain: layers.map(({ chainId }) => chainId),
      diffIds: layers.map(({ diffId }) => diffId),
      parentId: null,
      intermediate: false,
      dangling: false,
      labels,
      history,
      docker: { bytes: null, sharedBytes: null },
      listed: true,
    });
  }
  return [...byId.values()];
}

/** A ChainID that is stored twice is one layer here; its size is that of the copy that was read. */
function layersOf(opened: OpenedArchive): Layer[] {
  const byChain = new Map<ChainId, Layer>();
  for (const { layers } of opened.archive.images) {
    for (const [at, layer] of layers.entries()) {
      const { chainId, diffId } = layer;
      const facts = opened.factsOf(layer);
      if (byChain.has(chainId) && facts?.bytes.state !== 'known') continue;
      const below = layers[at - 1];
      byChain.set(chainId, {
        chainId,
        diffId,
        parent: below === undefined ? { kind: 'base' } : { kind: 'parent', id: below.chainId },
        cacheId: null,
        bytes: facts?.bytes ?? unknown(NOT_READ),
        diskBytes: unknown(NO_DISK),
        linkDiskBytes: unknown(NO_DISK),
        files: facts?.files ?? null,
        buildCache: [],
        hasTarSplit: false,
      });
    }
  }
  return [...byChain.values()];
}

/** Bytes that are not what they are said to be: told on every screen. */
function issuesOf(opened: OpenedArchive): Issue[] {
  return opened.archive.images.flatMap(({ id, tags, problems, layers }) => {
    const name = tags[0] ?? shortId(id);
    return [
      ...problems.map((what) => ({ where: name, what })),
      ...layers.flatMap((layer, at) =>
        (opened.factsOf(layer)?.problems ?? []).map((what) => ({ where: `${name}, layer ${at}`, what })),
      ),
    ];
  });
}
