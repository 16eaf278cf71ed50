import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PlanRequest } from '../../src-main/contract/reclaim.ts';
import { haveEngine, startEngine, type TestEngine } from '../support/engine.ts';
import { archiveOf, layerTar } from '../support/random-store.ts';
import { inventory, inventoryAfter, reclaiming, type Reclaiming } from '../support/reclaiming.ts';

const LOCK = new URL('../../src-main/actions/lock.ts', import.meta.url).href;
const images = (...ids: string[]): PlanRequest => ({
  selection: { images: ids, containers: [], volumes: [], buildCache: [], orphans: [] },
});

describe.runIf(haveEngine())('an apply that is not alone, or whose machine fails it', () => {
  let engine: TestEngine;
  let strata: Reclaiming;
  let base: Buffer;

  const load = async (name: string): Promise<string> => {
    const { archive, id } = await archiveOf([base, await layerTar(`own ${name}`, 3, 20_000)], `${name}:1`);
    engine.docker(['load', '-q'], { input: archive });
    return id;
  };
  const loadMany = async (name: string, count: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let n = 0; n < count; n++) ids.push(await load(`${name}-${String(n)}`));
    return ids;
  };
  beforeAll(async () => {
    base = await layerTar('shared base', 5, 60_000);
    engine = startEngine();
    await load('bystander');
  });
  beforeEach(() => {
    strata = reclaiming(engine);
    return () => strata.remove();
  });
  afterAll(() => engine?.remove());

  test('while another process removes, a second one is refused and told who; a killed one is in nobody’s way', async () => {
    const id = await load('wanted');
    const before = inventory(engine);
    const script = `const { takeLock } = await import(${JSON.stringify(LOCK)});
      takeLock(${JSON.stringify(strata.stateDir)}, 'theirs'); console.log('held'); setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(other, 'exit');
    try {
      await once(other.stdout, 'data');
      const message = await strata.run(await strata.plan(images(id)));
      expect(message).toContain(`Another removal is under way (process ${String(other.pid)})`);
      expect(inventory(engine)).toEqual(before);
    } finally {
      other.kill('SIGKILL');
      await ended;
    }
    expect(await strata.run(await strata.plan(images(id)))).toBeNull();
  });

  test('two with memories of their own: together they remove what was planned, and nothing else', async () => {
    const second = reclaiming(engine);
    try {
      const ids = await loadMany('both', 10);
      const before = inventory(engine);
      const plans = [await strata.plan(images(...ids)), await second.plan(images(...ids))] as const;
      const receipts = await Promise.all([strata.apply(plans[0]), second.apply(plans[1])]);
      expect(receipts.filter((one) => one.state === 'done').length).toBeLessThanOrEqual(1);
      for (const receipt of receipts) expect(['done', 'failed', 'stale']).toContain(receipt.state);
      const left = inventory(engine);
      const allowed = inventoryAfter(before, plans[0]);
      expect(left.filter((line) => !before.includes(line))).toEqual([]);
      expect(allowed.filter((line) => !left.includes(line))).toEqual([]);
      expect((await strata.apply(await strata.plan({ rules: { things: ['bystander:1'] } }))).state).toBe(
        'done',
      );
      await load('bystander');
    } finally {
      await second.remove();
    }
  });

  test('an image that a new image stands on, or a container made of its id, is not removed', async () => {
    const [id, bare] = await loadMany('used', 2);
    engine.docker(['rmi', '--no-prune', 'bystander:1']);
    const changes: readonly [string, () => void][] = [
      [
        'dependent child image',
        () => {
          engine.docker(['create', '--name', 'maker', id!, '/none']);
          engine.docker(['commit', 'maker', 'child:1']);
          engine.docker(['rm', 'maker']);
        },
      ],
      ['was created from it', () => engine.docker(['create', '--name', 'late', bare!.slice(7, 19), '/none'])],
    ];
    for (const [at, [words, change]] of changes.entries()) {
      const plan = await strata.plan(images([id!, bare!][at]!));
      expect(plan.steps).toHaveLength(1);
      change();
      const before = inventory(engine);
      const receipt = await strata.apply(plan);
      expect([receipt.state, receipt.stepsDone]).toEqual(['stale', 0]);
      expect(receipt.message).toContain(words);
      expect(inventory(engine)).toEqual(before);
    }
    engine.docker(['rm', 'late']);
    engine.docker(['rmi', 'child:1', id!, bare!]);
    await load('bystander');
  });

  test('a full disk where removals are recorded: nothing is removed, and with room again all goes on', async () => {
    const ids = await loadMany('recorded', 12);
    const stateDir = mkdtempSync(join(tmpdir(), 'strata-full-'));
    const mount = ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', stateDir];
    expect(spawnSync('mount', mount, { stdio: 'inherit' }).status).toBe(0);
    const full = reclaiming(engine, stateDir);
    try {
      const plans = [];
      for (let n = 0; n < 3; n++) plans.push(await full.plan(images(...ids)));
      const before = inventory(engine);
      const filler = join(stateDir, 'filler');
      for (const spare of [0, 8192]) {
        const { bavail, bsize } = statfsSync(stateDir);
        if (spare === 0) writeFileSync(filler, Buffer.alloc(bavail * bsize));
        else truncateSync(filler, statSync(filler).size - spare);
        expect(await full.run(plans.shift()!)).toMatch(/full|no space|ENOSPC/i);
        expect(inventory(engine)).toEqual(before);
      }
      rmSync(filler);
      const plan = plans.shift()!;
      expect(await full.run(plan)).toBeNull();
      expect(inventory(engine)).toEqual(inventoryAfter(before, plan));
    } finally {
      await full.close();
      spawnSync('umount', [stateDir], { stdio: 'inherit' });
      rmSync(stateDir, { recursive: true });
    }
  });
});
