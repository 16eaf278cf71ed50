/** A document as it is while its store is measured: the largest layers first, what changes last. */
import type { ScanDocument, ScanImage } from '../../src-main/contract/scan-document.ts';

/** `share` of all folders is measured: 0 for none, 1 for the whole document. */
export function measuredSoFar(whole: ScanDocument, share: number): ScanDocument {
  if (share >= 1) return whole;
  const total = whole.layers.length + whole.containers.length + whole.volumes.length;
  const measured = Math.min(whole.layers.length, Math.floor(total * share));
  const largest = whole.layers.toSorted((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0)).slice(0, measured);
  const known = new Map(largest.map((layer) => [layer.chainId, layer.diskBytes ?? 0]));
  const orNull = (bytes: number): number | null => bytes || null;
  const sumOf = (chain: readonly string[]): number =>
    chain.reduce((bytes, id) => bytes + (known.get(id) ?? 0), 0);
  const sharers = new Map(whole.layers.map((layer) => [layer.chainId, layer.images.length]));

  const image = (one: ScanImage): ScanImage => {
    if (one.chain.every((id) => known.has(id))) return one;
    const unique = sumOf(one.chain.filter((id) => (sharers.get(id) ?? 0) < 2));
    return {
      ...one,
      diskBytes: orNull(sumOf(one.chain)),
      uniqueDiskBytes: orNull(unique),
      sharedDiskBytes: orNull(sumOf(one.chain) - unique),
      freesDiskBytes: one.freesDiskBytes === 0 ? 0 : orNull(Math.min(unique, one.freesDiskBytes ?? 0)),
      atLeast: true,
    };
  };
  const layers = orNull(sumOf([...known.keys()]));
  const none = Object.fromEntries(Object.keys(whole.account).map((key) => [key, null]));
  return {
    ...whole,
    account: {
      ...(none as unknown as ScanDocument['account']),
      dataRootDiskBytes: layers,
      imageLayers: layers,
    },
    reclaimable: { ...whole.reclaimable, stoppedContainers: null, buildCache: null, orphans: null },
    images: whole.images.map(image),
    layers: whole.layers.map((layer) =>
      known.has(layer.chainId) ? layer : { ...layer, diskBytes: null, files: null },
    ),
    containers: whole.containers.map((one) => ({
      ...one,
      writableBytes: null,
      writableDiskBytes: null,
      files: null,
      freesDiskBytes: one.logDiskBytes,
      atLeast: true,
    })),
    volumes: whole.volumes.map((one) => ({ ...one, bytes: null, diskBytes: null, files: null })),
    buildCache: whole.buildCache.map((one) => ({ ...one, diskBytes: null })),
    orphans: whole.orphans.map((one) => ({ ...one, diskBytes: null, files: null })),
    docker: {
      layersBytes: null,
      imagesReclaimableBytes: null,
      containersBytes: null,
      volumesBytes: null,
      buildCacheBytes: null,
      pending: true,
    },
    partial: { measured, total, of: 'folders' },
  };
}
