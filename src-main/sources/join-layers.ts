/** Layers: from layerdb where the disk is read, else from what the engine tells of its images. */
import { createHash } from 'node:crypto';
import type { ChainId, DiffId } from '../model/ids.ts';
import { known, unknown } from '../model/measured.ts';
import type { Layer } from '../model/store.ts';
import type { EngineImageDetail } from './engine/records.ts';
import type { Joining } from './join-parts.ts';
import { linkBytes } from './join-sizes.ts';

/** The chain ids of a list of DiffIDs, base first: `sha256(parentChain + " " + diffId)`, the base's is its DiffID. */
export function chainOf(diffIds: readonly DiffId[]): ChainId[] {
  const chain: ChainId[] = [];
  for (const diffId of diffIds) {
    const parent = chain.at(-1);
    const id = parent === undefined ? diffId : `sha256:${sha256(`${parent} ${diffId}`)}`;
    chain.push(id as string as ChainId);
  }
  return chain;
}

export function joinLayers(
  joining: Joining,
  standing: ReadonlyMap<ChainId, readonly string[]>,
  details: readonly EngineImageDetail[],
): Layer[] {
  const { disk, sizes, issues } = joining;
  if (disk === null) return layersOfDetails(details);
  const folders = new Map(disk.folders.map((folder) => [folder.name, folder]));
  return disk.layers.map((layer): Layer => {
    const path = `overlay2/${layer.cacheId ?? ''}`;
    const folder = layer.cacheId === null ? undefined : folders.get(layer.cacheId);
    if (layer.cacheId !== null && folder === undefined)
      issues.push({ where: path, what: `layer ${layer.chainId} names this folder, which is not there` });
    const gone = layer.cacheId === null ? 'no readable cache-id' : 'its folder is not there';
    return {
      ...layer,
      diskBytes: folder === undefined ? unknown(gone) : sizes.disk(path),
      linkDiskBytes: folder === undefined ? unknown(gone) : linkBytes(folder),
      files: folder === undefined ? null : sizes.contentFiles(path),
      buildCache: standing.get(layer.chainId) ?? [],
    };
  });
}

/** History entries that made a layer pair up with the DiffIDs in order; where they don't, sizes are unknown. */
function layersOfDetails(details: readonly EngineImageDetail[]): Layer[] {
  const layers = new Map<ChainId, Layer>();
  for (const detail of details) {
    const chain = chainOf(detail.diffIds);
    const steps = detail.history.filter((step) => !step.emptyLayer);
    const paired = steps.length === chain.length;
    chain.forEach((chainId, at) => {
      const parent = chain[at - 1];
      const bytes = steps[at]?.bytes;
      layers.set(chainId, {
        chainId,
        diffId: detail.diffIds[at] ?? null,
        parent: parent === undefined ? { kind: 'base' } : { kind: 'parent', id: parent },
        cacheId: null,
        bytes: paired && bytes !== undefined ? known(bytes) : unknown("the image's history does not tell"),
        diskBytes: unknown('files not readable'),
        linkDiskBytes: unknown('files not readable'),
        files: null,
        buildCache: [],
        hasTarSplit: false,
      });
    });
  }
  return [...layers.values()];
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
