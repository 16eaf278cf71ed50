/** Two accounts of the past side by side. Pure. */
import type { SnapshotDetail, SnapshotItem } from './records.ts';

export interface ItemChange extends SnapshotItem {
  readonly byDiskBytes: number;
}

export interface SnapshotChanges {
  /** Of the whole data root; null when one of both did not measure it. */
  readonly diskBytes: number | null;
  readonly came: readonly SnapshotItem[];
  readonly went: readonly SnapshotItem[];
  /** Same thing, other size; the largest change first. What one of both did not measure is no change. */
  readonly grew: readonly ItemChange[];
}

export function compareSnapshots(from: SnapshotDetail, to: SnapshotDetail): SnapshotChanges {
  const before = new Map(from.items.map((item) => [keyOf(item), item]));
  const after = new Map(to.items.map((item) => [keyOf(item), item]));
  const grew: ItemChange[] = [];
  for (const [key, item] of after) {
    const then = before.get(key)?.diskBytes ?? null;
    if (then === null || item.diskBytes === null || then === item.diskBytes) continue;
    grew.push({ ...item, byDiskBytes: item.diskBytes - then });
  }
  return {
    diskBytes: difference(from.account.dataRootDiskBytes, to.account.dataRootDiskBytes),
    came: [...after]
      .filter(([key]) => !before.has(key))
      .map(([, item]) => item)
      .toSorted(largestFirst),
    went: [...before]
      .filter(([key]) => !after.has(key))
      .map(([, item]) => item)
      .toSorted(largestFirst),
    grew: grew.toSorted((one, other) => Math.abs(other.byDiskBytes) - Math.abs(one.byDiskBytes)),
  };
}

const keyOf = ({ kind, id }: SnapshotItem): string => `${kind} ${id}`;

const largestFirst = (one: SnapshotItem, other: SnapshotItem): number =>
  (other.diskBytes ?? -1) - (one.diskBytes ?? -1);

function difference(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : to - from;
}
