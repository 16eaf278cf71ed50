/** A plan's steps as people think of them: one line an item (an image with all its names), in the order of the steps. */
import type { Plan, PlanStep } from '../../src-main/contract/reclaim.ts';
import type { Hue } from './hue.ts';

export interface PlanItem {
  /** As in `without`. */
  readonly key: string;
  readonly kind: ItemKind;
  readonly name: string;
  readonly because: string;
  /** Null where a step's bytes were not measured. */
  readonly freesDiskBytes: number | null;
  readonly hasDigest: boolean;
  /** First and last place in the plan, from 1. */
  readonly places: readonly [first: number, last: number];
  /** Names taken away on the way. */
  readonly untags: readonly string[];
}

export type ItemKind = 'container' | 'tag' | 'image' | 'build-cache' | 'volume' | 'orphan';

export interface PlanGroup {
  readonly kind: ItemKind;
  readonly items: readonly PlanItem[];
  readonly freesDiskBytes: number | null;
}

export const KIND_WORDS: Readonly<Record<ItemKind, readonly [one: string, many: string, hue: Hue]>> = {
  container: ['container', 'containers', 'stopped'],
  tag: ['name', 'names', 'unused'],
  image: ['image', 'images', 'unused'],
  'build-cache': ['build cache record', 'build cache records', 'dangling'],
  volume: ['volume', 'volumes', 'volume'],
  orphan: ['orphan folder', 'orphan folders', 'orphan'],
};

export function planItems(steps: readonly PlanStep[]): readonly PlanItem[] {
  const byItem = new Map<string, { steps: PlanStep[]; first: number; last: number }>();
  steps.forEach((step, index) => {
    const found = byItem.get(step.item) ?? { steps: [], first: index + 1, last: index + 1 };
    found.steps.push(step);
    found.last = index + 1;
    byItem.set(step.item, found);
  });
  return [...byItem].map(([key, { steps: own, first, last }]) => {
    const kind = key.slice(0, key.indexOf(':')) as ItemKind;
    const main = own.at(-1) ?? own[0]!;
    return {
      key,
      kind,
      name: main.name,
      because: main.because,
      freesDiskBytes: sumOrNull(own.map((step) => step.freesDiskBytes)),
      hasDigest: own.some((step) => step.hasDigest),
      places: [first, last],
      untags: kind === 'tag' ? [] : own.filter((step) => step.kind === 'untag').map((step) => step.target),
    };
  });
}

export function planGroups(plan: Pick<Plan, 'steps'>): readonly PlanGroup[] {
  const groups = new Map<ItemKind, PlanItem[]>();
  for (const item of planItems(plan.steps)) groups.set(item.kind, [...(groups.get(item.kind) ?? []), item]);
  return [...groups].map(([kind, items]) => ({
    kind,
    items,
    freesDiskBytes: sumOrNull(items.map((item) => item.freesDiskBytes)),
  }));
}

/** Unknown is not zero: one unmeasured part makes the sum unknown. */
export function sumOrNull(parts: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const part of parts) {
    if (part === null) return null;
    sum += part;
  }
  return sum;
}
