/**
 * "Free 5 GB": the set with the least regret that frees at least the target. Freed bytes are a function of the set
 * (shared layers go with their last user), so a choice is made of bundles, not of single sizes. Few items are searched
 * completely; many by the best bytes for their regret, then improved by leaving out what is not needed. PURE.
 */
import type { PlanTarget } from '../contract/reclaim.ts';
import type { Candidate, World } from './items.ts';
import { choicesOf, type Choice, type Choices } from './planner-choices.ts';

/** Up to here every subset is looked at: 16,384 of them. */
const COMPLETE_UP_TO = 14;
const NEXT_BEST = 5;

export interface TargetChoice {
  readonly chosen: readonly Candidate[];
  readonly target: PlanTarget;
}

/** `pool`: what may be taken. When it can't reach the target, all that frees anything is taken. */
export function chooseForTarget(
  pool: readonly Candidate[],
  targetBytes: number,
  world: World,
  options: { readonly completeUpTo?: number } = {},
): TargetChoice {
  const choices = choicesOf(pool, world);
  const complete = choices.items.length <= (options.completeUpTo ?? COMPLETE_UP_TO);
  const chosen = complete
    ? bestOfAll(choices, targetBytes)
    : improved(greedy(choices, targetBytes), choices, targetBytes);
  const items = [...chosen.set].map((at) => choices.items[at]!);
  return {
    chosen: items.map(({ candidate, why }) => ({ ...candidate, because: `${candidate.because}; ${why}` })),
    target: {
      targetBytes,
      reached: chosen.bytes >= targetBytes,
      nextBest: nextBest(choices, chosen),
    },
  };
}

function regret({ items }: Choices, set: Iterable<number>): number {
  let total = 0;
  for (const at of set) total += items[at]!.regret;
  return total;
}

/** Least regret, then most bytes; what frees most of all when the target is out of reach. */
function bestOfAll(choices: Choices, targetBytes: number): Chosen {
  const { items, units } = choices;
  const needs = items.map((item) => mask(item.needs));
  const users = units.map((unit) => mask(unit.users));
  let best = { set: 0, regret: 0, bytes: 0 };
  for (let set = 1; set < 1 << items.length; set++) {
    let total = 0;
    let closed = true;
    for (let at = 0; at < items.length && closed; at++) {
      if ((set & (1 << at)) === 0) continue;
      total += items[at]!.regret;
      closed = (needs[at]! & ~set) === 0;
    }
    if (!closed) continue;
    let bytes = 0;
    for (let at = 0; at < units.length; at++) if ((users[at]! & ~set) === 0) bytes += units[at]!.bytes;
    if (better({ regret: total, bytes }, best, targetBytes)) best = { set, regret: total, bytes };
  }
  const chosen = new Chosen(choices);
  items.forEach((_, at) => (best.set & (1 << at)) !== 0 && chosen.add(at));
  return chosen;
}

interface Score {
  readonly regret: number;
  readonly bytes: number;
}

function better(one: Score, than: Score, targetBytes: number): boolean {
  const oneBytes = Math.min(one.bytes, targetBytes);
  const thanBytes = Math.min(than.bytes, targetBytes);
  if (oneBytes !== thanBytes) return oneBytes > thanBytes;
  return one.regret !== than.regret ? one.regret < than.regret : one.bytes > than.bytes;
}

function mask(places: readonly number[]): number {
  return places.reduce((bits, at) => bits | (1 << at), 0);
}

/** Takes the bundle with the most useful bytes for its regret until the target is reached or nothing frees more. */
function greedy(choices: Choices, targetBytes: number): Chosen {
  const all = new Chosen(choices);
  choices.items.forEach((_, at) => all.add(at));
  if (all.bytes <= targetBytes) return all;
  const chosen = new Chosen(choices);
  while (chosen.bytes < targetBytes) {
    const next = bestBundle(choices, chosen, targetBytes - chosen.bytes);
    if (next === null) break;
    for (const at of next.bundle) chosen.add(at);
  }
  return chosen;
}

/** A set that knows what it frees, and what more would. */
class Chosen {
  readonly set = new Set<number>();
  bytes = 0;
  readonly #choices: Choices;
  readonly #unitsOf: readonly (readonly number[])[];
  /** By unit: how many of its users are not in the set. */
  readonly #missing: Int32Array;

