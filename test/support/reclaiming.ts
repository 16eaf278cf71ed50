/** A test's hand on a real engine and on Strata's services over it: plan, apply, and what is really there. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Method, Params, Result, StrataEvent } from '../../src-main/contract/api.ts';
import type { Plan, PlanRequest, Receipt } from '../../src-main/contract/reclaim.ts';
import { openHistory } from '../../src-main/history/index.ts';
import { createServices, type Services } from '../../src-main/services/index.ts';
import type { TestEngine } from './engine.ts';

export interface Reclaiming {
  readonly stateDir: string;
  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  plan(request: PlanRequest): Promise<Plan>;
  /** To its end: what it ended with, null when all went well. */
  run(plan: Plan): Promise<string | null>;
  /** To its end, however it ends. */
  apply(plan: Plan, options?: { readonly backup?: readonly string[] }): Promise<Receipt>;
  /** The kinds of all entries of the audit, oldest first. */
  audit(): Promise<readonly string[]>;
  close(): Promise<void>;
  /** Closes, and forgets all that Strata remembers. */
  remove(): Promise<void>;
}

export function reclaiming(engine: TestEngine, given?: string): Reclaiming {
  const stateDir = given ?? mkdtempSync(join(tmpdir(), 'strata-state-'));
  const services: Services = createServices({
    source: { kind: 'engine', host: engine.host },
    env: process.env,
    stateDir,
    mayPrune: true,
  });
  const call: Reclaiming['call'] = (method, params) =>
    services.handlers[method](params as never, new AbortController().signal) as never;
  const toItsEnd = async (
    plan: Plan,
    backup?: readonly string[],
  ): Promise<{ id: string; message: string | null }> => {
    const finished = new Map<string, string | null>();
    let wake = (): void => undefined;
    const stop = services.onEvent((event: StrataEvent) => {
      if (event.kind === 'finished') finished.set(event.operationId, event.message);
      wake();
    });
    const params = { planId: plan.id, fingerprint: plan.fingerprint };
    const { operationId: id } = await call(
      'plan.apply',
      backup === undefined ? params : { ...params, backup },
    );
    while (!finished.has(id)) await new Promise<void>((resolve) => (wake = resolve));
    stop();
    return { id, message: finished.get(id) ?? null };
  };
  return {
    stateDir,
    call,
    plan: (request) => call('plan.make', request),
    run: async (plan) => (await toItsEnd(plan)).message,
    async apply(plan, { backup } = {}) {
      const { id } = await toItsEnd(plan, backup);
      return call('receipt.get', { id });
    },
    async audit() {
      const history = await openHistory(stateDir);
      const entries = await history.listAudit(1000);
      await history.close();
      return entries.toReversed().map((entry) => entry.kind);
    },
    close: () => services.close(),
    async remove() {
      await services.close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** What `du` says of overlay2/, in bytes. */
export function duOverlay(engine: TestEngine): number {
  const args = ['-s', '-x', '--block-size=1', join(engine.dataRoot, 'overlay2')];
  return Number(execFileSync('du', args, { encoding: 'utf8' }).split('\t')[0]);
}

/** Everything that the engine lists, one line a thing: images with their names, containers, volumes. */
export function inventory(engine: TestEngine): readonly string[] {
  const lines = (args: readonly string[]): string[] =>
    engine
      .docker(args)
      .split('\n')
      .filter((line) => line !== '');
  const ids = new Set(lines(['image', 'ls', '-aq', '--no-trunc']));
  const named = lines(['image', 'ls', '--no-trunc', '--format', 'tag {{.Repository}}:{{.Tag}} {{.ID}}']);
  return [
    ...[...ids].map((id) => `image ${id}`),
    ...named.filter((line) => !line.includes('<none>')),
    ...lines(['container', 'ls', '-aq', '--no-trunc']).map((id) => `container ${id}`),
    ...lines(['volume', 'ls', '-q']).map((name) => `volume ${name}`),
  ].sort();
}

/** What must be left when exactly the plan was done. */
export function inventoryAfter(before: readonly string[], plan: Plan): readonly string[] {
  const gone = new Set(plan.steps.map((step) => step.target));
  return before.filter((line) => {
    const [kind, first = '', second = ''] = line.split(' ');
    return kind === 'tag' ? !gone.has(first) && !gone.has(second) : !gone.has(first);
  });
}
