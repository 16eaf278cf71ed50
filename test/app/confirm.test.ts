import { beforeEach, describe, expect, it } from 'vitest';
import { askNatively, confirmed, type Asked } from '../../src-main/app/confirm.ts';
import type { Plan } from '../../src-main/contract/reclaim.ts';
import { seen } from '../support/electron-double.ts';

const plan: Plan = {
  schema: 1,
  id: 'plan-1',
  madeAt: '2026-01-01T00:00:00.000Z',
  fingerprint: 'f',
  freesDiskBytes: 5 * 1024 * 1024,
  steps: [
    {
      kind: 'delete-image',
      target: `sha256:${'a'.repeat(64)}`,
      name: 'shop:1.0\u202e',
      freesDiskBytes: 5 * 1024 * 1024,
      because: 'unused',
      hasDigest: false,
      item: 'image:a',
    },
  ],
  stays: [],
  unlocks: [],
  lost: [],
  target: null,
  dependsOn: [],
};

const asked: Asked = {
  'plan.get': async ({ planId }) => {
    if (planId !== plan.id) throw new Error(`no plan ${planId}`);
    return plan;
  },
  'quarantine.list': async () => [
    { id: 'q1', path: 'overlay2/left-behind', movedAt: '', diskBytes: 4096, evidence: [] },
  ],
};

const done: unknown[] = [];
const gate = confirmed(
  async (request) => {
    done.push(request);
    return { ok: true, value: 'done' };
  },
  asked,
  askNatively(() => null),
);
const call = (method: string, params: unknown): ReturnType<typeof gate> =>
  gate({ method, params }, new AbortController().signal);

describe('the last question before a deletion', () => {
  beforeEach(() => {
    done.length = 0;
    seen.dialogs.length = 0;
    seen.nextButton = 0;
  });

  it('says what goes and how much, with Cancel as the default', async () => {
    await call('plan.apply', { planId: 'plan-1', fingerprint: 'f' });
    const [dialog] = seen.dialogs;
    expect(dialog).toMatchObject({ buttons: ['Cancel', 'Remove'], defaultId: 0, cancelId: 0 });
    expect(dialog?.message).toContain('5.00 MiB');
    expect(dialog?.detail).toContain('image shop:1.0');
  });

  it('does not call freed what only moves to the quarantine', async () => {
    const orphan = { ...plan.steps[0]!, kind: 'quarantine-orphan' as const, freesDiskBytes: 1024 };
    const about = async (steps: Plan['steps'], freesDiskBytes: number) => {
      const handlers = { ...asked, 'plan.get': async () => ({ ...plan, steps, freesDiskBytes }) };
      const ask = confirmed(
        async () => ({ ok: true, value: null }),
        handlers,
        askNatively(() => null),
      );
      await ask({ method: 'plan.apply', params: { planId: 'plan-1' } }, new AbortController().signal);
      return seen.dialogs.at(-1);
    };
    const both = await about([...plan.steps, orphan], plan.freesDiskBytes! + 1024);
    expect(both?.message).toBe('Remove 2 things and free 5.00 MiB?');
    expect(both?.detail).toContain('1.00 KiB moves to the quarantine and stays on this disk');
    const only = await about([orphan], 1024);
    expect(only).toMatchObject({ message: 'Move one thing to the quarantine?', buttons: ['Cancel', 'Move'] });
  });

  it('shows a name that would reverse its reading order as an escape', async () => {
    await call('plan.apply', { planId: 'plan-1', fingerprint: 'f' });
    expect(seen.dialogs[0]?.detail).not.toContain('\u202e');
  });

  it('deletes nothing when it is not answered with Remove', async () => {
    expect(await call('plan.apply', { planId: 'plan-1', fingerprint: 'f' })).toMatchObject({
      ok: false,
      code: 'cancelled',
    });
    expect(done).toEqual([]);
  });

  it('lets the plan through when it is', async () => {
    seen.nextButton = 1;
    expect(await call('plan.apply', { planId: 'plan-1', fingerprint: 'f' })).toEqual({
      ok: true,
      value: 'done',
    });
    expect(done).toHaveLength(1);
  });

  it.each([[{ planId: 'another' }], [{}], [null], [{ planId: 7 }]])(
    'refuses without asking when there is no such plan: %j',
    async (params) => {
      seen.nextButton = 1;
      expect(await call('plan.apply', params)).toMatchObject({ ok: false });
      expect(seen.dialogs).toEqual([]);
      expect(done).toEqual([]);
    },
  );

  it('refuses when the page puts another plan under the same id while the dialog is open', async () => {
    const worse = { ...plan, steps: [...plan.steps, { ...plan.steps[0]!, name: 'more', item: 'image:b' }] };
    let kept: Plan = plan;
    const swapped = confirmed(
      async (request) => {
        done.push(request);
        return { ok: true, value: 'done' };
      },
      { ...asked, 'plan.get': async () => kept },
      async () => {
        kept = worse;
        return true;
      },
    );
    const request = { method: 'plan.apply', params: { planId: 'plan-1', fingerprint: 'f' } };
    expect(await swapped(request, new AbortController().signal)).toMatchObject({ ok: false, code: 'stale' });
    expect(done).toEqual([]);
  });

  it('says what the engine is told beside what the plan calls it', async () => {
    await call('plan.apply', { planId: 'plan-1', fingerprint: 'f' });
    expect(seen.dialogs[0]?.detail).toContain('aaaaaaaaaaaa');
  });

  it('is asked before a quarantined folder goes for good', async () => {
    await call('quarantine.purge', { id: 'q1' });
    expect(seen.dialogs[0]?.detail).toBe('overlay2/left-behind');
    expect(done).toEqual([]);
  });

  it('is not asked for what deletes nothing', async () => {
    await call('doctor.get', null);
    expect(seen.dialogs).toEqual([]);
    expect(done).toHaveLength(1);
  });
});
