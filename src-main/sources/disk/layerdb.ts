/** `image/overlay2/layerdb/sha256/<chain>/{diff,parent,cache-id,size,tar-split.json.gz}`: the layers of images. */
import { hash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import type { CacheId, ChainId, DiffId } from '../../model/ids.ts';
import { parseCacheId, parseChainId, parseDiffId } from '../../model/ids.ts';
import type { Measured } from '../../model/measured.ts';
import { known, unknown } from '../../model/measured.ts';
import type { ParentLink } from '../../model/store.ts';
import { exists, listFolder, readText } from './files.ts';
import type { DiskLayer, DiskRecords } from './records.ts';
import type { Reading } from './reading.ts';

export const LAYERDB = 'image/overlay2/layerdb';
const SHA256 = `${LAYERDB}/sha256`;
const TMP = `${LAYERDB}/tmp`;

export interface LayerDb {
  /** `layerdb/sha256` was there. */
  readonly present: boolean;
  readonly layers: DiskLayer[];
  readonly removing: DiskRecords['removing'];
  /** Names in layerdb/tmp: layers being registered, and what a crash left of that. */
  readonly tmp: readonly string[];
}

/** All layers, those half removed, and those half registered. `known`: layers of an earlier look, not read again. */
export async function readLayerDb(
  reading: Reading,
  known: ReadonlyMap<string, DiskLayer> = new Map(),
): Promise<LayerDb> {
  const layers: DiskLayer[] = [];
  const removing: DiskRecords['removing'][number][] = [];
  const entries = listOrIssue(reading, SHA256);
  for (const entry of entries ?? []) {
    if (reading.due()) await reading.rest();
    const chainId = parseChainId(`sha256:${entry.name}`);
    if (!entry.isDirectory()) unexpected(reading, entry);
    else if (chainId) layers.push(known.get(chainId) ?? readLayer(reading, chainId));
    else if (entry.name.endsWith('-removing'))
      removing.push(halfRemoved(reading, `${SHA256}/${entry.name}`, entry.name));
    else reading.ownersIssue(`${SHA256}/${entry.name}`, 'is no layer id and may name a folder of overlay2');
  }
  const sets = listOrIssue(reading, TMP) ?? [];
  for (const { name } of sets.filter((entry) => entry.isDirectory())) {
    const set = halfRemoved(reading, `${TMP}/${name}`, `tmp/${name}`);
    if (set.cacheId) removing.push(set);
  }
  return { present: entries !== null, layers, removing, tmp: sets.map((entry) => entry.name) };
}

function listOrIssue(reading: Reading, where: string): Dirent[] | null {
  const refused = (what: string): void => reading.ownersIssue(where, what);
  return reading.attempt(() => listFolder(reading.root, ...where.split('/')), refused);
}

/** A link or special file could stand for a layer; it is not followed, so what it names is unknown. */
function unexpected(reading: Reading, entry: Dirent): void {
  const where = `${SHA256}/${entry.name}`;
  if (entry.isFile()) reading.issue(where, 'is no layer folder');
  else reading.ownersIssue(where, 'is a link or special file, which is not followed');
}

/** A removal or registration cut in the middle: its folder still belongs to it while `cache-id` names it. */
function halfRemoved(
  reading: Reading,
  where: string,
  entry: string,
): { entry: string; cacheId: CacheId | null } {
  const damaged = (what: string): void => reading.ownersIssue(`${where}/cache-id`, what);
  const text = reading.attempt(() => readText(`${reading.root}/${where}/cache-id`), damaged);
  const cacheId = text === null ? undefined : parseCacheId(text);
  if (text !== null && !cacheId) damaged('names no folder');
  return { entry, cacheId: cacheId ?? null };
}

function readLayer(reading: Reading, chainId: ChainId): DiskLayer {
  const where = `${SHA256}/${chainId.slice('sha256:'.length)}`;
  const folder = `${reading.root}/${where}`;
  const diffId = readDiff(reading, folder, where);
  return {
    chainId,
    diffId,
    parent: checkedParent(reading, where, { chainId, diffId, parent: readParent(folder) }),
    cacheId: readCacheId(reading, folder, where),
    bytes: readSize(reading, folder, where),
    hasTarSplit: exists(`${folder}/tar-split.json.gz`),
  };
}

function readDiff(reading: Reading, folder: string, where: string): DiffId | null {
  const damaged = (what: string): void => reading.issue(`${where}/diff`, what);
  const text = reading.attempt(() => readText(`${folder}/diff`), damaged);
  const diffId = text === null ? undefined : parseDiffId(text);
  if (text !== null && !diffId) damaged('is no DiffID');
  return diffId ?? null;
}

function readCacheId(reading: Reading, folder: string, where: string): CacheId | null {
  const damaged = (what: string): void => reading.ownersIssue(`${where}/cache-id`, what);
  const text = reading.attempt(() => readText(`${folder}/cache-id`) ?? '', damaged);
  if (text === null) return null;
  const cacheId = parseCacheId(text);
  if (!cacheId) damaged(text === '' ? 'is empty or missing' : 'names no folder');
  return cacheId ?? null;
}

function readSize(reading: Reading, folder: string, where: string): Measured {
  const damaged = (what: string): void => reading.issue(`${where}/size`, what);
  const text = reading.attempt(() => readText(`${folder}/size`) ?? '', damaged);
  if (text !== null && /^\d{1,15}$/.test(text)) return known(Number(text));
  if (text !== null) damaged(text === '' ? 'is empty or missing' : 'is not a number of bytes');
  return unknown('its size file is damaged');
}

/** No `parent` file means a base layer. A damaged one must not pass for a base: its chain would look unused. */
export function readParent(folder: string): ParentLink {
  try {
    const text = readText(`${folder}/parent`);
    if (text === null) return { kind: 'base' };
    const id = parseChainId(text);
    return id ? { kind: 'parent', id } : { kind: 'broken', why: 'its parent file names no layer' };
  } catch (thrown) {
    return { kind: 'broken', why: `its parent file: ${(thrown as Error).message}` };
  }
}

/** A ChainID is a hash over parent and diff, so a false parent (or a loop of them) cannot pass. */
function checkedParent(
  reading: Reading,
  where: string,
  layer: { chainId: ChainId; diffId: DiffId | null; parent: ParentLink },
): ParentLink {
  const parent = judged(layer);
  if (parent.kind === 'broken') reading.usersIssue(`${where}/parent`, parent.why);
  return parent;
}

function judged({ chainId, diffId, parent }: Parameters<typeof checkedParent>[2]): ParentLink {
  if (parent.kind === 'broken') return parent;
  if (!diffId) return { kind: 'broken', why: 'cannot be checked without the diff file' };
  if (chainOn(parent.kind === 'parent' ? parent.id : null, diffId) === chainId) return parent;
  return { kind: 'broken', why: 'diff and parent do not give this layer its id' };
}

/** `sha256(parentChain + " " + diffId)`; a base's ChainID is its DiffID. */
export function chainOn(parent: ChainId | null, diffId: DiffId): ChainId {
  if (!parent) return diffId as string as ChainId;
  return `sha256:${hash('sha256', `${parent} ${diffId}`)}` as ChainId;
}
