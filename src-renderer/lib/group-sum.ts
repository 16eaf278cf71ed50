import type { SharingGroup } from './sharing-groups.ts';

/** Bytes of some groups as they are shown: null when none of them is known, at least so many when some are not. */
export interface GroupSum {
  readonly bytes: number | null;
  readonly atLeast: boolean;
}

export const NOTHING: GroupSum = { bytes: 0, atLeast: false };

export function addGroup(sum: GroupSum, group: SharingGroup): GroupSum {
  const bytes = (sum.bytes ?? 0) + group.bytes;
  const atLeast = sum.atLeast || group.unmeasured > 0;
  return { bytes: atLeast && bytes === 0 ? null : bytes, atLeast };
}

export const sumGroups = (groups: readonly SharingGroup[]): GroupSum => groups.reduce(addGroup, NOTHING);

/** `≥ 1.2 GiB`, `–`. */
export function sumWords({ bytes, atLeast }: GroupSum, say: (bytes: number | null) => string): string {
  return `${atLeast && bytes !== null ? '≥ ' : ''}${say(bytes)}`;
}

export const groupWords = (group: SharingGroup, say: (bytes: number | null) => string): string =>
  sumWords(sumGroups([group]), say);
