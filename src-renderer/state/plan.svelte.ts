import type { OperationProgress, StrataEvent } from '../../src-main/contract/api.ts';
import { StrataError } from '../../src-main/contract/errors.ts';
import type { Plan, PlanRequest, Receipt } from '../../src-main/contract/reclaim.ts';
import type { LinkedClient } from '../api/client.ts';
import { changesIn, planChanges, type Say } from '../lib/plan-words.ts';

export interface Applying {
  readonly plan: Plan;
  /** Null until main has started it: in the app a native dialog asks first. */
  readonly operationId: string | null;
  readonly progress: OperationProgress | null;
  readonly cancelling: boolean;
}

export interface PlanHooks {
  readonly bytes: Say;
  /** Its progress and end are followed here, not as a scan. */
  readonly onStart: (operationId: string) => void;
  /** An apply has a receipt, however it ended. */
  readonly onReceipt: (receipt: Receipt) => void;
}

/** The server forgets a plan after ten minutes. */
const FRESH_MS = 9 * 60_000;

/** The one plan on the table, and its one execution. */
export class PlanState {
  #client: LinkedClient;
  #hooks: PlanHooks;
  #request: PlanRequest | null = null;
  #asked = 0;
  /** Ends heard while the answer that names the operation is still on its way. */
  #ended = new Map<string, Extract<StrataEvent, { kind: 'finished' }>>();

  plan = $state.raw<Plan | null>(null);
  making = $state(false);
  problem = $state.raw<StrataError | null>(null);
  /** What is different from the preview that was on screen before; empty when nothing is. */
  changes = $state.raw<readonly string[]>([]);
  applying = $state.raw<Applying | null>(null);

  constructor(client: LinkedClient, hooks: PlanHooks) {
    this.#client = client;
    this.#hooks = hooks;
    client.onEvent((event) => this.#hear(event));
    client.onLink((up) => {
      const operationId = this.applying?.operationId;
      if (up && operationId != null) void this.#catchUp(operationId);
    });
  }

  /** Shows the plan for this; makes it unless it is on the table already. Null clears the table. */
  want(request: PlanRequest | null, nowMs = Date.now()): void {
    if (this.applying) return;
    const same = JSON.stringify(request) === JSON.stringify(this.#request);
    if (same && this.plan && nowMs - Date.parse(this.plan.madeAt) < FRESH_MS) return;
    if (!same) this.changes = [];
    this.#request = request;
    void this.#make();
  }

  /** The same wish for the store as it is now; says what is different. */
  async again(): Promise<void> {
    const before = this.plan;
    await this.#make();
    if (before && this.plan) this.changes = planChanges(before, this.plan, this.#hooks.bytes);
  }

  /** Does exactly the plan on the table. `backup`: image ids to save to a file first. */
  async apply(backup: readonly string[] = []): Promise<void> {
    const { plan } = this;
    if (!plan || this.applying || this.making) return;
    this.problem = null;
    this.changes = [];
    this.applying = { plan, operationId: null, progress: null, cancelling: false };
    try {
      const { operationId } = await this.#client.call('plan.apply', {
        planId: plan.id,
        fingerprint: plan.fingerprint,
        ...(backup.length > 0 && { backup }),
      });
      this.#hooks.onStart(operationId);
      this.applying = { ...this.applying, operationId };
      const ended = this.#ended.get(operationId);
      if (ended) await this.#end(ended);
    } catch (thrown) {
      this.applying = null;
      const error = StrataError.from(thrown);
      // A declined dialog leaves the plan as it is; what main no longer has must be made anew.
      if (error.code === 'not-found' || error.code === 'stale') await this.#make();
      this.problem = error;
    } finally {
      this.#ended.clear();
    }
  }

  async cancel(): Promise<void> {
    const { applying } = this;
    if (applying?.operationId == null) return;
    this.applying = { ...applying, cancelling: true };
    try {
      await this.#client.call('operation.cancel', { operationId: applying.operationId });
    } catch (thrown) {
      const error = StrataError.from(thrown);
      if (error.code !== 'not-found') this.problem = error; // not found: it has just ended, and its end is on its way
    }
  }

  async #make(): Promise<void> {
    const asked = ++this.#asked;
    const request = this.#request;
    this.problem = null;
    if (request === null) {
      this.plan = null;
      this.making = false;
      return;
    }
    this.making = true;
    try {
      const plan = await this.#client.call('plan.make', request);
      if (asked === this.#asked) this.plan = plan;
    } catch (thrown) {
      if (asked === this.#asked) {
        this.plan = null;
        this.problem = StrataError.from(thrown);
      }
    }
    if (asked === this.#asked) this.making = false;
  }

  #hear(event: StrataEvent): void {
    const { applying } = this;
    if (!applying) return;
    if (event.kind === 'finished') {
      if (applying.operationId === null) this.#ended.set(event.operationId, event);
      else if (event.operationId === applying.operationId) void this.#end(event);
    }
    if (event.kind === 'progress' && event.operationId === applying.operationId) {
      this.applying = { ...applying, progress: event.progress };
    }
  }

  /** Events were missed while the link was down: the receipt knows. */
  async #catchUp(operationId: string): Promise<void> {
    try {
      const receipt = await this.#client.call('receipt.get', { id: operationId });
      if (receipt.state !== 'running' && this.applying?.operationId === operationId)
        await this.#settle(receipt);
    } catch (thrown) {
      this.problem = StrataError.from(thrown);
      this.applying = null;
    }
  }

  async #end({ operationId, message }: Extract<StrataEvent, { kind: 'finished' }>): Promise<void> {
    let receipt: Receipt;
    try {
      receipt = await this.#client.call('receipt.get', { id: operationId });
    } catch (thrown) {
      // Refused before anything was begun (another apply runs, a used plan): then there is no receipt.
      this.applying = null;
      await this.#make();
      this.problem =
        message === null ? StrataError.from(thrown) : new StrataError('failed', message, { cause: thrown });
      return;
    }
    await this.#settle(receipt);
  }

  async #settle(receipt: Receipt): Promise<void> {
    this.applying = null;
    if (receipt.state === 'stale') {
      await this.#make();
      this.changes = changesIn(receipt.message ?? '');
      return;
    }
    this.plan = null;
    this.#request = null;
    this.#hooks.onReceipt(receipt);
  }
}
