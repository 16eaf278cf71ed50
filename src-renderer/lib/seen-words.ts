import type { HistoryUses } from '../../src-main/contract/history.ts';
import type { ScanImage, ScanLayer } from '../../src-main/contract/scan-document.ts';
import { formatAge, formatDay } from './ages.ts';

/** When something was last seen under a container, for a cell: short words and the whole sentence. */
export interface SeenWords {
  readonly short: string;
  readonly sentence: string;
  /** For sorting; null when it was never seen in use. */
  readonly atMs: number | null;
}

/** Null while nothing is remembered. Never says "never used": only what was seen since scans are kept. */
export function seenWords(
  thing: Pick<ScanImage, 'id' | 'containers'> | Pick<ScanLayer, 'chainId' | 'containers'>,
  uses: HistoryUses | null,
  nowMs: number,
): SeenWords | null {
  if (thing.containers.length > 0)
    return { short: 'now', sentence: 'A container stands on it now.', atMs: nowMs };
  if (uses === null || uses.since === null) return null;
  const since = `watching since ${formatDay(uses.since)}`;
  const seen = 'id' in thing ? uses.images[thing.id] : uses.layers[thing.chainId];
  if (seen === undefined) {
    return { short: 'not seen', sentence: `Never seen under a container (${since}).`, atMs: null };
  }
  const ago = formatAge(seen, nowMs);
  return { short: ago, sentence: `Last seen under a container ${ago} (${since}).`, atMs: Date.parse(seen) };
}
