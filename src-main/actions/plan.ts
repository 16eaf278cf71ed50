/** From what is wanted to ordered steps with exact bytes. What a plan promises is what its steps free, no more. PURE. */
import { storeGraph, type StoreGraph } from '../analysis/graph.ts';
import { unlocksOf } from '../analysis/unlocks.ts';
import type { Plan, PlanLoss, PlanRequest, PlanStep, PlanTarget, PlanUnlock } from '../contract/reclaim.ts';
import type { Selection } from '../contract/store.ts';
import { bytesOrNull, sum } from '../model/measured.ts';
import { nameOf, selectionOf, settle, type Going } from './conflicts.ts';
import { factsOf } from './facts.ts';
import type { Candidate, ItemKind, World } from './items.ts';
import { orderSteps } from './order.ts';
import { mayBeTaken } from './pins.ts';
import { chooseForTarget } from './planner.ts';
import { candidatesOf } from './rules.ts';
import { freesInOrder, removedKey } from './step-bytes.ts';

/** What a pure function can't make itself. `hash`: text → 64 hex characters. */
export interface PlanTools {
  readonly id: string;
  readonly madeAt: string;
  readonly hash: (text: string) => string;
}

/** Throws `not-found` and `bad-request` for names that mean nothing or several things. */
export function makePlan(request: PlanRequest, world: World, tools: PlanTools): Plan {
  const rules = request.rules ?? {};
  const asked = [...selected(request.selection), ...candidatesOf(rules, world)];
  const without = request.without ?? [];
  if (rules.targetBytes === undefined)
    return planFor({ candidates: asked, without, target: null }, world, tools);
  const pool = asked.length > 0 ? asked : candidatesOf({ unused: true, cache: ['regular'] }, world);
  const choice = chooseForTarget(pool, rules.targetBytes, world);
  return planFor({ candidates: choice.chosen, without, target: choice.target }, world, tools);
}

/** The same items again, for a fresh look at the store: no rule is asked, so nothing new can come in. */
export function remakePlan(plan: Plan, world: World, tools: PlanTools): Plan {
  const candidates = new Map<string, Candidate>();
  for (const step of plan.steps) {
    const colon = step.item.indexOf(':');
    const kind = step.item.slice(0, colon) as ItemKind;
    if (step.kind !== 'untag' || kind === 'tag') {
      candidates.set(step.item, { kind, id: step.item.slice(colon + 1), because: step.because });
    }
  }
  return planFor({ candidates: [...candidates.values()], without: [], target: plan.target }, world, tools);
}

interface Wanted {
  readonly candidates: readonly Candidate[];
  readonly without: readonly string[];
  readonly target: PlanTarget | null;
}

function planFor(wanted: Wanted, world: World, tools: PlanTools): Plan {
  const { snapshot } = world;
  const { going, stays } = settle(wanted.candidates, wanted.without, world);
  const ordered = orderSteps(going, snapshot);
  const graph = storeGraph(snapshot);
  const frees = freesInOrder(ordered.map(removedKey), graph);
  const images = new Map<string, boolean>(
    snapshot.images.map((image) => [image.id, image.digests.length > 0]),
  );
  const steps = ordered.map((step, index): PlanStep => ({
    kind: step.kind,
    target: step.target,
    name: nameOf(kindOf(step.item), step.kind === 'untag' ? step.target : idOf(step.item), world),
    freesDiskBytes: bytesOrNull(frees[index]!.diskBytes),
    because: step.because,
    hasDigest: images.get(idOf(step.item)) ?? false,
    item: step.item,
  }));
  const dependsOn = factsOf(steps, world);
  return {
    schema: 1,
    id: tools.id,
    madeAt: tools.madeAt,
    fingerprint: tools.hash(dependsOn.join('\n')),
    freesDiskBytes: bytesOrNull(sum(frees.map((one) => one.diskBytes))),
    steps,
    stays,
    unlocks: planUnlocks(going, graph, world),
    lost: lossesOf(going, world),
    target: wanted.target,
    dependsOn,
  };
}

/** The basket: exact ids. */
export function selected(selection: Selection | undefined): readonly Candidate[] {
  if (selection === undefined) return [];
  const chosen = (kind: ItemKind, ids: readonly string[]): Candidate[] =>
    ids.map((id) => ({ kind, id, because: 'you chose it' }));
  return [
    ...chosen('container', selection.containers),
    ...chosen('image', selection.images),
    ...chosen('build-cache', selection.buildCache),
    ...chosen('volume', selection.volumes),
    ...chosen('orphan', selection.orphans),
  ];
}

function planUnlocks(going: Going, graph: StoreGraph, world: World): readonly PlanUnlock[] {
  const found = unlocksOf(graph, selectionOf(going), (one) => mayBeTaken(one.kind, one.id, world));
  return found.map(({ kind, id, name, diskBytes }) => ({
    kind,
    target: id,
    name,
    freesDiskBytes: diskBytes,
  }));
}

/** What no registry and no rebuild of ours brings back. */
function lossesOf(going: Going, world: World): readonly PlanLoss[] {
  const losses: PlanLoss[] = [];
  const { snapshot } = world;
  for (const one of snapshot.containers) {
    if (!going.container.has(one.id)) continue;
    const bytes = bytesOrNull(one.writableBytes);
    if (bytes === 0) continue;
    const what = 'changes in its writable layer';
    losses.push({ kind: 'writable-layer', target: one.id, name: one.name, bytes, what });
  }
  for (const one of snapshot.volumes) {
    if (!going.volume.has(one.name)) continue;
    const what = 'everything in the volume';
    losses.push({ kind: 'volume', target: one.name, name: one.name, bytes: bytesOrNull(one.bytes), what });
  }
  for (const one of snapshot.images) {
    if (!going.image.has(one.id) || one.digests.length > 0 || one.intermediate) continue;
    const what = 'local only: no registry digest, it can not be pulled again';
    const name = nameOf('image', one.id, world);
    losses.push({ kind: 'local-image', target: one.id, name, bytes: one.docker.bytes, what });
  }
  return losses;
}

function kindOf(item: string): ItemKind {
  return item.slice(0, item.indexOf(':')) as ItemKind;
}

function idOf(item: string): string {
  return item.slice(item.indexOf(':') + 1);
}
