/** The JSON of an image config (OCI image spec, and what Docker adds), taken apart with nothing believed. */
import type { ChainId, DiffId } from '../../model/ids.ts';
import { parseDiffId } from '../../model/ids.ts';
import type { BuildStep } from '../../model/store.ts';
import { DamagedError } from './files.ts';
import { chainOn } from './layerdb.ts';
import type { DiskImage } from './records.ts';

export type ImageConfig = Pick<
  DiskImage,
  'createdAtMs' | 'platform' | 'diffIds' | 'history' | 'labels' | 'env'
>;

type Json = Readonly<Record<string, unknown>>;

/** Throws DamagedError when the layers cannot be told; everything else missing is just unknown. */
export function decodeImageConfig(json: unknown): ImageConfig {
  const config = objectOr(json);
  const run = objectOr(config['config']);
  return {
    createdAtMs: timeMs(config['created']),
    platform: platformOf(config),
    diffIds: diffIdsOf(config),
    history: listOf(config['history']).map((step) => stepOf(objectOr(step))),
    labels: labelsOf(run['Labels']),
    env: [...texts(run['Env']), ...texts(run['Entrypoint']), ...texts(run['Cmd'])],
  };
}

/** ChainIDs of a list of DiffIDs, base first. Images share most of their chains: `seen` remembers them. */
export function chainOf(diffIds: readonly DiffId[], seen: Map<string, ChainId>): ChainId[] {
  const chain: ChainId[] = [];
  let below: ChainId | null = null;
  for (const diffId of diffIds) {
    const key: string = below ? `${below} ${diffId}` : diffId;
    let id = seen.get(key);
    if (!id) seen.set(key, (id = chainOn(below, diffId)));
    chain.push(id);
    below = id;
  }
  return chain;
}

function diffIdsOf(config: Json): DiffId[] {
  const rootfs = config['rootfs'];
  if (typeof rootfs !== 'object' || rootfs === null) throw new DamagedError('has no rootfs');
  const list = (rootfs as Json)['diff_ids'] ?? [];
  if (!Array.isArray(list)) throw new DamagedError('its diff_ids are no list');
  return list.map((text: unknown) => {
    const diffId = typeof text === 'string' ? parseDiffId(text) : undefined;
    if (!diffId) throw new DamagedError('its diff_ids hold something that is no DiffID');
    return diffId;
  });
}

function stepOf(step: Json): BuildStep {
  return {
    createdBy: text(step['created_by']),
    comment: text(step['comment']),
    createdAtMs: timeMs(step['created']),
    emptyLayer: step['empty_layer'] === true,
  };
}

function platformOf(config: Json): string {
  const parts = [text(config['os']), text(config['architecture']), text(config['variant'])];
  return parts.filter((part) => part !== '').join('/');
}

/** RFC 3339 as Go writes it, or null; Go's zero time (year 1) means "not set". */
export function timeMs(value: unknown): number | null {
  if (typeof value !== 'string' || value.startsWith('0001-01-01')) return null;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : ms;
}

/** Entries with text values; `fromEntries` makes even `__proto__` an ordinary key. */
export function labelsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(objectOr(value));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

const objectOr = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): string[] =>
  listOf(value).filter((one): one is string => typeof one === 'string');
