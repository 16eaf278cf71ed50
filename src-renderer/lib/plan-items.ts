/** A plan's steps as people think of them: one line an item (an image with its names and the images of its build). */
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
  /** First and last place of its own steps, from 1. */
  readonly places: readonly [first: number, last: number];
  /** Names taken away on the way. */
  readonly untags: readonly string[];
  /** Intermediate images of its build that nothing else stands on any more: they go with it. */
  readonly buildSteps: number;
}

export type ItemKind = 'container' | 'tag' | 'image' | 'build-cache' | 'volume' | 'orphan';

/** The children of an intermediate image; null for any other. The plan does not say, the document does. */
export type ChildrenOf = (imageId: string) => readonly string[] | null;

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

interface Draft {
  readonly key: string;
  readonly first: number;
  last: number;
  /** Of the item itself. */
  readonly own: PlanStep[];
  /** Of the intermediate images that go with it. */
  readonly build: PlanStep[];
}

export function planItems(
  steps: readonly PlanStep[],
  childrenOf: ChildrenOf = () => null,
): readonly PlanItem[] {
  const drafts = new Map<string, Draft>();
  steps.forEach((step, index) => {
    const draft = drafts.get(step.item) ?? { key: step.item, first: index + 1, last: 0, own: [], build: [] };
    draft.own.push(step);
    draft.last = index + 1;
    drafts.set(step.item, draft);
  });
  for (const draft of drafts.values()) {
    const head = lastHead(draft, drafts, childrenOf);
    if (head === null) continue;
    head.build.push(...draft.own);
    drafts.delete(draft.key);
  }
  return [...drafts.values()].map(itemOf);
}

/** An intermediate image goes because the last image that was built on it goes. */
function lastHead(draft: Draft, drafts: ReadonlyMap<string, Draft>, childrenOf: ChildrenOf): Draft | null {
  if (kindOf(draft.key) !== 'image' || childrenOf(idOf(draft.key)) === null) return null;
  const seen = new Set([idOf(draft.key)]);
  let last: Draft | null = null;
  for (const id of seen) {
    const children = childrenOf(id);
    children?.forEach((child) => seen.add(child));
    const head = children === null ? drafts.get(`image:${id}`) : undefined;
    if (head && (last === null || head.last > last.last)) last = head;
  }
  return last;
}

function itemOf({ key, first, last, own, build }: Draft): PlanItem {
  const kind = kindOf(key);
  const main = own.at(-1)!;
  return {
    key,
    kind,
    name: main.name,
    because: main.because,
    freesDiskBytes: sumOrNull([...own, ...build].map((step) => step.freesDiskBytes)),
    hasDigest: main.hasDigest,
    places: [first, last],
    untags: kind === 'tag' ? [] : own.filter((step) => step.kind === 'untag').map((step) => step.target),
    buildSteps: build.length,
  };
}

export function planGroups(plan: Pick<Plan, 'steps'>, childrenOf?: ChildrenOf): readonly PlanGroup[] {
  const groups = new Map<ItemKind, PlanItem[]>();
  for (const item of planItems(plan.steps, childrenOf)) {
    groups.set(item.kind, [...(groups.get(item.kind) ?? []), item]);
  }
  return [...groups].map(([kind, items]) => ({
    kind,
    items,
    freesDiskBytes: sumOrNull(items.map((item) => item.freesDiskBytes)),
  }));
}

/** Unknown is not zero: one unmeasured part makes the sum unknown. */
function sumOrNull(parts: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const part of parts) {
    if (part === null) return null;
    sum += part;
  }
  return sum;
}

/** `image:sha256:…` → `sha256:…`. */
export function idOf(key: string): string {
  return key.slice(key.indexOf(':') + 1);
}

function kindOf(key: string): ItemKind {
  return key.slice(0, key.indexOf(':')) as ItemKind;
}
