/** From an agreed plan to its receipt: asks, applies, waits, shows. Shared by `apply` and `prune`. */
import { createInterface } from 'node:readline/promises';
import type { Client, StrataEvent } from '../contract/api.ts';
import { StrataError } from '../contract/errors.ts';
import type { ApplyResult, Plan, Receipt } from '../contract/reclaim.ts';
import type { CliIo } from './io.ts';
import { planPage, receiptPage } from './plan-page.ts';
import type { Session } from './session.ts';

export interface RemovalOptions {
  readonly yes?: boolean;
  /** Saves every image of the plan to a file before it is deleted. */
  readonly backup?: boolean;
}

/** The exit code. Throws `stale` (exit 4) when the store is no longer what the plan was made for. */
export async function remove(session: Session, plan: Plan, options: RemovalOptions): Promise<number> {
  const { client, io, json, print, printJson, note, width } = session;
  if (!json) print(planPage(plan, width));
  if (plan.steps.length === 0) {
    if (json) printJson(nothingDone(plan));
    return 0;
  }
  if (options.yes !== true && !(await agrees(io, question(plan)))) {
    note('Nothing was removed.');
    return 1;
  }
  const images = plan.steps.filter((step) => step.kind === 'delete-image').map((step) => step.target);
  const params = { planId: plan.id, fingerprint: plan.fingerprint };
  const receipt = await applied(
    session,
    options.backup === true ? { ...params, backup: images } : params,
    client,
  );
  if (receipt.state === 'stale') throw new StrataError('stale', receipt.message ?? 'The store has changed');
  if (json) printJson(resultOf(receipt));
  else print(`\n${receiptPage(receipt, width)}`);
  if (receipt.state === 'done') return 0;
  throw new StrataError(
    'failed',
    `${receipt.message ?? receipt.state}. What was done is listed, and kept in the history.`,
  );
}

const question = ({ steps }: Plan): string =>
  steps.length === 1 ? 'Do this step? [y/N] ' : `Do these ${String(steps.length)} steps? [y/N] `;

/** Starts it and waits for its end, whatever that is; Ctrl-C cancels and still waits for the receipt. */
async function applied(
  { io }: Session,
  params: { readonly planId: string; readonly fingerprint: string; readonly backup?: readonly string[] },
  client: Client,
): Promise<Receipt> {
  const ended = new Map<string, StrataEvent>();
  let wake = (): void => undefined;
  const stop = client.onEvent((event) => {
    if (event.kind === 'finished') ended.set(event.operationId, event);
    wake();
  });
  try {
    const { operationId } = await client.call('plan.apply', params);
    const cancel = (): void => void client.call('operation.cancel', { operationId }).catch(() => undefined);
    io.signal.addEventListener('abort', cancel, { once: true });
    while (!ended.has(operationId)) await new Promise<void>((resolve) => (wake = resolve));
    io.signal.removeEventListener('abort', cancel);
    const event = ended.get(operationId);
    return await client.call('receipt.get', { id: operationId }).catch((thrown: unknown) => {
      // It ended before there was anything to record: the event says why.
      const why = event?.kind === 'finished' ? event.message : null;
      throw why === null ? thrown : new StrataError('failed', why);
    });
  } finally {
    stop();
  }
}

/** No answer is a no. */
export async function agrees(io: CliIo, question: string): Promise<boolean> {
  io.stderr.write(question);
  const lines = createInterface({ input: io.stdin, signal: io.signal });
  try {
    for await (const line of lines) return /^y(es)?$/i.test(line.trim());
    return false;
  } finally {
    lines.close();
  }
}

function nothingDone(plan: Plan): ApplyResult {
  return { planId: plan.id, outcomes: [], promisedDiskBytes: 0, freedDiskBytes: 0, freeSpaceRoseBytes: 0 };
}

function resultOf(receipt: Receipt): ApplyResult {
  const { planId, outcomes, promisedDiskBytes, freedDiskBytes, freeSpaceRoseBytes } = receipt;
  return { planId, outcomes, promisedDiskBytes, freedDiskBytes, freeSpaceRoseBytes };
}
