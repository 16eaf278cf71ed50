/** Plans wait in memory for their one use: ten minutes, then the store has surely moved on. */
import { createHash, randomUUID } from 'node:crypto';
import type { PlanTools } from '../actions/plan.ts';
import { StrataError } from '../contract/errors.ts';
import type { Plan } from '../contract/reclaim.ts';

const KEPT_MS = 10 * 60_000;
const MOST = 200;
const FILE_SAYS = 'the plan file says: ';

export class Plans {
  readonly #plans = new Map<string, { readonly plan: Plan; readonly sinceMs: number }>();

  keep(plan: Plan): Plan {
    this.#forgetOld();
    this.#plans.delete(plan.id);
    this.#plans.set(plan.id, { plan, sinceMs: Date.now() });
    const [oldest] = this.#plans.keys();
    if (this.#plans.size > MOST && oldest !== undefined) this.#plans.delete(oldest);
    return plan;
  }

  /** A plan from a file: its facts are checked when it is applied, its reasons can't be, so they are marked. */
  keepLoaded(plan: Plan): Plan {
    const steps = plan.steps.map((step) =>
      step.because.startsWith(FILE_SAYS) ? step : { ...step, because: FILE_SAYS + step.because },
    );
    return this.keep({ ...plan, steps });
  }

  /** Throws `not-found` for one that was used, is too old, or never was. */
  get(planId: string): Plan {
    this.#forgetOld();
    const kept = this.#plans.get(planId);
    if (kept !== undefined) return kept.plan;
    throw new StrataError(
      'not-found',
      `There is no plan ${planId}: it was used, or is older than 10 minutes. Make a new one.`,
    );
  }

  /** For its one use. Throws `bad-request` when the user agreed to another one. */
  take(planId: string, fingerprint: string): Plan {
    const plan = this.get(planId);
    if (plan.fingerprint !== fingerprint) {
      throw new StrataError('bad-request', 'This is not the plan that was shown. Look at it again.');
    }
    this.#plans.delete(planId);
    return plan;
  }

  #forgetOld(): void {
    for (const [id, { sinceMs }] of this.#plans) if (Date.now() - sinceMs > KEPT_MS) this.#plans.delete(id);
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function newPlanTools(): PlanTools {
  return { id: randomUUID(), madeAt: new Date().toISOString(), hash: sha256 };
}
