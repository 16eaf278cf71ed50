/** `volumes/<name>/_data` and `volumes/metadata.db` (bbolt: bucket `volumes`, name → JSON). */
import * as v from 'valibot';
import { readBoltFile } from './bolt-file.ts';
import { damageOf, exists, listFolder, parseJson } from './files.ts';
import { labelsOf } from './image-config.ts';
import type { DiskVolume } from './records.ts';
import type { Reading } from './reading.ts';

const METADATA = 'volumes/metadata.db';

const Entry = v.object({
  Driver: v.nullish(v.string(), 'local'),
  Labels: v.unknown(),
  Options: v.nullish(v.record(v.string(), v.unknown()), {}),
});

export async function readVolumes(reading: Reading): Promise<DiskVolume[]> {
  const refused = (what: string): void => reading.issue('volumes', what);
  const entries = reading.attempt(() => listFolder(reading.root, 'volumes'), refused);
  if (!entries) return [];
  const metadata = await readMetadata(reading);
  const volumes: DiskVolume[] = [];
  for (const entry of entries) {
    if (reading.due()) await reading.rest();
    const where = `volumes/${entry.name}`;
    if (entry.isSymbolicLink()) reading.issue(where, 'is a link, which is not followed');
    if (!entry.isDirectory() || !exists(`${reading.root}/${where}/_data`)) continue;
    volumes.push(describe(reading, entry.name, metadata?.get(entry.name)));
  }
  return volumes;
}

async function readMetadata(reading: Reading): Promise<ReadonlyMap<string, Uint8Array> | null> {
  try {
    return (await readBoltFile(`${reading.root}/${METADATA}`))?.buckets.get('volumes')?.values ?? null;
  } catch (thrown) {
    reading.issue(METADATA, damageOf(thrown).message);
    return null;
  }
}

function describe(reading: Reading, name: string, value: Uint8Array | undefined): DiskVolume {
  const damaged = (what: string): void => reading.issue(`${METADATA}, ${JSON.stringify(name)}`, what);
  const unlisted: DiskVolume = { name, driver: null, labels: {}, hasOptions: false };
  const json = value && reading.attempt(() => parseJson(value), damaged);
  if (!json) return unlisted;
  const parsed = v.safeParse(Entry, json);
  if (!parsed.success) {
    damaged('does not have the form of a volume');
    return unlisted;
  }
  const { Driver: driver, Labels, Options } = parsed.output;
  return { name, driver, labels: labelsOf(Labels), hasOptions: Object.keys(Options).length > 0 };
}
