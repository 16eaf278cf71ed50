/** Removing: plans, their one exact execution, receipts, pins. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { applyPlan, type ApplyTools } from '../actions/apply.ts';
import { backUp, restore } from '../actions/backup.ts';
import { dockerCommands } from '../actions/commands.ts';
import { digestsIn } from '../actions/facts.ts';
import { worldOf } from '../actions/items.ts';
import { takeLock } from '../actions/lock.ts';
import { makePlan } from '../actions/plan.ts';
import { moveToQuarantine } from '../actions/quarantine.ts';
import type { Handlers } from '../contract/api.ts';
import { StrataError } from '../contract/errors.ts';
import type { ApplyParams, Plan, ReclaimApi } from '../contract/reclaim.ts';
import type { HistoryStore } from '../history/index.ts';
import type { StoreSnapshot } from '../model/store.ts';
import { connectEngine, type Engine } from '../sources/engine/index.ts';
import { recorded, whoAmI, writeAudit, type AuditRecord } from './audit.ts';
import { SOURCE_WORDS, type ServiceContext } from './context.ts';
import type { Operation, Report } from './operations.ts';
import { pinsHandlers, readPins } from './pins.ts';
import { newPlanTools, Plans, sha256 } from './plans.ts';
import { dataRootOf, proveOrphans, quarantineHandlers } from './quarantine.ts';
import { findReceipt, listApplies, listReceipts } from './receipts.ts';
import { whileAnswering } from './while-answering.ts';

export function reclaimHandlers(context: ServiceContext): Pick<Handlers, keyof ReclaimApi> {
  const plans = new Plans();
  const { stateDir } = context;
  return {
    'plan.make': async (request) => {
      if (context.kind === 'archive')
        throw new StrataError(
          'unsupported',
          `Nothing is removed from ${SOURCE_WORDS.archive}: there is no plan.`,
        );
      const pins = await readPins(await context.history());
      const snapshot = await context.scans.fresh();
      return plans.keep(makePlan(request, worldOf(snapshot, pins, snapshot.takenAtMs), newPlanTools()));
    },
    'plan.get': async ({ planId }) => plans.get(planId),
    'plan.load': async ({ plan }) => {
      await mustBeUnused(plan, context);
      return plans.keepLoaded(plan);
    },
    'plan.commands': async ({ planId }) => ({ commands: dockerCommands(plans.get(planId)) }),
    'plan.apply': async (params) => {
      const agreed = plans.get(params.planId); // at once: nothing may take its place while the engine is looked for
      const engine = await mustHaveEngine(context);
      const plan = plans.take(params.planId, params.fingerprint);
      if (plan !== agreed) throw new StrataError('stale', 'This is not the plan that was agreed to.');
      const started: Operation<void> = context.operations.start(async (signal, report) => {
        await Promise.resolve(); // the id is known before the first entry is written
        return applyRecorded({
          context,
          engine,
          plan,
          params,
          signal,
          report,
          operationId: started.operationId,
        });
      });
      return { operationId: started.operationId };
    },
    'receipts.list': async () => listReceipts(await context.history(), stateDir),
    'receipt.get': async ({ id }) => findReceipt(await context.history(), stateDir, id),
    'backup.restore': async ({ planId, imageId }) => {
      const history = await context.history();
      const { planId: id } = await findReceipt(history, stateDir, planId);
      const { actions } = await mustHaveEngine(context);
      const what = `image ${imageId}`;
      const lock = takeLock(stateDir, id);
      try {
        return await recorded(history, { id, kind: 'restore', what }, async () => {
          const loaded = await restore(backupFolder(context, id), imageId, actions);
          return { value: { loaded }, end: { kind: 'restored', what, diskBytes: null } };
        });
      } finally {
        lock.release();
        context.scans.refresh();
      }
    },
    ...pinsHandlers(context),
    ...quarantineHandlers(context),
  };
}

interface Applying {
  readonly context: ServiceContext;
  readonly engine: Engine;
  readonly plan: Plan;
  readonly params: ApplyParams;
  readonly operationId: string;
  readonly signal: AbortSignal;
  readonly report: Report;
}

/** Between a lock and its release; every end, a refusal too, is in the audit. Throws what ended it early. */
async function applyRecorded(applying: Applying): Promise<void> {
  const { context, plan, operationId } = applying;
  const history = await context.history();
  const write = (record: AuditRecord): Promise<void> => writeAudit(history, plan.id, record);
  const lock = takeLock(context.stateDir, plan.id);
  try {
    await mustBeUnused(plan, context);
    const pulls = digestsIn(plan.dependsOn).map((name) => `docker pull ${name}`);
    await write({ kind: 'apply-begins', plan, who: whoAmI(), operationId, pulls });
    const { failure, ...result } = await applyTools(applying, history, write)
      .then((tools) => applyPlan(plan, tools))
      .catch(async (thrown: unknown) => {
        const { code, message } = StrataError.from(thrown);
        const state = code === 'stale' || code === 'cancelled' ? code : 'failed';
        await write({ kind: 'apply-ended', state, message, result: null });
        throw thrown;
      });
    const state = failure === null ? 'done' : failure.code === 'cancelled' ? 'cancelled' : 'failed';
    await write({ kind: 'apply-ended', state, message: failure?.message ?? null, result });
    if (failure !== null) throw failure;
  } finally {
    lock.release();
    context.scans.refresh();
  }
}

