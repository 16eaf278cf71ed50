/** From a scan document to what a later comparison needs of it. Pure. */
import type { ScanDocument } from '../contract/scan-document.ts';
import { ITEM_KINDS, type ItemKind, type SnapshotDetail, type SnapshotItem } from './records.ts';

export function snapshotOf(document: ScanDocument): Omit<SnapshotDetail, 'id' | 'hasDetail'> {
  const items = [...itemsOf(document)];
  const counts = Object.fromEntries(ITEM_KINDS.map((kind) => [kind, 0])) as Record<ItemKind, number>;
  for (const { kind } of items) counts[kind] += 1;
  return {
    takenAtMs: Date.parse(document.takenAt),
    endpoint: document.engine?.endpoint ?? '',
    dataRoot: document.engine?.dataRoot ?? '',
    account: document.account,
    counts,
    items,
  };
}

function* itemsOf(document: ScanDocument): Generator<SnapshotItem> {
  const imageNames = new Map<string, string>();
  for (const image of document.images) {
    if (image.intermediate) continue;
    const name = image.tags[0] ?? image.digests[0] ?? '';
    imageNames.set(image.id, name === '' ? image.id : name);
    yield { kind: 'image', id: image.id, name, diskBytes: image.diskBytes, of: [] };
  }
  for (const layer of document.layers) {
    const of = layer.images.flatMap((id) => imageNames.get(id) ?? []);
    yield { kind: 'layer', id: layer.chainId, name: '', diskBytes: layer.diskBytes, of };
  }
  for (const { id, name, writableDiskBytes, logDiskBytes, imageName } of document.containers) {
    const known = writableDiskBytes !== null && logDiskBytes !== null;
    const diskBytes = known ? writableDiskBytes + logDiskBytes : null;
    yield { kind: 'container', id, name, diskBytes, of: [imageName] };
  }
  for (const { name, diskBytes } of document.volumes) {
    yield { kind: 'volume', id: name, name, diskBytes, of: [] };
  }
  for (const { id, description, diskBytes } of document.buildCache) {
    yield { kind: 'build-cache', id, name: description, diskBytes, of: [] };
  }
  for (const { path, diskBytes } of document.orphans) {
    yield { kind: 'orphan', id: path, name: path, diskBytes, of: [] };
  }
}
