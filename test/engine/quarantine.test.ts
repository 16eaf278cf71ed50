import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { takeLock } from '../../src-main/actions/lock.ts';
import { haveEngine, startEngine, type TestEngine } from '../support/engine.ts';
import { archiveOf, layerTar } from '../support/random-store.ts';
import { duOverlay, inventory, reclaiming, type Reclaiming } from '../support/reclaiming.ts';

const DAY_S = 86_400;

describe.runIf(haveEngine())('orphans on a real engine', () => {
  let engine: TestEngine;
  let strata: Reclaiming;

  beforeAll(async () => {
    engine = startEngine();
    const { archive } = await archiveOf([await layerTar('kept', 4, 50_000)], 'kept:1');
    engine.docker(['load', '-q'], { input: archive });
    await leakByKilling(engine);
    leak(engine, 'e'.repeat(64));
    engine.restart();
    strata = reclaiming(engine);
  });
  afterAll(async () => {
    await strata?.remove();
    engine?.remove();
  });

  test('leaked folders move to the quarantine, back, and away for good; the engine stays healthy', async () => {
    const before = inventory(engine);
    const image = (): string => engine.docker(['image', 'inspect', '-f', '{{.Id}}', 'kept:1']);
    const id = image();
    const names = readdirSync(join(engine.dataRoot, 'overlay2')).sort();

    const plan = await strata.plan({ rules: { orphans: true } });
    expect(plan.steps.map((step) => step.target)).toContain(`overlay2/${'e'.repeat(64)}`);
    console.log(
      `leaked: ${plan.steps.map((step) => `${step.name} ${String(step.freesDiskBytes)}`).join(', ')}`,
    );
    const disk = duOverlay(engine);
    const receipt = await strata.apply(plan);
    expect([receipt.state, receipt.message]).toEqual(['done', null]);
    expect(disk - duOverlay(engine)).toBe(plan.freesDiskBytes);
    const healthy = (): void => {
      engine.restart();
      expect([inventory(engine), image()]).toEqual([before, id]);
    };
    healthy();

    const [held] = await strata.call('quarantine.list', null);
    const removal = takeLock(strata.stateDir, 'a removal under way');
    for (const method of ['quarantine.putBack', 'quarantine.purge'] as const)
      await expect(strata.call(method, { id: held!.id })).rejects.toMatchObject({ code: 'busy' });
    removal.release();

    for (const entry of await strata.call('quarantine.list', null)) {
      await strata.call('quarantine.putBack', { id: entry.id });
    }
    expect(readdirSync(join(engine.dataRoot, 'overlay2')).sort()).toEqual(names);
    expect(duOverlay(engine)).toBe(disk);
    expect(await strata.call('quarantine.list', null)).toEqual([]);
    healthy();

    const again = await strata.plan({ rules: { orphans: true } });
    expect(again.freesDiskBytes).toBe(plan.freesDiskBytes);
    expect((await strata.apply(again)).state).toBe('done');
    for (const entry of await strata.call('quarantine.list', null)) {
      const { freedDiskBytes } = await strata.call('quarantine.purge', { id: entry.id });
      expect(freedDiskBytes).toBeGreaterThanOrEqual(entry.diskBytes!);
      expect(existsSync(join(engine.dataRoot, 'strata-quarantine', entry.id))).toBe(false);
    }
    healthy();
    const audit = await strata.audit();
    const written = (kind: string): number => audit.filter((one) => one === kind).length;
    expect(written('put-back-begins')).toBe(plan.steps.length);
    expect(['put-back', 'purge-begins', 'purge-ended'].map(written)).toEqual(
      Array.from({ length: 3 }, () => plan.steps.length),
    );
  });

  test('a folder that is in use is never an orphan, whoever says so', async () => {
    const owned = readdirSync(join(engine.dataRoot, 'overlay2')).find((name) => name.length === 64)!;
    const selection = {
      images: [],
      containers: [],
      volumes: [],
      buildCache: [],
      orphans: [`overlay2/${owned}`],
    };
    const plan = await strata.plan({ selection });
    expect(plan.steps).toEqual([]);
    expect(plan.stays[0]?.because).toMatch(/not proven/);
    await expect(strata.call('quarantine.purge', { id: '../overlay2' })).rejects.toThrow(
      /Nothing in the quarantine/,
    );
  });
});

/** A folder as a cut registration leaves it: files, a short name, nobody who names it. Days old. */
function leak(engine: TestEngine, name: string): void {
  engine.stop();
  const folder = join(engine.dataRoot, 'overlay2', name);
  mkdirSync(join(folder, 'diff/data'), { recursive: true });
  writeFileSync(join(folder, 'diff/data/blob'), Buffer.alloc(70_000, 'x'));
  writeFileSync(join(folder, 'link'), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  symlinkSync(`../${name}/diff`, join(engine.dataRoot, 'overlay2/l/ABCDEFGHIJKLMNOPQRSTUVWXYZ'));
  const old = Date.now() / 1000 - 3 * DAY_S;
  for (const path of [join(folder, 'diff'), folder]) utimesSync(path, old, old);
}

/** Kills the engine in the middle of a load, at different moments, until a folder without owner is left (or four times). */
async function leakByKilling(engine: TestEngine): Promise<void> {
  const layers = await Promise.all(
    Array.from({ length: 40 }, (_, at) => layerTar(`leak ${String(at)}`, 200, 400_000)),
  );
  const { archive } = await archiveOf(layers, 'leak:1');
  const overlay = join(engine.dataRoot, 'overlay2');
  for (let tries = 0; tries < 4; tries++) {
    const before = readdirSync(overlay).length;
    const load = spawn('/usr/bin/docker', ['-H', engine.host, 'load', '-q'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    load.stdin.on('error', () => undefined); // the engine's end ends it
    load.stdin.end(archive);
    const ended = new Promise((resolve) => load.once('close', resolve));
    for (let waits = 0; waits < 2000 && readdirSync(overlay).length < before + 3 + tries; waits++)
      await sleep(2);
    engine.kill9();
    await ended;
    engine.restart();
    const owned = new Set(cacheIds(engine));
    if (readdirSync(overlay).some((name) => name.length === 64 && !owned.has(name))) return;
  }
}

function cacheIds(engine: TestEngine): string[] {
  const layerdb = join(engine.dataRoot, 'image/overlay2/layerdb/sha256');
  return readdirSync(layerdb).flatMap((chain) => {
    const file = join(layerdb, chain, 'cache-id');
    return existsSync(file) ? [readFileSync(file, 'utf8').trim()] : [];
  });
}
