import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { takeLock } from '../../src-main/actions/lock.ts';
import { openHistory } from '../../src-main/history/index.ts';
import type { Selection } from '../../src-main/contract/store.ts';
import { haveEngine, startEngine, type TestEngine } from '../support/engine.ts';
import { archiveOf, layerTar } from '../support/random-store.ts';
import { duOverlay, inventory, inventoryAfter, reclaiming, type Reclaiming } from '../support/reclaiming.ts';

const CLI = fileURLToPath(new URL('../../src-main/cli/bin.ts', import.meta.url));
const images = (...ids: string[]): { selection: Selection } => ({
  selection: { images: ids, containers: [], volumes: [], buildCache: [], orphans: [] },
});

describe.runIf(haveEngine())('between preview and end of an apply', () => {
  let engine: TestEngine;
  let strata: Reclaiming;
  let base: Buffer;

  /** An image of a shared base and a layer of its own. */
  const load = async (name: string, tagged = true): Promise<string> => {
    const own = await layerTar(`own ${name}`, 3, 20_000);
    const { archive, id } = await archiveOf([base, own], tagged ? `${name}:1` : null);
    engine.docker(['load', '-q'], { input: archive });
    return id;
  };

  beforeAll(async () => {
    base = await layerTar('shared base', 5, 60_000);
    engine = startEngine();
  });
  beforeEach(() => {
    strata = reclaiming(engine);
    return () => strata.remove();
  });
  afterAll(() => engine?.remove());

  test('a container created, a tag moved, an image deleted by somebody else: refused, nothing removed', async () => {
    const [one, two, three] = [await load('one'), await load('two'), await load('three')];
    const changes: readonly [string, () => void][] = [
      ['the stopped container', () => engine.docker(['create', '--name', 'late', one, '/none'])],
      ['tags', () => (engine.docker(['rm', 'late']), engine.docker(['tag', three, 'two:1']))],
      ['gone', () => engine.docker(['rmi', 'one:1'])],
    ];
    for (const [word, change] of changes) {
      const plan = await strata.plan(images(one, two));
      change();
      const before = inventory(engine);
      const receipt = await strata.apply(plan);
      expect(receipt.state).toBe('stale');
      expect(receipt.message).toContain(word);
      expect(receipt.stepsDone).toBe(0);
      expect(inventory(engine)).toEqual(before);
    }
    const rest = await strata.plan({ rules: { unused: true } });
    expect((await strata.apply(rest)).state).toBe('done');
  });

  test('a started container is not removed', async () => {
    const busybox = await archiveOf([await busyboxLayer()], 'busybox:1');
    engine.docker(['load', '-q'], { input: busybox.archive });
    engine.docker([
      'create',
      '--name',
      'sleeper',
      '--network',
      'none',
      'busybox:1',
      '/busybox',
      'sleep',
      '1000',
    ]);
    const plan = await strata.plan({ rules: { stopped: true } });
    engine.docker(['start', 'sleeper']);
    const before = inventory(engine);
    const receipt = await strata.apply(plan);
    expect([receipt.state, receipt.message]).toEqual(['stale', expect.stringContaining('it is running')]);
    expect(inventory(engine)).toEqual(before);
    engine.docker(['rm', '-f', 'sleeper']);
    engine.docker(['rmi', 'busybox:1']);
  });

  test('a plan is used once, and only the one that was shown', async () => {
    const plan = await strata.plan(images(await load('once')));
    const other = { planId: plan.id, fingerprint: '0'.repeat(64) };
    await expect(strata.call('plan.apply', other)).rejects.toThrow(/not the plan that was shown/);
    expect((await strata.apply(plan)).state).toBe('done');
    await expect(strata.call('plan.load', { plan })).rejects.toThrow(/was used/);
    await expect(strata.apply(plan)).rejects.toThrow(/There is no plan/);
  });

  test('pins that got damaged after the preview end the apply, which is recorded as that', async () => {
    const id = await load('pinned');
    const plan = await strata.plan(images(id));
    const before = inventory(engine);
    const history = await openHistory(strata.stateDir);
    await history.setSetting('pins', '{');
    const receipt = await strata.apply(plan);
    expect([receipt.state, receipt.freedDiskBytes]).toEqual(['failed', 0]);
    expect(receipt.message).toMatch(/pins are damaged/);
    expect(inventory(engine)).toEqual(before);
    await history.setSetting('pins', null);
    await history.close();
    expect((await strata.apply(await strata.plan(images(id)))).state).toBe('done');
  });

  test('an altered plan file is refused', async () => {
    const [small, large] = [await load('small'), await load('large')];
    const plan = await strata.plan(images(small));
    const before = inventory(engine);
    const step = { ...plan.steps[0]!, target: large, item: `image:${large}` };
    await strata.call('plan.load', { plan: { ...plan, steps: [step] } });
    expect((await strata.apply(plan)).state).toBe('stale');
    expect(inventory(engine)).toEqual(before);
    await strata.apply(await strata.plan(images(small, large)));
  });

  test('an image saved before it went is there again after restore, with all its names', async () => {
    const id = await load('saved');
    engine.docker(['tag', id, 'saved:2']);
    const before = inventory(engine);
    const plan = await strata.plan(images(id));
    const receipt = await strata.apply(plan, { backup: [id] });
    expect(receipt.backups.map((one) => one.imageId)).toEqual([id]);
    expect(inventory(engine)).toEqual(inventoryAfter(before, plan));
    const removal = takeLock(strata.stateDir, 'a removal under way');
    const wanted = { planId: plan.id, imageId: id };
    await expect(strata.call('backup.restore', wanted)).rejects.toMatchObject({ code: 'busy' });
    removal.release();
    await strata.call('backup.restore', wanted);
    expect(inventory(engine)).toEqual(before);
    expect((await strata.audit()).slice(-2)).toEqual(['restore-begins', 'restored']);
    await strata.apply(await strata.plan(images(id)));
  });

  test('prune --yes removes exactly the dangling images, as docker does after it', async () => {
    const kept = await load('kept');
    const lost = [await load('lost-1', false), await load('lost-2', false)];
    const before = inventory(engine);
    const disk = duOverlay(engine);
    const state = mkdtempSync(join(tmpdir(), 'strata-state-'));
    const args = ['--host', engine.host, '--state-dir', state, '--json', 'prune', '--yes'];
    const result = JSON.parse(await strataCli(args)) as { promisedDiskBytes: number; freedDiskBytes: number };
    expect(result.freedDiskBytes).toBe(result.promisedDiskBytes);
    expect(disk - duOverlay(engine)).toBe(result.promisedDiskBytes);
    const gone = new Set(lost.map((id) => `image ${id}`));
    expect(inventory(engine)).toEqual(before.filter((line) => !gone.has(line)));

    for (const name of ['lost-1', 'lost-2']) await load(name, false);
    const docker = engine.docker(['image', 'prune', '-f']);
    console.log(
      `strata prune freed ${String(result.freedDiskBytes)} bytes on the disk; docker image prune:\n${docker}`,
    );
    expect(inventory(engine)).toEqual(before.filter((line) => !gone.has(line)));
    await strata.apply(await strata.plan(images(kept)));
    rmSync(state, { recursive: true });
  });

  test('Strata killed in the middle: the next start says how far it came, and can go on', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 25; n++) ids.push(await load(`many-${String(n)}`));
    const before = inventory(engine);
    const all = imagesOnDisk(engine);
    const plan = await strata.plan(images(...ids));
    const file = join(strata.stateDir, 'plan.json');
    writeFileSync(file, JSON.stringify(plan));
    const args = [CLI, '--host', engine.host, '--state-dir', strata.stateDir, 'apply', file, '--yes'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (child.exitCode === null && imagesOnDisk(engine) === all) await sleep(2);
    child.kill('SIGKILL');
    await ended;

    const left = inventory(engine);
    const [summary] = await strata.call('receipts.list', null);
    expect(summary).toMatchObject({ planId: plan.id, state: 'interrupted', finishedAt: null });
    const receipt = await strata.call('receipt.get', { id: plan.id });
    const done = plan.steps.slice(0, receipt.outcomes.filter((one) => one.result !== 'skipped').length);
    const outcome = [done, done.slice(0, -1)].map((steps) => inventoryAfter(before, { ...plan, steps }));
    expect(outcome).toContainEqual(left);

    const rest = await strata.apply(await strata.plan({ rules: { unused: true } }));
    expect(rest.state).toBe('done');
    expect(inventory(engine)).toEqual(inventoryAfter(before, plan));
  });

  test('the engine killed in the middle: what was done is in the receipt, nothing else is gone', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) ids.push(await load(`crash-${String(n)}`));
    const bystander = await load('bystander');
    const before = inventory(engine);
    const all = imagesOnDisk(engine);
    const plan = await strata.plan(images(...ids));
    const applying = strata.apply(plan);
    while (imagesOnDisk(engine) === all) await sleep(2);
    engine.kill9();
    const receipt = await applying;
    engine.restart();

    expect(receipt.state).toBe('failed');
    const left = inventory(engine);
    expect(left).toContain(`image ${bystander}`);
    const begun = plan.steps.slice(0, receipt.outcomes.filter((one) => one.result !== 'skipped').length);
    const outcome = [begun, begun.slice(0, -1)].map((steps) => inventoryAfter(before, { ...plan, steps }));
    expect(outcome).toContainEqual(left);
  });
});

/** Cheap enough to be asked all the time. */
function imagesOnDisk(engine: TestEngine): number {
  return readdirSync(join(engine.dataRoot, 'image/overlay2/imagedb/content/sha256')).length;
}

async function busyboxLayer(): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'busybox', mode: 0o755 }, readFileSync('/bin/busybox'));
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The terminal program in a process of its own: its stdout. */
async function strataCli(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code).toBe(0);
  return out;
}
