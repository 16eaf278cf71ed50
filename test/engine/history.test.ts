import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HistoryComparison, HistoryPoint } from '../../src-main/contract/history.ts';
import { strataJson } from '../support/cli.ts';
import { haveEngine, makeImages, startEngine, type TestEngine } from '../support/engine.ts';

const available = haveEngine();
let engine: TestEngine;
let folder: string;
beforeAll(() => {
  if (!available) return;
  folder = mkdtempSync(join(tmpdir(), 'strata-history-'));
  engine = startEngine();
  makeImages(engine, { imagesOnly: true });
});
afterAll(() => {
  if (!available) return;
  engine.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!available)('two scans of a real engine with a build between them', () => {
  test('history tells which image came, by which layer, and how much the store grew', async () => {
    const env = { DOCKER_HOST: engine.host, STRATA_HOME: join(folder, 'home') };
    await strataJson(['--json', 'scan'], { env });
    writeFileSync(join(folder, 'payload'), 'x'.repeat(300_000));
    writeFileSync(join(folder, 'Dockerfile'), 'FROM strata/base:1\nCOPY payload /payload\n');
    execFileSync(
      '/usr/bin/docker',
      ['-H', engine.host, 'build', '-q', '--network=none', '-t', 'grown:1', folder],
      {
        env: { ...process.env, DOCKER_BUILDKIT: '0' },
      },
    );
    await strataJson(['--json', 'scan'], { env });

    const { scans, comparison } = await strataJson<{ scans: HistoryPoint[]; comparison: HistoryComparison }>(
      ['--json', 'history'],
      { env },
    );

    expect(scans).toHaveLength(2);
    expect(comparison.came.find(({ kind }) => kind === 'image')?.name).toBe('grown:1');
    const layer = comparison.came.find(({ kind }) => kind === 'layer');
    expect(layer?.diskBytes).toBeGreaterThanOrEqual(300_000);
    expect(comparison.diskBytes).toBeGreaterThanOrEqual(layer!.diskBytes!);
    expect(comparison.went).toEqual([]);
  });
});