async function applyTools(
  { context, engine, plan, params, signal, report }: Applying,
  history: HistoryStore,
  write: (record: AuditRecord) => Promise<void>,
): Promise<ApplyTools> {
  let planned: StoreSnapshot | null = null;
  const wanted = new Set(params.backup ?? []);
  return {
    actions: engine.actions,
    look: async () => {
      planned = await context.scans.fresh();
      if (planned.engine !== null) return planned;
      throw new StrataError(
        'unsupported',
        'The data root that was read is not this engine’s: nothing is removed.',
      );
    },
    names: (closing) => engine.read({ signal: closing, diskUsage: false }),
    record: write,
    pins: await readPins(history),
    hash: sha256,
    quarantine: async (path, closing) => {
      const prove = () => proveOrphans(engine, dataRootOf(planned), closing);
      await moveToQuarantine(dataRootOf(planned), path, { prove, signal: closing });
    },
    patiently: (work) =>
      whileAnswering(work, { answers: () => answers(engine, context.env), cancelled: signal }),
    backup: async (imageId) => {
      const image = planned?.images.find((one) => one.id === imageId);
      if (image === undefined || !wanted.has(imageId)) return;
      report({
        stage: `Saving ${image.tags[0] ?? imageId}`,
        done: 0,
        total: null,
        files: 0,
        diskBytes: null,
      });
      const backup = await backUp(image, backupFolder(context, plan.id), { actions: engine.actions, signal });
      await write({ kind: 'backup', backup });
    },
    signal,
    report,
  };
}

/** Asked for nothing but its version, over a connection of its own. */
async function answers({ endpoint }: Engine, env: NodeJS.ProcessEnv): Promise<boolean> {
  const { kind } = await connectEngine({ host: endpoint, env, home: env['HOME'] ?? homedir() });
  return kind === 'connected';
}

async function mustHaveEngine(context: ServiceContext): Promise<Engine> {
  if (context.kind !== 'engine')
    throw new StrataError('unsupported', `Nothing is removed from ${SOURCE_WORDS[context.kind]}.`);
  if (!context.mayPrune)
    throw new StrataError('forbidden', 'This server removes nothing: start it with --allow-prune.');
  const { state } = await context.source.state();
  if (state !== 'ready') await context.source.retry();
  const engine = context.source.engine();
  if (engine === null) throw new StrataError('no-engine', 'No engine answers now: nothing can be removed.');
  return engine;
}

/** A plan is used once, by whichever program and from whichever copy of its file. */
async function mustBeUnused(plan: Plan, context: ServiceContext): Promise<void> {
  const receipts = await listApplies(await context.history(), context.stateDir);
  const used = receipts.find((receipt) => receipt.planId === plan.id && receipt.state !== 'stale');
  if (used === undefined) return;
  throw new StrataError('stale', `This plan was used at ${used.startedAt} (${used.state}). Make a new one.`);
}

function backupFolder(context: ServiceContext, planId: string): string {
  return join(context.stateDir, 'backups', planId);
}
