import type { ScanBuildCache } from '../../src-main/contract/scan-document.ts';
import { cacheName } from './names.ts';

/** A record in its tree: a record stands below its first parent, which it pins. */
export interface CacheLine {
  readonly record: ScanBuildCache;
  readonly depth: number;
  /** What needs it, in plain words; empty when it may go. */
  readonly pinnedBy: string;
}

/**
 * Depth first, the biggest first among equals. Every record once; a missing parent makes a root, a loop of parents is
 * cut where it is first met.
 */
export function cacheTree(records: readonly ScanBuildCache[]): readonly CacheLine[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  const below = new Map<string, ScanBuildCache[]>();
  const pinners = new Map<string, ScanBuildCache[]>();
  for (const record of byId.values()) {
    for (const parent of record.parents) append(pinners, parent, record);
    const first = record.parents.find((parent) => byId.has(parent) && parent !== record.id);
    append(below, first ?? '', record);
  }
  const lines: CacheLine[] = [];
  const seen = new Set<string>();
  const walk = (roots: readonly ScanBuildCache[]): void => {
    const open = bySize(roots).map((record) => ({ record, depth: 0 }));
    for (let next = open.pop(); next; next = open.pop()) {
      const { record, depth } = next;
      if (seen.has(record.id)) continue;
      seen.add(record.id);
      lines.push({ record, depth, pinnedBy: pinWords(record, pinners.get(record.id) ?? []) });
      for (const child of bySize(below.get(record.id) ?? [])) open.push({ record: child, depth: depth + 1 });
    }
  };
  walk(below.get('') ?? []);
  for (const record of byId.values()) walk([record]);
  return lines;
}

/** Why nobody may take it just now; null when no build uses it. Unknown means in use, and is said as unknown. */
export function useWords({ inUse, useUnknown }: Pick<ScanBuildCache, 'inUse' | 'useUnknown'>): string | null {
  if (!inUse) return null;
  return useUnknown === undefined ? 'a build uses it' : 'its use is not known';
}

function pinWords(record: ScanBuildCache, pinners: readonly ScanBuildCache[]): string {
  if (record.inUse) return record.useUnknown === undefined ? 'a running build' : 'not known';
  if (record.shared) return 'an image';
  const [first] = pinners;
  if (!first) return '';
  return pinners.length === 1 ? cacheName(first) : `${pinners.length} records`;
}

/** Smallest first: the stack is taken from its end. */
function bySize(records: readonly ScanBuildCache[]): readonly ScanBuildCache[] {
  return [...records].sort((a, b) => (a.diskBytes ?? 0) - (b.diskBytes ?? 0));
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
