/** What a killed engine leaks is found; what lives, or is being made, is never called leaked. */
import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import { strataJson } from '../support/cli.ts';
import { haveEngine, startEngine, type TestEngine } from '../support/engine.ts';
import { archiveOf, layerTar } from '../support/random-store.ts';
import { du, haveStoreTruth, storeTruth } from '../support/store-truth.ts';

/** Starts something that makes the engine write layers. Another name gives other bytes: all is new to the engine. */
type Work = (engine: TestEngine, folder: string, name: string) => Promise<ChildProcess>;

const LAYERS = 20;
const load: Work = async (engine, folder, name) => {
  const layers = Array.from({ length: LAYERS }, (_, at) => layerTar(`${name} ${String(at)}`, 100, 50_000));
  const { archive } = await archiveOf(await Promise.all(layers), `${name}:1`);
  writeFileSync(join(folder, `${name}.tar`), archive);
  return engine.begin(['load', '-q', '-i', join(folder, `${name}.tar`)]);
};
const build =
  (buildKit: boolean): Work =>
  async (engine, folder, name) => {
    const context = join(folder, name);
    mkdirSync(join(context, 'many'), { recursive: true });
    for (let at = 0; at < 100; at++)
      writeFileSync(join(context, 'many', String(at)), `${name} ${String(at)}`);
    const cached = buildKit ? '--mount=type=cache,target=/cache ' : '';
    const steps = Array.from({ length: 3 }, (_, at) => `RUN ${cached}echo ${name} > /made-${String(at)}`);
    const lines = ['FROM orphan-base:1', 'COPY many /many', ...steps, 'COPY many /again'];
    writeFileSync(join(context, 'Dockerfile'), lines.join('\n'));
    return engine.begin(['build', '-q', '--network=none', '-t', `${name}:1`, context], { buildKit });
  };

/** Where the engine is killed: after so many new folders in overlay2. */
const CUTS: readonly (readonly [Work, number])[] = [
  [load, 3],
  [build(false), 2],
  [build(true), 2],
  [build(true), 5],
];
const MORE_LOADS = 8;

describe.skipIf(!haveEngine() || !haveStoreTruth())('orphans of a real engine', () => {
  let engine: TestEngine;
  let folder: string;
  let cuts = 0;

  const scan = (): Promise<ScanDocument> => strataJson(['scan', '--host', engine.host]);
  const calledOrphans = async (): Promise<string[]> => (await scan()).orphans.map(({ path }) => path).sort();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'strata-orphans-'));
    engine = startEngine();
    importBase(engine, folder);
    expect(await ended(await build(true)(engine, folder, 'kept'))).toBe(0);
  });
  afterAll(() => {
    engine?.remove();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  async function killDuring(work: Work, newFolders: number): Promise<void> {
    const before = new Set(folders(engine));
    const client = await work(engine, folder, `cut-${String(cuts++)}`);
    const end = ended(client);
    const isNew = (name: string): boolean => !before.has(name);
    while (client.exitCode === null && folders(engine).filter(isNew).length < newFolders) await sleep(2);
    engine.kill9();
    await end;
    engine.restart();
  }

  test('after kill -9 in the middle of loads and builds they are exactly the folders without an owner', async () => {
    for (const [work, newFolders] of CUTS) {
      await killDuring(work, newFolders);
      expect(await calledOrphans()).toEqual(ownerless(engine));
    }
    for (let more = 0; more < MORE_LOADS && ownerless(engine).length === 0; more++) {
      await killDuring(load, 2 + more);
      expect(await calledOrphans()).toEqual(ownerless(engine));
    }
    const { orphans } = await scan();
    expect(orphans.length).toBeGreaterThan(0);
    expect(orphans.map((one) => one.diskBytes)).toEqual(
      orphans.map(({ path }) => du(join(engine.dataRoot, path))),
    );
  });

  test('while loads and builds run, nothing of theirs is called one', async () => {
    const leaked = ownerless(engine);
    const works = [load, build(false), build(true)];
    const clients = await Promise.all(works.map((work, at) => work(engine, folder, `live-${String(at)}`)));
    const ends = clients.map(ended);
    let scans = 0;
    do {
      for (const path of await calledOrphans()) expect(leaked).toContain(path);
      scans++;
    } while (clients.some((client) => client.exitCode === null));
    expect(await Promise.all(ends)).toEqual(works.map(() => 0));
    expect(scans).toBeGreaterThan(0);
    expect(await calledOrphans()).toEqual(leaked);
    expect(ownerless(engine)).toEqual(leaked);
  });
});

/** By the independent reader; a registration that was cut after it named its folder still names it. */
function ownerless(engine: TestEngine): string[] {
  const cut = join(engine.dataRoot, 'image/overlay2/layerdb/tmp');
  const named = readdirSync(cut).flatMap((set) => {
    const entries = readdirSync(join(cut, set));
    return entries.includes('cache-id') ? [readFileSync(join(cut, set, 'cache-id'), 'utf8').trim()] : [];
  });
  const { orphan_dirs } = storeTruth(engine.dataRoot);
  return orphan_dirs
    .filter((name) => !named.includes(name))
    .map((name) => `overlay2/${name}`)
    .sort();
}

const folders = (engine: TestEngine): string[] => readdirSync(join(engine.dataRoot, 'overlay2'));

function ended(client: ChildProcess): Promise<number | null> {
  if (client.exitCode !== null) return Promise.resolve(client.exitCode);
  return new Promise((resolve) => client.once('exit', resolve));
}

/** A shell and what the builds call. */
function importBase(engine: TestEngine, folder: string): void {
  const root = join(folder, 'root');
  mkdirSync(join(root, 'bin'), { recursive: true });
  execFileSync('cp', ['/bin/busybox', join(root, 'bin/busybox')]);
  execFileSync('ln', ['-s', 'busybox', join(root, 'bin/sh')]);
  const input = execFileSync('tar', ['-C', root, '-cf', '-', '.'], { maxBuffer: 1 << 26 });
  engine.docker(['import', '-', 'orphan-base:1'], { input });
}
