/** What the plan screen says: buttons with verbs and amounts, reasons for what can't be done, what changed. */
import type { Plan, PlanLoss, StepKind } from '../../src-main/contract/reclaim.ts';
import type { Connection } from '../../src-main/contract/store.ts';
import { countOf } from './bytes.ts';
import { KIND_WORDS, planGroups, planItems, type ChildrenOf } from './plan-items.ts';
import { safeText } from './safe-text.ts';

export type Say = (bytes: number | null) => string;

/** "Remove 9 images and 2 containers"; never a bare "OK". */
export function removeWords(plan: Pick<Plan, 'steps'>, childrenOf?: ChildrenOf): string {
  const groups = planGroups(plan, childrenOf);
  const onlyOrphans = groups.every((group) => group.kind === 'orphan');
  const parts = groups.map(({ kind, items }) => {
    const [one, many] = KIND_WORDS[kind];
    return countOf(items.length, one, many);
  });
  const list =
    parts.length < 2 ? (parts[0] ?? 'nothing') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  return onlyOrphans ? `Move ${list} to the quarantine` : `Remove ${list}`;
}

export type Hindrance =
  /** Nothing can be removed here at all: no button is shown. */
  | { readonly kind: 'absent'; readonly why: string; readonly command: null }
  /** It could be, if the server was started so. */
  | { readonly kind: 'disabled'; readonly why: string; readonly command: string | null };

/** Why nothing can be removed here now, and how to get there; null when it can. */
export function hindranceOf(connection: Connection | null, linked: boolean): Hindrance | null {
  const disabled = (why: string, command: string | null = null): Hindrance => ({
    kind: 'disabled',
    why,
    command,
  });
  if (!linked) return disabled('Strata’s server is gone. Trying to reach it again.');
  if (connection === null) return disabled('Still looking for the engine.');
  switch (connection.state) {
    case 'demo':
      return { kind: 'absent', why: 'This is the demo store: nothing in it can be removed.', command: null };
    case 'file':
      return {
        kind: 'absent',
        why: 'This is a saved scan, read-only: open the store itself to remove something.',
        command: null,
      };
    case 'archive':
      return {
        kind: 'absent',
        why: 'This is an image archive: nothing in it can be removed.',
        command: null,
      };
    case 'no-engine':
    case 'no-permission':
    case 'lost':
      return disabled('The engine does not answer: nothing can be removed meanwhile.');
    case 'ready':
      return connection.mayPrune
        ? null
        : disabled(
            'This server is read-only. Start it so that it may remove what you agree to:',
            SERVE_COMMAND,
          );
    default:
      return connection.state satisfies never;
  }
}

export const SERVE_COMMAND = 'strata serve --allow-prune';

/** The registry was not asked: a digest says where the image came from, not that it is still there. */
export const DIGEST_WORDS = {
  digest: [
    'digest',
    'It has a registry digest, so it can probably be pulled again. The registry was not asked.',
  ],
  local: [
    'local only',
    'No registry digest: once removed it cannot be pulled again. The registry was not asked.',
  ],
} as const;

export const STEP_WORDS: Readonly<Record<StepKind, string>> = {
  'remove-container': 'Remove container',
  untag: 'Take away the name',
  'delete-image': 'Delete image',
  'prune-cache': 'Prune build cache',
  'remove-volume': 'Remove volume',
  'quarantine-orphan': 'Move to quarantine',
};

/** Progress comes as `delete-image app:1`. */
export function stageWords(stage: string): string {
  const [kind = '', ...rest] = stage.split(' ');
  const words = Object.hasOwn(STEP_WORDS, kind) ? STEP_WORDS[kind as StepKind] : kind;
  return safeText([words, ...rest].join(' '));
}

const LOSS_WORDS: Readonly<Record<PlanLoss['kind'], readonly [one: string, many: string]>> = {
  volume: ['everything in a volume', 'everything in {} volumes'],
  'writable-layer': ['the changes in a container', 'the changes in {} containers'],
  'local-image': ['an image that is local only', '{} images that are local only'],
};

/** What can't be had back from a registry, the dearest first. */
export function lossWords(lost: readonly PlanLoss[]): readonly string[] {
  return (['volume', 'writable-layer', 'local-image'] as const).flatMap((kind) => {
    const count = lost.filter((loss) => loss.kind === kind).length;
    const [one, many] = LOSS_WORDS[kind];
    return count === 0 ? [] : [count === 1 ? one : many.replace('{}', String(count))];
  });
}

const CHANGED = 'Changed:\n';

/** The lines of a refusal; one for a refusal that lists nothing. */
export function changesIn(message: string): readonly string[] {
  const at = message.indexOf(CHANGED);
  if (at === -1) return [message];
  return message
    .slice(at + CHANGED.length)
    .split('\n')
    .filter((line) => line !== '');
}

/** What is different between two plans for the same wish, in words. */
export function planChanges(before: Plan, now: Plan, bytes: Say): readonly string[] {
  const was = new Map(planItems(before.steps).map((item) => [item.key, item]));
  const is = new Map(planItems(now.steps).map((item) => [item.key, item]));
  const changes: string[] = [];
  for (const [key, item] of was) {
    if (is.has(key)) continue;
    const stay = now.stays.find((one) => one.target === key.slice(key.indexOf(':') + 1));
    changes.push(stay ? `${item.name} stays now: ${stay.because}` : `${item.name} is not in it any more`);
  }
  for (const [key, item] of is) {
    const old = was.get(key);
    if (!old) changes.push(`${item.name} is new in it`);
    else if (old.freesDiskBytes !== item.freesDiskBytes) {
      changes.push(`${item.name} frees ${bytes(item.freesDiskBytes)} now, not ${bytes(old.freesDiskBytes)}`);
    }
  }
  return changes;
}
