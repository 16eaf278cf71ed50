/** What every part of the join works with. */
import type { Issue } from '../model/issue.ts';
import type { Access } from '../model/store.ts';
import type { DiskRecords } from './disk/records.ts';
import type { EngineImageDetail, EngineRecords } from './engine/records.ts';
import type { Sizes } from './join-sizes.ts';
import type { WalkResult } from './scan/records.ts';

export interface JoinInput {
  readonly engine: EngineRecords | null;
  readonly disk: DiskRecords | null;
  readonly walk: WalkResult | null;
  readonly takenAtMs: number;
  readonly access: Access;
  /** Inspect and history of images, where the disk can't be read: the only source of layers then. */
  readonly details?: readonly EngineImageDetail[];
  /** Why a running engine of this store was not asked: what it is doing is not known then. */
  readonly unasked?: string | null;
}

export interface Joining {
  readonly engine: EngineRecords | null;
  readonly disk: DiskRecords | null;
  readonly sizes: Sizes;
  readonly unasked: string | null;
  /** Why images or containers may be missing: the disk's were damaged, and no engine told them. */
  readonly usersIncomplete: string | null;
  /** Grows while the parts are joined. */
  readonly issues: Issue[];
}

/** Both lists by id, in the order disk first. */
export function pairs<D extends { readonly id: Id }, E extends { readonly id: Id }, Id extends string>(
  disk: readonly D[] | undefined,
  engine: readonly E[] | null | undefined,
): { readonly id: Id; readonly disk: D | null; readonly engine: E | null }[] {
  const ofEngine = new Map((engine ?? []).map((one) => [one.id, one]));
  const both = (disk ?? []).map((one) => ({ id: one.id, disk: one, engine: ofEngine.get(one.id) ?? null }));
  const onDisk = new Set(both.map((pair) => pair.id));
  const rest = [...ofEngine.values()].filter((one) => !onDisk.has(one.id));
  return [...both, ...rest.map((one) => ({ id: one.id, disk: null, engine: one }))];
}
