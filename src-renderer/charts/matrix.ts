import { addGroup, NOTHING, type GroupSum } from '../lib/group-sum.ts';
import type { SharingGroup } from '../lib/sharing-groups.ts';

/** Which images stand on which bytes: rows are images, columns are sharing groups, widest first. */
export interface SharingMatrix {
  readonly columns: readonly MatrixColumn[];
  readonly rows: readonly MatrixRow[];
  /** Groups beyond the columns shown. */
  readonly hidden: { readonly groups: number; readonly bytes: number };
}

export interface MatrixColumn {
  readonly group: SharingGroup;
  /** Users that are not among the rows. */
  readonly outside: number;
  /** `goes`: all users are going. `almost`: one is missing, and no container holds it. */
  readonly verdict: 'goes' | 'almost' | 'stays';
  /** The one image that is missing, when the verdict is `almost`. */
  readonly missing: string | null;
}

export interface MatrixRow {
  readonly imageId: string;
  /** Null when no unique layer is measured; at least so many when some are not. */
  readonly unique: GroupSum;
  readonly sharedBytes: number;
  /** By column: stands on it. */
  readonly cells: readonly boolean[];
}

export function sharingMatrix(
  groups: readonly SharingGroup[],
  imageIds: readonly string[],
  options: { readonly going: ReadonlySet<string>; readonly maxColumns: number },
): SharingMatrix {
  const shown = new Set(imageIds);
  /** By image of the rows: what it stands on. A base may have thousands of users: its list is gone through once. */
  const groupsOf = new Map(imageIds.map((id) => [id, new Set<SharingGroup>()]));
  const touching = groups.filter((group) => {
    const users = group.images.filter((id) => shown.has(id));
    for (const id of users) groupsOf.get(id)?.add(group);
    return users.length > 0;
  });
  const visible = touching.slice(0, options.maxColumns);
  const hidden = touching.slice(options.maxColumns);
  return {
    columns: visible.map((group) => column(group, shown, options.going)),
    rows: imageIds.map((imageId) => row(imageId, groupsOf.get(imageId) ?? new Set(), visible)),
    hidden: { groups: hidden.length, bytes: hidden.reduce((bytes, group) => bytes + group.bytes, 0) },
  };
}

function column(group: SharingGroup, shown: ReadonlySet<string>, going: ReadonlySet<string>): MatrixColumn {
  const staying = group.images.filter((id) => !going.has(id));
  const held = group.containers.length > 0;
  const outside = group.images.filter((id) => !shown.has(id)).length;
  if (staying.length === 0 && !held) return { group, outside, verdict: 'goes', missing: null };
  const almost = staying.length === 1 && staying.length < group.images.length && !held;
  return {
    group,
    outside,
    verdict: almost ? 'almost' : 'stays',
    missing: almost ? (staying[0] ?? null) : null,
  };
}

function row(
  imageId: string,
  standsOn: ReadonlySet<SharingGroup>,
  visible: readonly SharingGroup[],
): MatrixRow {
  let unique = NOTHING;
  let sharedBytes = 0;
  for (const group of standsOn) {
    if (group.images.length === 1) unique = addGroup(unique, group);
    else sharedBytes += group.bytes;
  }
  return { imageId, unique, sharedBytes, cells: visible.map((group) => standsOn.has(group)) };
}
