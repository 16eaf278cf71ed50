/** The one-click classes: what their button says, and the rules that it leads to. */
import { countOf } from './bytes.ts';
import { ALL_CACHE, type Wish } from './plan-wish.ts';
import type { ReclaimClass } from './reclaim-classes.ts';

type Key = ReclaimClass['key'];

const NOUNS: Readonly<Record<Key, readonly [one: string, many: string]>> = {
  dangling: ['dangling image', 'dangling images'],
  unused: ['unused image', 'unused images'],
  stoppedContainers: ['stopped container', 'stopped containers'],
  buildCache: ['cache record', 'cache records'],
  orphans: ['orphan folder', 'orphan folders'],
};

const RULES: Readonly<Record<Key, Wish['rules']>> = {
  dangling: { dangling: true },
  unused: { unused: true },
  stoppedContainers: { stopped: true },
  buildCache: { cache: ALL_CACHE },
  orphans: { orphans: true },
};

/** `Prune 14 dangling images`. It leads to the plan; nothing is removed by it. */
export function pruneWords({ key, refs }: Pick<ReclaimClass, 'key' | 'refs'>): string {
  const [one, many] = NOUNS[key];
  return `Prune ${countOf(refs.length, one, many)}`;
}

export function noneWords(key: Key): string {
  return `No ${NOUNS[key][1]}`;
}

export function wishOfClass(key: Key): Partial<Wish> {
  return { rules: RULES[key] };
}
