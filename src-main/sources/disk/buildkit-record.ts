/** One record of metadata_v2.db: keys such as `cache.createdAt` with values `{"value": …}`; times are nanoseconds. */
import { parseChainId } from '../../model/ids.ts';
import { isMoment } from '../../model/moment.ts';
import { damageOf, parseJson } from './files.ts';
import type { BuildkitRecord } from './records.ts';

const NS_PER_MS = 1_000_000;

export function buildkitRecord(
  id: string,
  values: ReadonlyMap<string, Uint8Array>,
  onDamage: (id: string, what: string) => void,
): BuildkitRecord {
  /** An empty value is one that was cleared. */
  const value = (key: string): unknown => {
    const bytes = values.get(key);
    if (!bytes || bytes.byteLength === 0) return undefined;
    try {
      return (parseJson(bytes) as { value?: unknown } | null)?.value;
    } catch (thrown) {
      onDamage(id, `${key} ${damageOf(thrown).message}`);
      return undefined;
    }
  };
  const ms = (key: string): number | null => {
    const ns = number(value(key));
    const moment = ns === null ? NaN : Math.floor(ns / NS_PER_MS);
    return isMoment(moment) ? moment : null;
  };
  return {
    id,
    description: text(value('cache.description')) ?? '',
    type: text(value('cache.recordType')) ?? 'regular',
    snapshot: text(value('cache.snapshot')) ?? id,
    parents: parentsOf(value),
    createdAtMs: ms('cache.createdAt'),
    lastUsedAtMs: ms('cache.lastUsedAt'),
    usageCount: number(value('cache.usageCount')),
    chainId: parseChainId(text(value('cache.chainID')) ?? '') ?? null,
    equalMutable: text(value('cache.equalMutable')),
  };
}

/** A record stands on one parent, on the parents of a merge, or on both sides of a diff. */
function parentsOf(value: (key: string) => unknown): string[] {
  const merged = value('cache.mergeParents');
  const all = [
    value('cache.parent'),
    value('cache.lowerDiffParent'),
    value('cache.upperDiffParent'),
    ...(Array.isArray(merged) ? (merged as unknown[]) : []),
  ];
  return all.filter((parent): parent is string => typeof parent === 'string' && parent !== '');
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
