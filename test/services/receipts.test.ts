import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeLock } from '../../src-main/actions/lock.ts';
import type { Plan } from '../../src-main/contract/reclaim.ts';
import { noHistory, type AuditEntry, type HistoryStore } from '../../src-main/history/index.ts';
import { recorded, writeAudit, type AuditRecord } from '../../src-main/services/audit.ts';
import { findReceipt, listReceipts } from '../../src-main/services/receipts.ts';

let dir: string;
let history: HistoryStore;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'strata-receipts-'));
  const entries: AuditEntry[] = [];
  history = {
    ...noHistory(''),
    problem: null,
    appendAudit: async (entry) => entries.push({ ...entry, id: entries.length + 1 }),
    listAudit: async (limit) => entries.toReversed().slice(0, limit),
  };
});
afterEach(() => rmSync(dir, { recursive: true }));

const step = {
  kind: 'delete-image',
  name: 'app:1',
  because: '',
  hasDigest: false,
  freesDiskBytes: 100,
} as const;
const plan: Plan = {
  schema: 1,
  id: 'plan-0001',
  madeAt: '2026-01-02T00:00:00.000Z',
  fingerprint: '0'.repeat(64),
  freesDiskBytes: 200,
  steps: ['one', 'two'].map((target) => ({ ...step, target, item: `image:${target}` })),
  stays: [],
  unlocks: [],
  lost: [],
  target: null,
  dependsOn: [],
};
const begins: AuditRecord = { kind: 'apply-begins', plan, who: 'me', operationId: 'op-1', pulls: [] };
const done: AuditRecord = {
  kind: 'step-ended',
  outcome: { step: 0, result: 'done', message: null, freedDiskBytes: 100 },
};
const write = async (...records: AuditRecord[]): Promise<void> => {
  for (const record of records) await writeAudit(history, plan.id, record);
};

test('an apply without an end was interrupted, and a step without an end is not called done', async () => {
  await write(begins, { kind: 'step-begins', step: 0 }, done, { kind: 'step-begins', step: 1 });
  const receipt = await findReceipt(history, dir, 'op-1');
  expect(receipt).toMatchObject({ state: 'interrupted', stepsDone: 1, stepsTotal: 2 });
  expect(receipt.outcomes[1]).toMatchObject({ result: 'unknown', freedDiskBytes: null });
  expect(receipt.outcomes[1]?.message).toMatch(/may or may not/);
});

test('what an interrupted apply freed is known only when every step that was begun is', async () => {
  await write(begins, { kind: 'step-begins', step: 0 }, done);
  const whole = { state: 'interrupted', freedDiskBytes: 100, freedAtLeastDiskBytes: 100 };
  expect(await findReceipt(history, dir, plan.id)).toMatchObject(whole);
  await write({ kind: 'step-begins', step: 1 });
  const part = { state: 'interrupted', freedDiskBytes: null, freedAtLeastDiskBytes: 100 };
  expect(await findReceipt(history, dir, plan.id)).toMatchObject(part);
  expect(await listReceipts(history, dir)).toMatchObject([{ kind: 'apply', ...part }]);
});

test('a step that was done and not measured is no step that freed nothing', async () => {
  const outcome = { step: 0, result: 'done', message: null, freedDiskBytes: null } as const;
  await write(begins, { kind: 'step-begins', step: 0 }, { kind: 'step-ended', outcome });
  expect(await findReceipt(history, dir, plan.id)).toMatchObject({
    stepsDone: 1,
    freedDiskBytes: null,
    freedAtLeastDiskBytes: 0,
  });
});

test('while its process lives and holds the lock it runs', async () => {
  await write(begins);
  const lock = takeLock(dir, plan.id);
  expect((await findReceipt(history, dir, plan.id)).state).toBe('running');
  lock.release();
  expect((await findReceipt(history, dir, plan.id)).state).toBe('interrupted');
});

test('a plan that was refused and then done has two receipts', async () => {
  await write(begins, { kind: 'apply-ended', state: 'stale', message: 'changed', result: null });
  await write(begins, { kind: 'step-begins', step: 0 }, done);
  const states = (await listReceipts(history, dir)).map((one) => one.state);
  expect(states.sort()).toEqual(['interrupted', 'stale']);
});

test('what is put back, purged or loaded back is listed as that, with its failure', async () => {
  await write(begins, { kind: 'step-begins', step: 0 }, done);
  const of = { id: '20260102-000000-aaaaaaaaaaaa', kind: 'purge', what: 'overlay2/a' } as const;
  const failing = recorded(history, of, () => Promise.reject(new Error('disk gone')));
  await expect(failing).rejects.toThrow('disk gone');
  await recorded(history, of, async () => ({
    value: null,
    end: { kind: 'purge-ended', what: of.what, diskBytes: 4096 },
  }));
  // Of an older version: without a name. Its process has ended in the middle.
  await writeAudit(history, plan.id, { kind: 'restore-begins', what: 'image one' });
  expect(await listReceipts(history, dir)).toMatchObject([
    { kind: 'restore', id: plan.id, state: 'interrupted', who: null, freedDiskBytes: 0 },
    { kind: 'purge', state: 'done', freedDiskBytes: 4096 },
    { kind: 'purge', state: 'failed', message: 'disk gone', freedDiskBytes: null },
    { kind: 'apply', state: 'interrupted', freedDiskBytes: 100 },
  ]);
});

test('loading a backup back does not make the plan of it run again', async () => {
  await write(begins);
  await writeAudit(history, plan.id, { kind: 'restore-begins', what: 'image one' });
  const lock = takeLock(dir, plan.id);
  const states = (await listReceipts(history, dir)).map(({ kind, state }) => [kind, state]);
  expect(states).toEqual([
    ['restore', 'running'],
    ['apply', 'interrupted'],
  ]);
  lock.release();
});

test('an end that can not be written does not say that nothing was removed', async () => {
  await expect(writeAudit(noHistory('disk full'), plan.id, done)).rejects.toThrow(
    /What was done can not be recorded: look at the store.* disk full/,
  );
});

test('a memory that can not be used is not an empty list of removals', async () => {
  const lost = noHistory('The disk is full.');
  await expect(listReceipts(lost, dir)).rejects.toThrow('What was removed is not known. The disk is full.');
  await expect(findReceipt(lost, dir, plan.id)).rejects.toMatchObject({ code: 'failed' });
});

test('no memory, no removal', async () => {
  await expect(writeAudit(noHistory('disk full'), plan.id, begins)).rejects.toThrow(
    /nothing is removed. disk full/,
  );
  await expect(findReceipt(history, dir, 'nothing')).rejects.toMatchObject({ code: 'not-found' });
});
