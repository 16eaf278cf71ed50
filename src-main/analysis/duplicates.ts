/** The same layer content stored more than once, because it stands on different parents. */
import type { ChainId, DiffId } from '../model/ids.ts';
import { sum, unknown } from '../model/measured.ts';
import type { Measured } from '../model/measured.ts';
import type { StoreSnapshot } from '../model/store.ts';

export interface Duplicate {
  readonly diffId: DiffId;
  readonly chainIds: readonly ChainId[];
  /** All copies but the largest. */
  readonly wastedDiskBytes: Measured;
}

/** Most wasted first. */
export function duplicatesOf({ layers }: StoreSnapshot): Duplicate[] {
  const byDiff = new Map<DiffId, { chainIds: ChainId[]; sizes: Measured[] }>();
  for (const { diffId, chainId, diskBytes } of layers) {
    if (diffId === null) continue;
    const copies = byDiff.get(diffId) ?? { chainIds: [], sizes: [] };
    copies.chainIds.push(chainId);
    copies.sizes.push(diskBytes);
    byDiff.set(diffId, copies);
  }
  const duplicates: Duplicate[] = [];
  for (const [diffId, { chainIds, sizes }] of byDiff)
    if (chainIds.length > 1) duplicates.push({ diffId, chainIds, wastedDiskBytes: allButLargest(sizes) });
  return duplicates.sort((a, b) => bytesOf(b.wastedDiskBytes) - bytesOf(a.wastedDiskBytes));
}

function allButLargest(sizes: readonly Measured[]): Measured {
  const all = sum(sizes);
  if (all.state === 'unknown') return unknown(all.why); // which one is the largest is not known either
  const largest = sizes.reduce((most, size) => Math.max(most, bytesOf(size)), 0);
  return { state: 'known', bytes: all.bytes - largest };
}

function bytesOf(measured: Measured): number {
  return measured.state === 'known' ? measured.bytes : 0;
}