  constructor(choices: Choices) {
    this.#choices = choices;
    const unitsOf: number[][] = choices.items.map(() => []);
    choices.units.forEach((unit, at) => unit.users.forEach((user) => unitsOf[user]!.push(at)));
    this.#unitsOf = unitsOf;
    this.#missing = Int32Array.from(choices.units, (unit) => unit.users.length);
  }

  add(item: number): void {
    if (this.set.has(item)) return;
    this.set.add(item);
    for (const at of this.#unitsOf[item]!)
      if (--this.#missing[at]! === 0) this.bytes += this.#choices.units[at]!.bytes;
  }

  remove(item: number): void {
    if (!this.set.delete(item)) return;
    for (const at of this.#unitsOf[item]!)
      if (this.#missing[at]!++ === 0) this.bytes -= this.#choices.units[at]!.bytes;
  }

  /** Of items that are not in the set, together. */
  gain(bundle: readonly number[]): number {
    const met = new Map<number, number>();
    for (const item of bundle) for (const at of this.#unitsOf[item]!) met.set(at, (met.get(at) ?? 0) + 1);
    let bytes = 0;
    for (const [at, users] of met) if (users === this.#missing[at]) bytes += this.#choices.units[at]!.bytes;
    return bytes;
  }
}

interface Bundle {
  readonly bundle: readonly number[];
  readonly bytes: number;
}

function bestBundle(choices: Choices, chosen: Chosen, wanted: number): Bundle | null {
  let best: (Bundle & { readonly worth: number }) | null = null;
  for (const one of bundles(choices, chosen)) {
    const worth = Math.min(one.bytes, wanted) / regret(choices, one.bundle);
    if (best === null || worth > best.worth) best = { ...one, worth };
  }
  return best;
}

/** For each unit that stays: all its users, with what must go before them, and what that frees beyond the set. */
function bundles(choices: Choices, chosen: Chosen): readonly Bundle[] {
  const found: Bundle[] = [];
  for (const unit of choices.units) {
    const bundle = withNeeds(unit.users, choices.items).filter((at) => !chosen.set.has(at));
    if (bundle.length === 0) continue;
    const bytes = chosen.gain(bundle);
    if (bytes > 0) found.push({ bundle, bytes });
  }
  return found;
}

function withNeeds(users: readonly number[], items: readonly Choice[]): readonly number[] {
  const all = new Set(users);
  for (const at of all) for (const need of items[at]!.needs) all.add(need);
  return [...all];
}

/** Leaves out, dearest first, what the target does not need. */
function improved(chosen: Chosen, choices: Choices, targetBytes: number): Chosen {
  const dearest = [...chosen.set].sort((a, b) => choices.items[b]!.regret - choices.items[a]!.regret);
  const enough = Math.min(chosen.bytes, targetBytes);
  const needed = new Map<number, number>();
  const count = (at: number, by: number): void =>
    choices.items[at]!.needs.forEach((need) => needed.set(need, (needed.get(need) ?? 0) + by));
  for (const at of chosen.set) count(at, 1);
  for (const at of dearest) {
    if ((needed.get(at) ?? 0) > 0) continue;
    chosen.remove(at);
    if (chosen.bytes < enough) chosen.add(at);
    else count(at, -1);
  }
  return chosen;
}

function nextBest(choices: Choices, chosen: Chosen): PlanTarget['nextBest'] {
  const worth = ({ bundle, bytes }: Bundle): number => bytes / regret(choices, bundle);
  const single = bundles(choices, chosen).filter(({ bundle }) => bundle.length === 1);
  // Several units can wait for the same item: each names it, all with the same gain.
  const byItem = new Map(single.map((one) => [one.bundle[0]!, one]));
  const offered = [...byItem.values()].sort((a, b) => worth(b) - worth(a)).slice(0, NEXT_BEST);
  return offered.flatMap(({ bundle, bytes }) => {
    const { candidate, name } = choices.items[bundle[0]!]!;
    if (candidate.kind !== 'image' && candidate.kind !== 'container' && candidate.kind !== 'build-cache')
      return [];
    return [{ kind: candidate.kind, target: candidate.id, name, freesDiskBytes: bytes }];
  });
}
