/**
 * `buildkit/snapshots.db` (what each snapshot's files are; it names owners of folders) and `buildkit/metadata_v2.db`
 * (the records that `docker builder` lists). Formats: moby builder-next/adapters/snapshot, buildkit cache/metadata.
 */
import type { CacheId, ChainId } from '../../model/ids.ts';
import { parseCacheId, parseChainId } from '../../model/ids.ts';
import { readBoltFile } from './bolt-file.ts';
import type { BoltBucket } from './bolt.ts';
import { buildkitRecord } from './buildkit-record.ts';
import { damageOf, listFolder } from './files.ts';
import type { BuildkitRecord, BuildkitRecords, BuildkitSnapshot } from './records.ts';
import type { Reading } from './reading.ts';

const FOLDER = 'buildkit';
const SNAPSHOTS = `${FOLDER}/snapshots.db`;
const METADATA = `${FOLDER}/metadata_v2.db`;

/** Null when the engine keeps no build cache here, or its files are damaged (which is told as an issue). */
export async function readBuildkit(
  reading: Reading,
  cacheIds: ReadonlyMap<ChainId, CacheId>,
): Promise<BuildkitRecords | null> {
  const snapshots = await readSnapshots(reading, cacheIds);
  return snapshots && { snapshots, records: await readRecords(reading) };
}

/** The root buckets of snapshots.db, one per snapshot. */
export async function readSnapshots(
  reading: Reading,
  cacheIds: ReadonlyMap<ChainId, CacheId>,
): Promise<BuildkitSnapshot[] | null> {
  const refused = (what: string): void => unread(reading, FOLDER, what);
  if (!reading.attempt(() => listFolder(reading.root, FOLDER), refused)) return null;
  try {
    const root = await readBoltFile(`${reading.root}/${SNAPSHOTS}`);
    return root && [...root.buckets].map(([key, bucket]) => snapshotOf(key, bucket, cacheIds));
  } catch (thrown) {
    unread(reading, SNAPSHOTS, damageOf(thrown).message);
    return null;
  }
}

/** A snapshot is an owner of a folder; a record on it is a user of layers: removing their images leaves them. */
function unread(reading: Reading, where: string, what: string): void {
  reading.ownersIssue(where, what);
  reading.usersIssue(where, what);
}

function snapshotOf(
  key: string,
  bucket: BoltBucket,
  cacheIds: ReadonlyMap<ChainId, CacheId>,
): BuildkitSnapshot {
  const text = (name: string): string | null => {
    const value = bucket.values.get(name);
    return value && value.byteLength > 0 ? Buffer.from(value).toString('utf8') : null;
  };
  const committed = text('committed');
  const chainId = parseChainId(text('chainid') ?? key) ?? null;
  const ofLayer = chainId && cacheIds.get(chainId);
  const cacheId = ofLayer ?? parseCacheId(committed ?? key) ?? null;
  return { key, parent: text('parent'), committed, chainId, cacheId };
}

async function readRecords(reading: Reading): Promise<BuildkitRecord[]> {
  try {
    const main = (await readBoltFile(`${reading.root}/${METADATA}`))?.buckets.get('_main');
    const damaged = (id: string, what: string): void => reading.issue(`${METADATA}, record ${id}`, what);
    return [...(main?.buckets ?? [])].map(([id, bucket]) => buildkitRecord(id, bucket.values, damaged));
  } catch (thrown) {
    reading.usersIssue(METADATA, damageOf(thrown).message);
    return [];
  }
}
