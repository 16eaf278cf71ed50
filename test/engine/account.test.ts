import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScanDocument, ScanImage } from '../../src-main/contract/scan-document.ts';
import type { WhyAnswer } from '../../src-main/contract/store.ts';
import schema from '../../resources/scan.schema.json' with { type: 'json' };
import { strata, strataJson } from '../support/cli.ts';
import { haveEngine, makeImages, startEngine, type TestEngine } from '../support/engine.ts';
import { schemaErrors } from '../support/json-schema.ts';
import { du, haveStoreTruth, sharingByTruth, storeTruth } from '../support/store-truth.ts';

/** What a killed engine leaves behind: a layer's folder that nothing names. */
const LEAKED = 'e'.repeat(64);

function leakFolder(docker: TestEngine, name: string): void {
  const folder = join(docker.dataRoot, 'overlay2', name);
  mkdirSync(join(folder, 'diff'), { recursive: true });
  writeFileSync(join(folder, 'diff/half-written'), 'x'.repeat(100_000));
  const longAgo = new Date('2024-01-02T03:04:05Z');
  for (const path of [join(folder, 'diff'), folder]) utimesSync(path, longAgo, longAgo);
}

describe.skipIf(!haveEngine())('the account of a real engine', () => {
  let docker: TestEngine;
  let document: ScanDocument;
  let saved: string;
  let folder: string | undefined;

  beforeAll(async () => {
    docker = startEngine();
    makeImages(docker);
    writeFileSync(join(docker.dataRoot, 'a-stray-file'), 'x'.repeat(10_000));
    leakFolder(docker, LEAKED);
    document = await quietScan(docker);
    folder = mkdtempSync(join(tmpdir(), 'strata-account-'));
    saved = join(folder, 'scan');
    expect(await strata(['scan', '--host', docker.host, '-o', saved])).toMatchObject({ code: 0 });
  });
  afterAll(() => {
    docker?.remove();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const image = (tag: string): ScanImage =>
    document.images.find((one) => one.tags.includes(tag)) ?? expect.fail(`no image ${tag}`);
  const why = (thing: string): Promise<WhyAnswer> => strataJson(['why', thing, '--from', saved]);

  test('every byte that du counts is in exactly one category', () => {
    const { dataRootDiskBytes, ...categories } = document.account;
    const sum = Object.values(categories).reduce<number>((all, bytes) => all + (bytes ?? NaN), 0);
    expect(sum).toBe(dataRootDiskBytes);
    expect(document.access).toBe('direct');
    expect(document.issues).toEqual([]);
  });

  test.skipIf(!haveStoreTruth())('images, layers and sharing are what an independent reader finds', () => {
    const truth = storeTruth(docker.dataRoot);
    const sharing = sharingByTruth(truth, docker.dataRoot);

    expect(document.images.map(({ id }) => id).sort()).toEqual(truth.images.map(({ id }) => id).sort());
    for (const expected of truth.images) {
      const ours = document.images.find(({ id }) => id === expected.id) ?? expect.fail(expected.id);
      expect(ours).toMatchObject({
        chain: expected.chain_ids,
        intermediate: expected.intermediate,
        dangling: expected.dangling,
        sharedDiskBytes: sharing.get(ours.id)?.shared,
        uniqueDiskBytes: sharing.get(ours.id)?.unique,
      });
      expect([...ours.tags, ...ours.digests].sort()).toEqual([...expected.refs].sort());
    }
    const layers = new Map(document.layers.map((layer) => [layer.chainId, layer]));
    expect(layers.size).toBe(truth.layers.length);
    for (const { chain_id, diff_id, cache_id } of truth.layers) {
      expect(layers.get(chain_id)).toMatchObject({ diffId: diff_id, cacheId: cache_id });
    }
    expect(document.orphans.map(({ path }) => path)).toEqual(
      truth.orphan_dirs.map((name) => `overlay2/${name}`),
    );
    expect(document.duplicates.map(({ diffId }) => diffId).sort()).toEqual(
      Object.keys(truth.same_diff_id).sort(),
    );
  });

  test('the document is what the published schema says', () => {
    expect(schemaErrors(schema, document)).toEqual([]);
  });

  test('a leaked folder is an orphan with its bytes; nothing live is called one', async () => {
    expect(document.orphans).toMatchObject([
      { path: `overlay2/${LEAKED}`, diskBytes: du(join(docker.dataRoot, 'overlay2', LEAKED)), files: 1 },
    ]);
    expect(document.account.orphans).toBeGreaterThan(100_000);
    expect((await why(LEAKED)).kind).toBe('orphan');
  });

  test('a second scan, from memory, says the same', async () => {
    const again = await strataJson<ScanDocument>(['scan', '--host', docker.host]);
    expect(again.account.imageLayers).toBe(document.account.imageLayers);
    expect(again.layers).toEqual(document.layers);
  });

  test('why answers for every way to name a thing', async () => {
    const { id, chain } = image('strata/app-a:1.1');
    const layer = document.layers.find(({ chainId }) => chainId === chain.at(-1)) ?? expect.fail('no layer');
    const link = readFileSync(join(docker.dataRoot, 'overlay2', layer.cacheId ?? '', 'link'), 'utf8');
    const container =
      document.containers.find(({ name }) => name === 'strata-running') ?? expect.fail('none');

    expect(await why('strata/app-a:1.1')).toMatchObject({ kind: 'image' });
    expect(await why(id)).toMatchObject({ kind: 'image' });
    expect(await why(id.slice('sha256:'.length, 20))).toMatchObject({ kind: 'image' });
    for (const thing of [
      layer.chainId,
      layer.diffId ?? '',
      layer.cacheId ?? '',
      link,
      `l/${link}`,
      `overlay2/l/${link}`,
    ]) {
      const answer = await why(thing);
      expect([thing, answer.kind]).toEqual([thing, 'layer']);
      expect(answer.keptBy.length).toBeGreaterThan(0);
    }
    expect(await why('strata-running')).toMatchObject({ kind: 'container' });
    expect(await why(container.id)).toMatchObject({ kind: 'container' });
    expect(await why('strata-unused')).toMatchObject({ kind: 'volume' });
    expect((await why(`${docker.dataRoot}/overlay2/${layer.cacheId}/diff`)).what).not.toBe('');
    expect(await why('no-such-thing').catch((thrown: Error) => thrown.message)).toContain('ended with 1');
  });

  test('a data root that is not there is an error that names it', async () => {
    const elsewhere = await strata(['scan', '--json', '--host', docker.host, '--data-root', '/nonexistent']);
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.stderr).toContain('/nonexistent');
  });

  test('doctor names the engine and the data root', async () => {
    const { code, stdout } = await strata(['doctor', '--host', docker.host]);
    expect(code).toBe(0);
    const words = stdout.replace(/\s+/g, ' ');
    expect(words).toContain(docker.host);
    expect(words).toContain(`${docker.dataRoot} can be read`);
  });

  test('a scan writes nothing into the data root', async () => {
    const before = readdirSync(docker.dataRoot).sort();
    await strataJson(['scan', '--host', docker.host]);
    expect(readdirSync(docker.dataRoot).sort()).toEqual(before);
  });
});

/** A scan during which the engine wrote nothing, as `du` before and after it tells. */
async function quietScan(docker: TestEngine): Promise<ScanDocument> {
  for (let tries = 0; tries < 10; tries++) {
    execFileSync('sync');
    const before = du(docker.dataRoot);
    const document = await strataJson<ScanDocument>(['scan', '--host', docker.host]);
    if (du(docker.dataRoot) !== before) continue;
    expect(document.account.dataRootDiskBytes).toBe(before);
    return document;
  }
  throw new Error('the engine never came to rest');
}
