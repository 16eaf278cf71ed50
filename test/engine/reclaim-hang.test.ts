import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { haveEngine, startEngine, type TestEngine } from '../support/engine.ts';
import { archiveOf, layerTar } from '../support/random-store.ts';
import { inventory, inventoryAfter, reclaiming, type Reclaiming } from '../support/reclaiming.ts';

const NOTHING = { images: [], containers: [], volumes: [], buildCache: [], orphans: [] };

describe.runIf(haveEngine())('an engine that hangs', () => {
  let engine: TestEngine;
  let strata: Reclaiming;

  beforeAll(() => {
    engine = startEngine();
    strata = reclaiming(engine);
  });
  afterAll(async () => {
    await strata?.remove();
    engine?.remove();
  });

  const onDisk = (): number =>
    readdirSync(join(engine.dataRoot, 'image/overlay2/imagedb/content/sha256')).length;

  test('in the middle of an apply ends it, which says so; nothing else is gone when it goes on', async () => {
    const base = await layerTar('shared base', 5, 60_000);
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) {
      const layers = [base, await layerTar(`own ${String(n)}`, 3, 20_000)];
      const { archive, id } = await archiveOf(layers, `hang-${String(n)}:1`);
      engine.docker(['load', '-q'], { input: archive });
      if (n > 0) ids.push(id); // the first is nobody's business
    }
    const before = inventory(engine);
    const all = onDisk();
    const plan = await strata.plan({ selection: { ...NOTHING, images: ids } });
    const applying = strata.apply(plan);
    while (onDisk() === all) await sleep(1);
    const pid = engine.pid!;
    process.kill(pid, 'SIGSTOP');
    let receipt;
    try {
      receipt = await applying;
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect(receipt.state).toBe('failed');
    expect(receipt.message).toMatch(/The engine hangs/);
    const begun = plan.steps.slice(0, receipt.outcomes.filter((one) => one.result !== 'skipped').length);
    const outcome = [begun, begun.slice(0, -1)].map((steps) => inventoryAfter(before, { ...plan, steps }));
    await expect
      .poll(() => outcome.map(String).includes(String(inventory(engine))), { timeout: 30_000 })
      .toBe(true);
    engine.restart();
    expect(outcome).toContainEqual(inventory(engine));
    await strata.call('connection.retry', null);
    expect((await strata.apply(await strata.plan({ rules: { unused: true } }))).state).toBe('done');
  });
});
