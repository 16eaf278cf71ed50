/**
 * Mutated archives, tar-splits, manifests, bolt files and whiteout names: no crash, no hang, no way out of a layer.
 * A few seconds by default; a minute in CI; `STRATA_FUZZ_SECONDS=3600 npm run unit -- test/fuzz` for an hour.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findNode, nodePath, stackTrees } from '../../src-main/analysis/inside/stack.ts';
import { wasteOf } from '../../src-main/analysis/inside/waste.ts';
import { StrataError } from '../../src-main/contract/errors.ts';
import type { LayerTree } from '../../src-main/model/tree.ts';
import { ImageArchive } from '../../src-main/sources/archive/open-archive.ts';
import { BoltError, readBolt, type BoltBucket } from '../../src-main/sources/disk/bolt.ts';
import { StreamSource } from '../../src-main/sources/tar/byte-source.ts';
import { treeOfTar } from '../../src-main/sources/tar/layer-tree.ts';
import { treeOfTarSplit } from '../../src-main/sources/tree/tar-split.ts';
import { layerTar } from '../support/write-layer.ts';
import { writeBolt } from '../support/write-bolt.ts';
import { randomFrom, type Random } from '../support/random.ts';
import { mutated } from './mutate.ts';

const seconds = Number(process.env.STRATA_FUZZ_SECONDS ?? (process.env.CI ? 60 : 4));
/** CI wanders the same way each time, so that a change is what makes it red; elsewhere every run is a new way. */
const seed = Number(process.env.STRATA_FUZZ_SEED ?? (process.env.CI ? 1 : Date.now() % 2 ** 31));
/** One input is kilobytes: seconds on it mean a loop, even on a busy machine. */
const HANG_MS = 10_000;

let folder: string;
let tar: Buffer;
let archive: Buffer;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-fuzz-'));
  const root = join(folder, 'layer');
  mkdirSync(join(root, 'etc/conf'), { recursive: true });
  for (const name of [
    'etc/hosts',
    'etc/.wh.gone',
    'etc/conf/.wh..wh..opq',
    `etc/${'long-name'.repeat(20)}`,
  ]) {
    writeFileSync(join(root, name), name.repeat(9));
  }
  tar = tarOf(root);
  const layer = join(folder, 'save');
  mkdirSync(join(layer, 'a'), { recursive: true });
  writeFileSync(join(layer, 'a/layer.tar'), tar);
  const diffId = `sha256:${createHash('sha256').update(tar).digest('hex')}`;
  writeFileSync(
    join(layer, 'config.json'),
    JSON.stringify({ rootfs: { diff_ids: [diffId] }, history: [{ created_by: 'x' }] }),
  );
  writeFileSync(
    join(layer, 'manifest.json'),
    JSON.stringify([{ Config: 'config.json', RepoTags: ['a:1'], Layers: ['a/layer.tar'] }]),
  );
  archive = tarOf(layer);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tarOf(root: string): Buffer {
  const path = `${root}.tar`;
  execFileSync('tar', ['--sort=name', '-C', root, '-cf', path, '.']);
  return readFileSync(path);
}

/** Runs one target for its share of the time; a failing input names its seed. */
async function wander(share: number, target: (random: Random) => Promise<void> | void): Promise<void> {
  const until = performance.now() + seconds * 1000 * share;
  let round = 0;
  do {
    const own = seed + round;
    const startedAt = performance.now();
    try {
      await target(randomFrom(own));
    } catch (thrown) {
      throw new Error(`STRATA_FUZZ_SEED=${own}: ${(thrown as Error).message}`, { cause: thrown });
    }
    expect(performance.now() - startedAt, `STRATA_FUZZ_SEED=${own} took too long`).toBeLessThan(HANG_MS);
    round += 1;
  } while (performance.now() < until);
}

function stays(tree: LayerTree): void {
  for (let entry = 1; entry < tree.length; entry += 1) {
    expect(tree.parents[entry]).toBeLessThan(entry);
    expect(['', '.', '..']).not.toContain(tree.names[entry]);
    expect(tree.names[entry]).not.toContain('/');
  }
}

const stream = (bytes: Buffer): StreamSource =>
  new StreamSource(
    (async function* () {
      for (let at = 0; at < bytes.length; at += 1000)
        yield await Promise.resolve(bytes.subarray(at, at + 1000));
    })(),
  );
const timeout = (seconds + 60) * 1000;

test('layer tars, stacked as an image', { timeout }, () =>
  wander(0.3, async (random) => {
    const trees = [await treeOfTar(stream(tar)), await treeOfTar(stream(mutated(tar, random)))];
    trees.forEach(stays);
    const stack = stackTrees(trees);
    const waste = wasteOf(stack);
    expect(waste.visibleBytes + waste.wastedBytes).toBe(waste.totalBytes);
    for (let node = 0; node < stack.names.length; node += 1)
      expect(findNode(stack, nodePath(stack, node))).toBe(node);
  }),
);

test('tar-split lists', { timeout }, () =>
  wander(0.2, async (random) => {
    const good = gunzipSync(layerTar({ 'etc/hosts': 'x'.repeat(700), 'srv/': null }).tarSplit);
    try {
      stays(await treeOfTarSplit(gzipSync(mutated(good, random), { level: 1 })));
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(RangeError);
    }
  }),
);

test('image archives: what is opened is whole, what is not says why', { timeout }, () =>
  wander(0.3, async (random) => {
    const path = join(folder, 'mutated.tar');
    writeFileSync(path, mutated(archive, random));
    try {
      const opened = await ImageArchive.open(path);
      try {
        for (const layer of opened.images.flatMap(({ layers }) => layers)) stays(await opened.tree(layer));
      } finally {
        await opened.close();
      }
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(StrataError);
    }
  }),
);

test('bolt databases', { timeout }, () =>
  wander(0.2, (random) => {
    const good = writeBolt({ a: { b: 'c', d: { e: 'f'.repeat(300) } }, g: { h: 'i' } });
    try {
      walk(readBolt(mutated(good, random)));
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(BoltError);
    }
  }),
);

function walk(bucket: BoltBucket, depth = 0): void {
  expect(depth).toBeLessThan(100);
  for (const inner of bucket.buckets.values()) walk(inner, depth + 1);
}
