/**
 * The last question before anything is deleted is asked by the main process in a native dialog: whatever runs in the
 * page can ask for a deletion, but cannot press its button.
 */
import { dialog, type BrowserWindow } from 'electron';
import { planEffect } from '../contract/effect.ts';
import { answerOf, type Answer } from '../contract/answer.ts';
import { StrataError } from '../contract/errors.ts';
import type { Plan, QuarantineEntry, ReclaimApi } from '../contract/reclaim.ts';
import { shortId } from '../model/ids.ts';
import { formatBytes } from '../support/bytes.ts';
import { safeText } from '../support/safe-text.ts';
import type { Dispatch } from '../transports/dispatch.ts';

/** More lines than this do not fit a dialog; their number is said instead. */
const LISTED = 12;

export interface Question {
  readonly message: string;
  readonly detail: string;
  readonly button: string;
}

/** Only `true` goes on. */
export type Ask = (question: Question) => Promise<boolean>;

/** The part of the handlers that says what a request would delete. */
export type Asked = {
  readonly [M in 'plan.get' | 'quarantine.list']: (
    params: ReclaimApi[M]['params'],
    signal: AbortSignal,
  ) => Promise<ReclaimApi[M]['result']>;
};

/** Asks on top of the window. Cancel is the default, and what Escape and closing the dialog mean. */
export function askNatively(window: () => BrowserWindow | null): Ask {
  return async ({ message, detail, button }) => {
    const options = {
      type: 'warning' as const,
      title: 'Strata',
      message,
      detail,
      buttons: ['Cancel', button],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    };
    const parent = window();
    const { response } =
      parent === null ? await dialog.showMessageBox(options) : await dialog.showMessageBox(parent, options);
    return response === 1;
  };
}

/** The gate with the question before it. What deletes nothing passes unasked. */
export function confirmed(dispatch: Dispatch, handlers: Asked, ask: Ask): Dispatch {
  return async (request, signal) => {
    try {
      const asking = await questionFor(request, handlers, signal);
      if (asking !== null && !(await ask(asking.question))) return declined();
      // While the dialog was open the page could put another plan under the same id.
      const still = asking === null ? null : await questionFor(request, handlers, signal);
      if (still?.about !== asking?.about)
        throw new StrataError('stale', 'This is not the plan that was shown.');
    } catch (thrown) {
      return answerOf(thrown);
    }
    return dispatch(request, signal);
  };
}

interface Asking {
  readonly question: Question;
  /** What was asked about: the very same when nothing was exchanged. */
  readonly about: unknown;
}

function declined(): Answer<never> {
  return answerOf(new StrataError('cancelled', 'Nothing was removed.'));
}

async function questionFor(request: unknown, handlers: Asked, signal: AbortSignal): Promise<Asking | null> {
  const { method, params } = request as { method?: unknown; params?: unknown };
  if (method === 'plan.apply') {
    const plan = await handlers['plan.get']({ planId: textOf(params, 'planId') }, signal);
    return { question: aboutPlan(plan), about: plan };
  }
  if (method === 'quarantine.purge') {
    const id = textOf(params, 'id');
    const entry = (await handlers['quarantine.list'](null, signal)).find((one) => one.id === id);
    if (entry === undefined) throw new StrataError('not-found', `Nothing with id ${id} is in quarantine`);
    return { question: aboutPurge(entry), about: id };
  }
  return null;
}

/** A field of unchecked parameters. The gate checks them all again before anything is done. */
function textOf(params: unknown, field: string): string {
  const value: unknown =
    typeof params === 'object' && params !== null ? Reflect.get(params, field) : undefined;
  if (typeof value !== 'string') throw new StrataError('bad-request', `${field} is missing`);
  return value;
}

function aboutPlan(plan: Plan): Question {
  const steps = plan.steps.map((step) => `• ${STEP_WORDS[step.kind]} ${safeText(named(step))}`);
  const lost = plan.lost.map((loss) => `! ${safeText(loss.what)}`);
  const rest = steps.length - LISTED;
  const { frees, moves, onlyMoves } = planEffect(plan);
  const things = plan.steps.length === 1 ? 'one thing' : `${plan.steps.length} things`;
  const moved = `${sizeOf(moves)} ${onlyMoves ? 'stays' : 'moves to the quarantine and stays'} on this disk until you purge it.`;
  return {
    message: onlyMoves ? `Move ${things} to the quarantine?` : `Remove ${things} and free ${sizeOf(frees)}?`,
    detail: [
      ...lost,
      ...steps.slice(0, LISTED),
      ...(rest > 0 ? [`… and ${rest} more`] : []),
      ...(moves === 0 ? [] : [moved.charAt(0).toUpperCase() + moved.slice(1)]),
    ].join('\n'),
    button: onlyMoves ? 'Move' : 'Remove',
  };
}

/** A loaded plan may call a thing what it likes: what the engine is told stands beside the name. */
function named({ name, target }: Plan['steps'][number]): string {
  return name === target || target.startsWith(name) ? target : `${name} (${shortId(target)})`;
}

function aboutPurge(entry: QuarantineEntry): Question {
  return {
    message: `Delete this folder for good and free ${sizeOf(entry.diskBytes)}?`,
    detail: safeText(entry.path),
    button: 'Delete',
  };
}

const STEP_WORDS: Record<Plan['steps'][number]['kind'], string> = {
  'remove-container': 'container',
  untag: 'tag',
  'delete-image': 'image',
  'prune-cache': 'build cache',
  'remove-volume': 'volume',
  'quarantine-orphan': 'orphan folder (to quarantine)',
};

function sizeOf(bytes: number | null): string {
  return bytes === null ? 'an unknown number of bytes' : formatBytes(bytes);
}
