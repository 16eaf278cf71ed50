import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { haveEngine, startEngine, type TestEngine } from '../support/engine.ts';
import { randomFrom } from '../support/random.ts';
import { randomStore } from '../support/random-store.ts';
import { duOverlay, inventory, inventoryAfter, reclaiming, type Reclaiming } from '../support/reclaiming.ts';

const STORES = Number(process.env['STRATA_STORES'] ?? 8);
const SELECTIONS = 4;
const FIRST_SEED = Number(process.env['STRATA_SEED'] ?? 20261121);

describe.runIf(haveEngine())('on a real engine, with stores made by chance', () => {
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

  for (let n = 0; n < STORES; n++) {
    const seed = FIRST_SEED + n;
    test(`seed ${String(seed)}: what ${String(SELECTIONS)} plans promise is what du loses, and nothing else goes`, async () => {
      const random = randomFrom(seed);
      const { archive, images } = await randomStore(seed);
      engine.docker(['load', '-q'], { input: archive });
      for (const image of images) if (random() < 0.2) engine.docker(['create', image]);

      for (let round = 0; round < SELECTIONS; round++) {
        const some = (share: number, lines: readonly string[]): string[] =>
          lines.filter(() => random() < share);
        const before = inventory(engine);
        const ids = (kind: string): string[] =>
          before.flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : []));
        const last = round === SELECTIONS - 1;
        const selection = {
          images: some(last ? 0.9 : 0.5, ids('image')),
          containers: some(last ? 0.9 : 0.4, ids('container')),
          volumes: [],
          buildCache: [],
          orphans: [],
        };
        const plan = await strata.plan({ selection });
        const disk = duOverlay(engine);
        const receipt = await strata.apply(plan);
        const where = `seed ${String(seed)} round ${String(round)}: ${JSON.stringify(plan.steps)}`;

        expect(receipt.message, where).toBeNull();
        expect(receipt.state, where).toBe('done');
        expect(disk - duOverlay(engine), where).toBe(plan.freesDiskBytes);
        expect(receipt.freedDiskBytes, where).toBe(plan.freesDiskBytes);
        expect(
          receipt.outcomes.map((one) => one.freedDiskBytes),
          where,
        ).toEqual(plan.steps.map((step) => step.freesDiskBytes));
        expect(inventory(engine), where).toEqual(inventoryAfter(before, plan));
      }
    });
  }
});
