/** Which layers the memory still knows: one look at each folder, on this thread, in slices that keep it responsive. */
import { lstatSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { LayerKey, LayerMemory, RememberedLayer } from './memory.ts';
import type { Measuring } from './measuring.ts';
import { type Piece, measurePiece } from './unit-walk.ts';

const SLICE_MS = 8;

export interface Recalled {
  readonly of: Measuring;
  /** Everything of the unit but its content: it changes (`committed`, `work`), so it is measured every time. */
  readonly rest: Piece;
  readonly key: LayerKey;
  readonly remembered: RememberedLayer | null;
}

/** The units whose content has an identity, with what the memory knows; units left out have to be walked whole. */
export async function recall(
  layers: readonly Measuring[],
  memory: LayerMemory,
  signal: AbortSignal | undefined,
): Promise<Recalled[]> {
  const looked: Omit<Recalled, 'remembered'>[] = [];
  let sliceStart = performance.now();
  for (const layer of layers) {
    if (performance.now() - sliceStart > SLICE_MS) {
      await setImmediate();
      sliceStart = performance.now();
    }
    if (signal?.aborted) return [];
    const { unit, task } = layer;
    const path = `${task.dataRoot}/${unit.path}`;
    const identity = identityOf(path, `${path}/${task.content}`);
    if (identity === null) continue;
    const rest = measurePiece({ ...task, part: 'rest' });
    if (rest.incomplete !== null) continue;
    looked.push({ of: layer, rest, key: { path, identity, chainId: unit.chainId } });
  }
  if (looked.length === 0) return [];
  const known = await memory.lookup(looked.map(({ key }) => key));
  return looked.map((one, at) => ({ ...one, remembered: known[at] ?? null }));
}

/** Null where one of both is no folder or can't be looked at: the walk will say why. */
function identityOf(folder: string, content: string): string | null {
  try {
    const outer = lstatSync(folder, { bigint: true });
    const inner = lstatSync(content, { bigint: true });
    if (!outer.isDirectory() || !inner.isDirectory()) return null;
    return `${outer.dev}:${outer.ino} ${inner.dev}:${inner.ino} ${inner.ctimeNs}`;
  } catch {
    return null;
  }
}
