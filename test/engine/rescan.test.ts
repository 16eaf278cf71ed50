/** After whatever an engine did, a rescan from memory says what walking everything says. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHistory } from '../../src-main/history/index.ts';
import { readDisk } from '../../src-main/sources/disk/index.ts';
import { listDataRoot, walkPlan } from '../../src-main/sources/join.ts';
import { walkUnits } from '../../src-main/sources/scan/index.ts';
import type { WalkResult } from '../../src-main/sources/scan/records.ts';
import { listsAgainstWalk } from '../../src-main/sources/tree/check-lists.ts';
import { randomFrom } from '../support/random.ts';
import { haveEngine, makeImages, startEngine, type TestEngine } from '../support/engine.ts';

const STEPS = 8;
const SEED = 3;

describe.skipIf(!haveEngine())('random builds, removals and prunes on a real engine', () => {
  let engine: TestEngine;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'strata-rescan-'));
    engine = startEngine();
    makeImages(engine, { mb: 1, imagesOnly: true });
  });
  afterAll(() => {
    engine?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** In a program of its own each time, so that only the database remembers. */
  async function scan(verify: boolean): Promise<WalkResult> {
    const history = await openHistory(join(folder, 'state'));
    try {
      const disk = await readDisk(engine.dataRoot, {});
      const units = walkPlan(await listDataRoot(engine.dataRoot), disk);
      const walk = await walkUnits(engine.dataRoot, units, { memory: history.layers, verify });
      if (verify) expect(await listsAgainstWalk(engine.dataRoot, disk.layers, walk)).toEqual([]);
      return walk;
    } finally {
      await history.close();
    }
  }

  const layersOf = ({ units }: WalkResult) =>
    units
      .filter(({ path }) => /^overlay2\/[0-9a-f]/.test(path))
      .map(({ path, totals, content }) => ({ path, totals, content }));
  const issuesOf = ({ units, issues = [] }: WalkResult) => [
    ...issues,
    ...units.flatMap((unit) => unit.issues),
  ];

  function build(name: string, random: () => number): void {
    const context = join(folder, name);
    mkdirSync(join(context, 'files'), { recursive: true });
    for (let at = 0; at < 1 + random() * 30; at += 1)
      writeFileSync(join(context, 'files', `f${at}`), `${name} ${at} `.repeat(random() * 500));
    const lines = [
      'FROM strata/base:1',
      `COPY files /srv/${name}`,
      `RUN rm /opt/old/a; ln /srv/${name}/f0 /srv/link`,
    ];
    writeFileSync(join(context, 'Dockerfile'), lines.join('\n'));
    engine.docker(['build', '-q', '--network=none', '-t', `${name}:1`, context]);
  }

  test(`after each of ${STEPS} steps the rescan equals a verifying scan, and the file lists agree`, async () => {
    const random = randomFrom(SEED);
    const built: string[] = [];
    let fromMemory = 0;
    await scan(false);
    for (let step = 0; step < STEPS; step += 1) {
      const dice = random();
      const gone = dice > 0.5 ? built.splice(Math.floor(random() * built.length), 1)[0] : undefined;
      if (gone !== undefined) engine.docker(['rmi', '--force', `${gone}:1`]);
      if (dice > 0.8) engine.docker(['image', 'prune', '--force']);
      if (dice > 0.9) engine.docker(['builder', 'prune', '--force']);
      if (gone === undefined) {
        build(`step-${step}`, random);
        built.push(`step-${step}`);
      }

      const rescan = await scan(false);
      const verified = await scan(true);

      expect(issuesOf(verified), `step ${step}`).toEqual([]);
      expect(layersOf(rescan), `step ${step}`).toEqual(layersOf(verified));
      expect(verified.units.every(({ from }) => from === 'walk')).toBe(true);
      fromMemory += rescan.units.filter(({ from }) => from === 'memory').length;
    }
    expect(built.length).toBeGreaterThan(0);
    expect(fromMemory).toBeGreaterThan(STEPS * 10);
  }, 180_000);
});
