import type {
  ScanBuildCache,
  ScanContainer,
  ScanDocument,
  ScanImage,
  ScanLayer,
  ScanOrphan,
  ScanVolume,
} from '../../src-main/contract/scan-document.ts';
import { imageState, type ImageState } from './hue.ts';
import type { Ref } from './ref.ts';
import { sharingGroups, type SharingGroup } from './sharing-groups.ts';

/** The document by id, made once per document; all views read from here. */
export interface StoreIndex {
  readonly document: ScanDocument;
  /**
   * What pictures are drawn by. `disk`: allocated blocks. `apparent`: Docker's own sizes of layers, because the data root
   * was not read, or not all of it is measured yet: those are all there from the first moment.
   */
  readonly measure: 'disk' | 'apparent';
  /** Of an image archive: nobody knows who uses its images, and nothing in it goes. */
  readonly archive: boolean;
  /** Layers without a size in this measure. A picture of sizes would draw them as nothing. */
  readonly unmeasured: number;
  readonly images: ReadonlyMap<string, ScanImage>;
  readonly layers: ReadonlyMap<string, ScanLayer>;
  readonly containers: ReadonlyMap<string, ScanContainer>;
  readonly volumes: ReadonlyMap<string, ScanVolume>;
  readonly buildCache: ReadonlyMap<string, ScanBuildCache>;
  readonly orphans: ReadonlyMap<string, ScanOrphan>;
  /** Images that count as users: all but intermediate ones. */
  readonly heads: readonly ScanImage[];
  readonly groups: readonly SharingGroup[];
  readonly groupOfLayer: ReadonlyMap<string, SharingGroup>;
  readonly stateOfImage: ReadonlyMap<string, ImageState>;
}

export function indexStore(document: ScanDocument): StoreIndex {
  const isMeasured = document.partial === null && document.account.dataRootDiskBytes !== null;
  const measure = isMeasured ? 'disk' : 'apparent';
  const images = byKey(document.images, (image) => image.id);
  const containers = byKey(document.containers, (container) => container.id);
  const stateOfImage = new Map(
    document.images.map((image) => [image.id, imageState(image, (id) => containers.get(id)?.state)]),
  );
  const groups = sharingGroups(document, stateOfImage, (layer) => layerBytes(layer, measure));
  const groupOfLayer = new Map(groups.flatMap((group) => group.layers.map((id) => [id, group])));
  return {
    document,
    measure,
    archive: document.access === 'archive',
    unmeasured: groups.reduce((count, group) => count + group.unmeasured, 0),
    images,
    layers: byKey(document.layers, (layer) => layer.chainId),
    containers,
    volumes: byKey(document.volumes, (volume) => volume.name),
    buildCache: byKey(document.buildCache, (record) => record.id),
    orphans: byKey(document.orphans, (orphan) => orphan.path),
    heads: document.images.filter((image) => !image.intermediate),
    groups,
    groupOfLayer,
    stateOfImage,
  };
}

/** A layer's own folder. Its short name in `overlay2/l` is the engine's record and counted there by the account. */
export function layerBytes(layer: ScanLayer, measure: 'disk' | 'apparent'): number | null {
  return measure === 'apparent' ? layer.bytes : layer.diskBytes;
}

/** An image's own bytes and those others stand on too, in the document's measure; null where a layer has no size. */
export function sharesOf(
  index: StoreIndex,
  image: ScanImage,
): { readonly unique: number | null; readonly shared: number | null } {
  if (!index.archive) return { unique: image.uniqueDiskBytes, shared: image.sharedDiskBytes };
  let [unique, shared] = [0, 0];
  for (const chainId of image.chain) {
    const layer = index.layers.get(chainId);
    const bytes = layer === undefined ? null : layerBytes(layer, index.measure);
    if (layer === undefined || bytes === null) return UNKNOWN_SHARES;
    if (layer.images.length > 1) shared += bytes;
    else unique += bytes;
  }
  return image.chain.length === 0 ? UNKNOWN_SHARES : { unique, shared };
}

const UNKNOWN_SHARES = { unique: null, shared: null };

/** Whether this document has the thing. */
export function exists(index: StoreIndex, ref: Ref): boolean {
  switch (ref.kind) {
    case 'image':
      return index.images.has(ref.id);
    case 'layer':
    case 'group':
      return index.layers.has(ref.id);
    case 'container':
      return index.containers.has(ref.id);
    case 'volume':
      return index.volumes.has(ref.id);
    case 'build-cache':
      return index.buildCache.has(ref.id);
    case 'orphan':
      return index.orphans.has(ref.id);
    default:
      return ref.kind satisfies never;
  }
}

function byKey<T>(all: readonly T[], key: (one: T) => string): ReadonlyMap<string, T> {
  return new Map(all.map((one) => [key(one), one]));
}
