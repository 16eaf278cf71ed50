/** Plans and receipts made up for tests of the screens. */
import type { Plan, PlanStep, Receipt } from '../../src-main/contract/reclaim.ts';

export function planStep(kind: PlanStep['kind'], item: string, given: Partial<PlanStep> = {}): PlanStep {
  const target = item.slice(item.indexOf(':') + 1);
  return {
    kind,
    target,
    name: target,
    freesDiskBytes: 4096,
    because: 'dangling',
    hasDigest: false,
    item,
    ...given,
  };
}

export function samplePlan(given: Partial<Plan> = {}): Plan {
  const steps = given.steps ?? [planStep('delete-image', 'image:a'), planStep('delete-image', 'image:b')];
  return {
    schema: 1,
    id: 'plan-1',
    madeAt: '2026-11-20T12:00:00.000Z',
    fingerprint: 'f',
    freesDiskBytes: steps.reduce((sum, step) => sum + (step.freesDiskBytes ?? 0), 0),
    stays: [],
    unlocks: [],
    lost: [],
    target: null,
    dependsOn: [],
    ...given,
    steps,
  };
}

export function sampleReceipt(given: Partial<Receipt> = {}): Receipt {
  const { steps, freesDiskBytes } = samplePlan();
  return {
    kind: 'apply',
    planId: 'plan-1',
    startedAt: '2026-11-20T12:00:01.000Z',
    finishedAt: '2026-11-20T12:00:02.000Z',
    state: 'done',
    who: 'me@here',
    stepsDone: 2,
    stepsTotal: 2,
    promisedDiskBytes: freesDiskBytes,
    freedDiskBytes: freesDiskBytes,
    freedAtLeastDiskBytes: (given.freedDiskBytes === undefined ? freesDiskBytes : given.freedDiskBytes) ?? 0,
    movedDiskBytes: 0,
    message: null,
    steps,
    outcomes: steps.map((_, step) => ({ step, result: 'done', message: null, freedDiskBytes: 4096 })),
    freeSpaceRoseBytes: 8192,
    pulls: [],
    backups: [],
    ...given,
  };
}
