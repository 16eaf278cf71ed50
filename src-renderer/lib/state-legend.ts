import { addGroup, NOTHING, type GroupSum } from './group-sum.ts';
import type { Hue, ImageState } from './hue.ts';
import type { StoreIndex } from './store-index.ts';

const WORDS: Readonly<Record<ImageState, string>> = {
  running: 'running',
  stopped: 'stopped',
  unused: 'unused',
  dangling: 'dangling',
};

/** Bytes of image layers by the state of what stands on them; states that hold none are left out. */
export function stateLegend(index: StoreIndex) {
  const sums = new Map<Hue, GroupSum>();
  for (const group of index.groups) sums.set(group.hue, addGroup(sums.get(group.hue) ?? NOTHING, group));
  return (Object.keys(WORDS) as ImageState[])
    .map((hue) => ({ hue, words: WORDS[hue], ...(sums.get(hue) ?? NOTHING) }))
    .filter((item) => item.bytes !== 0);
}

export function stateBytes(index: StoreIndex): ReadonlyMap<Hue, number> {
  const bytes = new Map<Hue, number>();
  for (const group of index.groups) bytes.set(group.hue, (bytes.get(group.hue) ?? 0) + group.bytes);
  return bytes;
}
