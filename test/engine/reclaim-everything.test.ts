import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { haveEngine, makeImages, startEngine, type TestEngine } from '../support/engine.ts';
import { duOverlay, inventory, inventoryAfter, reclaiming, type Reclaiming } from '../support/reclaiming.ts';

describe.runIf(haveEngine())('a store of both builders, with containers, volumes and build cache', () => {
  let engine: TestEngine;
  let strata: Reclaiming;

  beforeAll(() => {
    engine = startEngine();
    makeImages(engine);
    strata = reclaiming(engine);
  });
  afterAll(async () => {
    await strata?.remove();
    engine?.remove();
  });

  test('loses exactly what was promised when all goes that nothing uses', async () => {
    const document = await strata.call('scan.document', null);
    const plan = await strata.plan({
      rules: {
        stopped: true,
        unused: true,
        cache: ['regular', 'source.local', 'exec.cachemount'],
        volumes: ['strata-unused'],
        things: document.images.filter((image) => !image.intermediate).map((image) => image.id),
      },
    });
    const kinds = new Set(plan.steps.map((step) => step.kind));
    expect([...kinds].sort()).toEqual([
      'delete-image',
      'prune-cache',
      'remove-container',
      'remove-volume',
      'untag',
    ]);
    const before = inventory(engine);
    const disk = duOverlay(engine);
    const receipt = await strata.apply(plan);

    expect([receipt.state, receipt.message]).toEqual(['done', null]);
    expect(receipt.outcomes.map((one) => one.freedDiskBytes)).toEqual(
      plan.steps.map((step) => step.freesDiskBytes),
    );
    expect(receipt.freedDiskBytes).toBe(plan.freesDiskBytes);
    // Logs and volumes lie beside overlay2/.
    const gone = new Set(plan.steps.map((step) => step.target));
    const logs = document.containers.filter((one) => gone.has(one.id)).map((one) => one.logDiskBytes!);
    const volumes = document.volumes.filter((one) => gone.has(one.name)).map((one) => one.diskBytes!);
    const beside = [...logs, ...volumes].reduce((sum, bytes) => sum + bytes, 0);
    expect(disk - duOverlay(engine)).toBe(plan.freesDiskBytes! - beside);
    expect(inventory(engine)).toEqual(inventoryAfter(before, plan));

    const after = await strata.plan({ rules: { stopped: true, unused: true, dangling: true } });
    expect(after.steps).toEqual([]);
  });
});
