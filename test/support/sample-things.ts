/** Volumes, build cache and orphans of a made-up store. */
import type { ScanBuildCache, ScanOrphan, ScanVolume } from '../../src-main/contract/scan-document.ts';

export interface Dice {
  /** 64 hex digits. */
  readonly hex: () => string;
  /** Whole blocks, small ones more often. */
  readonly size: (most: number) => number;
  readonly ago: (days: number) => string;
}

export function sampleThings({ hex, size, ago }: Dice, containerIds: readonly string[]) {
  const volumes: ScanVolume[] = Array.from({ length: 9 }, (_, index) => ({
    name:
      index % 3 === 2
        ? hex()
        : ['pgdata', 'uploads', 'redis', 'search-index', 'mail', 'tmp'][index % 6] + String(index),
    driver: 'local',
    created: ago(index * 9),
    bytes: 1000 + size(900_000_000),
    diskBytes: 4096 + size(900_000_000),
    files: 10 * (index + 1),
    containers: index % 2 === 0 && containerIds[index] ? [containerIds[index]] : [],
    anonymous: index % 3 === 2,
    labels: {},
  }));
  const buildCache: ScanBuildCache[] = Array.from({ length: 24 }, (_, index) => ({
    id: hex().slice(0, 25),
    type: index % 6 === 0 ? 'source.local' : index % 7 === 0 ? 'exec.cachemount' : 'regular',
    description: `[${index + 1}/24] RUN make step-${index}`,
    diskBytes: index % 5 === 4 ? 0 : 4096 + size(500_000_000),
    inUse: index === 3,
    shared: index % 5 === 4,
    created: ago(index * 2),
    lastUsed: ago(index),
    usageCount: index,
    parents: [],
    path: null,
  }));
  for (const [index, record] of buildCache.entries()) {
    if (index % 4 !== 0) (record.parents as string[]).push(buildCache[index - 1]?.id ?? '');
  }
  const orphans: ScanOrphan[] = Array.from({ length: 3 }, (_, index) => ({
    path: `overlay2/${hex()}`,
    diskBytes: 4096 + size(400_000_000) + 90_000_000,
    files: 120 * (index + 1),
    modified: ago(30 + index),
    evidence: [
      'no cache-id names it',
      'no container names it',
      'no build-cache record names it',
      'older than a day',
    ],
  }));
  return { volumes, buildCache, orphans };
}
