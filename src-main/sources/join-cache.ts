/** Build cache: the engine's records, or BuildKit's own; their folders and the layers they stand on by snapshots.db. */
import type { ChainId } from '../model/ids.ts';
import { unknown } from '../model/measured.ts';
import type { BuildCacheRecord } from '../model/store.ts';
import type { BuildkitRecord, BuildkitSnapshot, DiskLayer } from './disk/records.ts';
import type { EngineBuildCache } from './engine/records.ts';
import type { Joining } from './join-parts.ts';

export interface CacheJoin {
  readonly records: readonly BuildCacheRecord[];
  /** The records that stand on a layer: removing an image leaves it while one of them is there. */
  readonly standing: ReadonlyMap<ChainId, readonly string[]>;
  /** Folders of snapshots, and the records whose files they are (none: a snapshot without a record). */
  readonly folders: ReadonlyMap<string, readonly string[]>;
}

export function joinCache(joining: Joining): CacheJoin {
  const { disk, engine, sizes } = joining;
  const ours = disk?.buildkit?.records ?? [];
  const snapshots = new Map((disk?.buildkit?.snapshots ?? []).map((one) => [one.key, one]));
  const layers = new Map((disk?.layers ?? []).map((layer) => [layer.chainId, layer]));
  const layerFolders = new Set<string | null>((disk?.layers ?? []).map((layer) => layer.cacheId));
  const imageLayers = new Set((disk?.images ?? []).flatMap((image) => image.chain));
  const byId = new Map(ours.map((record) => [record.id, record]));
  const listed: readonly Listed[] =
    engine?.buildCache ?? ours.filter((one) => one.equalMutable === null).map(asListed);
  const useUnknown =
    engine === null
      ? joining.unasked
      : engine.buildCache !== null
        ? null
        : engine.docker.pending
          ? NOT_YET
          : NOT_LISTED;
  const nameOf = listedNames(ours, new Set(listed.map((one) => one.id)));

  const standing = new Map<ChainId, string[]>();
  const folders = new Map<string, string[]>();
  for (const snapshot of snapshots.values()) if (snapshot.cacheId !== null) folders.set(snapshot.cacheId, []);
  for (const record of ours) {
    const name = nameOf(record.id);
    const key = record.snapshot ?? record.id;
    for (const layer of layersUnder(key, snapshots, layers)) add(standing, layer, name);
    const folder = snapshots.get(key)?.cacheId;
    if (folder != null) add(folders, folder, name);
  }

  const records = listed.map((one): BuildCacheRecord => {
    const record = byId.get(one.id);
    const snapshot = snapshots.get(record?.snapshot ?? one.id);
    const chainId = record?.chainId ?? snapshot?.chainId ?? null;
    const cacheId = snapshot?.cacheId ?? null;
    return {
      id: one.id,
      type: one.type,
      description: one.description,
      inUse: one.inUse || useUnknown !== null,
      ...(useUnknown === null ? {} : { useUnknown }),
      shared: one.shared ?? (layerFolders.has(cacheId) && chainId !== null && imageLayers.has(chainId)),
      createdAtMs: one.createdAtMs,
      lastUsedAtMs: one.lastUsedAtMs,
      usageCount: one.usageCount,
      parents: one.parents.map(nameOf),
      cacheId,
      chainId,
      diskBytes: cacheId === null ? unknown('its folder is not known') : sizes.disk(`overlay2/${cacheId}`),
      docker: { bytes: one.bytes },
    };
  });
  return { records, standing, folders };
}

type Listed = Omit<EngineBuildCache, 'shared'> & { readonly shared: boolean | null };

const NOT_LISTED = 'the engine did not list its build cache';
const NOT_YET = 'the engine has not listed its build cache yet';

/** Where no engine runs no build does; where one runs that did not list them, `useUnknown` says so. */
function asListed(record: BuildkitRecord): Listed {
  const { id, type, description, createdAtMs, lastUsedAtMs, usageCount, parents } = record;
  const times = { createdAtMs, lastUsedAtMs, usageCount };
  return { id, type, description, inUse: false, shared: null, bytes: null, ...times, parents };
}

/** A record and its mutable twin hold the same files and only one of them is listed: both go by that one's id. */
function listedNames(ours: readonly BuildkitRecord[], listed: ReadonlySet<string>): (id: string) => string {
  const twins = new Map<string, string>();
  for (const { id, equalMutable } of ours) {
    if (equalMutable === null) continue;
    if (!listed.has(id) && listed.has(equalMutable)) twins.set(id, equalMutable);
    if (!listed.has(equalMutable) && listed.has(id)) twins.set(equalMutable, id);
  }
  return (id) => twins.get(id) ?? id;
}

/** The image layers below a snapshot, itself included: up its parents to the first with a chain, then down layerdb. */
function layersUnder(
  key: string,
  snapshots: ReadonlyMap<string, BuildkitSnapshot>,
  layers: ReadonlyMap<ChainId, DiskLayer>,
): Set<ChainId> {
  const found = new Set<ChainId>();
  const seen = new Set<string>();
  let at: string | null = key;
  while (at !== null && at !== '' && !seen.has(at)) {
    seen.add(at);
    const snapshot: BuildkitSnapshot | undefined = snapshots.get(at);
    const chain = snapshot?.chainId ?? (at as ChainId);
    let layer = layers.get(chain);
    while (layer !== undefined && !found.has(layer.chainId)) {
      found.add(layer.chainId);
      layer = layer.parent.kind === 'parent' ? layers.get(layer.parent.id) : undefined;
    }
    at = snapshot?.parent ?? null;
  }
  return found;
}

function add<K>(map: Map<K, string[]>, key: K, value: string): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else if (!values.includes(value)) values.push(value);
}
