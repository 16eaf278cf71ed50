/** Which unowned folders are orphans. A running pull or build looks exactly like a leak: proof is needed, not absence. */
import { parseCacheId } from '../model/ids.ts';
import type { OverlayFolder, StoreSnapshot } from '../model/store.ts';

/**
 * Where no engine says when it started: one of unknown age, or one that was not found and runs all the same, may be in
 * the middle of a long pull, whose folder's time stands still meanwhile. No pull and no build takes a day.
 */
const GRACE_MS = 24 * 3_600_000;

export type Judgement =
  | { readonly orphan: true; readonly evidence: readonly string[] }
  | { readonly orphan: false; readonly why: string };

export interface Orphan {
  readonly folder: OverlayFolder;
  /** Path below the data root, `overlay2/<name>`. */
  readonly path: string;
  readonly evidence: readonly string[];
}

export function orphansOf(snapshot: StoreSnapshot): Orphan[] {
  return snapshot.folders.flatMap((folder) => {
    if (folder.owner.kind !== 'unowned') return [];
    const judged = judgeFolder(folder, snapshot);
    return judged.orphan ? [{ folder, path: `overlay2/${folder.name}`, evidence: judged.evidence }] : [];
  });
}

/** Of an unowned folder: an orphan with its evidence, or why it is none. */
export function judgeFolder(folder: OverlayFolder, snapshot: StoreSnapshot): Judgement {
  const not = (why: string): Judgement => ({ orphan: false, why });
  if (folder.owner.kind !== 'unowned') return not('it has an owner');
  if (parseCacheId(folder.name) === undefined) return not('its name is none that Docker gives');
  if (snapshot.ownersIncomplete !== null)
    return not(`not all owners could be read: ${snapshot.ownersIncomplete}`);
  if (folder.mounted) return not('it is mounted');
  if (!folder.unchangedBetweenLooks) return not('it changed while we looked');
  if (folder.modifiedMs === null) return not('its age is not known');

  const age = ageProof(folder.modifiedMs, snapshot);
  if (age.proof === null) return not(age.why);
  return {
    orphan: true,
    evidence: [
      'no layer’s cache-id names it, nor one being registered or removed',
      'no container’s writable or init layer is in it',
      'no BuildKit snapshot has its files in it',
      'no mount uses it',
      'unchanged and unnamed in two looks',
      age.proof,
    ],
  };
}

function ageProof(
  modifiedMs: number,
  { engine, takenAtMs }: StoreSnapshot,
): { proof: string; why: '' } | { proof: null; why: string } {
  const modified = new Date(modifiedMs).toISOString();
  if (engine !== null && engine.startedAtMs !== null) {
    const started = new Date(engine.startedAtMs).toISOString();
    if (modifiedMs < engine.startedAtMs)
      return { proof: `last changed ${modified}, before the engine started (${started})`, why: '' };
    return { proof: null, why: 'it changed since the engine started: a build or pull may be at it' };
  }
  const hours = GRACE_MS / 3_600_000;
  if (takenAtMs - modifiedMs > GRACE_MS)
    return { proof: `last changed ${modified}, more than ${hours} hours before the scan`, why: '' };
  return { proof: null, why: `it changed less than ${hours} hours ago: a build or pull may be at it` };
}
