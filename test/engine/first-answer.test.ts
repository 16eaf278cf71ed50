/** What a page gets of a real engine before its store is walked. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import { createServices, type Services } from '../../src-main/services/index.ts';
import { strataJson } from '../support/cli.ts';
import { haveEngine, makeImages, startEngine, type TestEngine } from '../support/engine.ts';

const signal = new AbortController().signal;

describe.skipIf(!haveEngine())('the first scan of a real engine', () => {
  let engine: TestEngine;
  let stateDir: string;
  let services: Services;
  beforeAll(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'strata-first-'));
    engine = startEngine();
    makeImages(engine, { mb: 2 });
    services = createServices({
      source: { kind: 'engine', host: engine.host },
      stateDir,
      env: { HOME: stateDir },
      mayPrune: false,
    });
  });
  afterAll(async () => {
    await services?.close();
    engine?.remove();
    rmSync(stateDir, { recursive: true, force: true });
  });

  test('names every image and every layer’s size at once; what is measured later is never less', async () => {
    const tags = engine.docker(['images', '--format', '{{.Repository}}:{{.Tag}}']).split('\n');
    const seen: ScanDocument[] = [];
    const look = async (): Promise<ScanDocument> => {
      const document = await services.handlers['scan.document']({ soFar: true }, signal);
      seen.push(document);
      return document;
    };
    const first = await look();
    expect(first.partial).toMatchObject({ measured: 0, of: 'folders' });
    expect(first.images.flatMap((image) => image.tags).toSorted()).toEqual(
      tags.filter((tag) => !tag.includes('<none>')).toSorted(),
    );
    expect(first.layers.every(({ bytes, diskBytes }) => bytes !== null && diskBytes === null)).toBe(true);
    const dataRoot = async () => (await services.handlers['connection.get'](null, signal)).dataRoot;
    await expect.poll(dataRoot, { timeout: 20_000 }).toBe(engine.dataRoot);

    await expect.poll(async () => (await look()).partial, { interval: 20, timeout: 60_000 }).toBeNull();
    const totals = seen.map(({ account }) => account.dataRootDiskBytes ?? 0);
    expect(totals).toEqual(totals.toSorted((a, b) => a - b));

    const all = await services.handlers['scan.document'](null, signal);
    expect(all.docker.pending).toBeUndefined();
    expect(all.docker.layersBytes).not.toBeNull();
    expect(all.account).toEqual(seen.at(-1)!.account);
    expect(all.images.map(({ id }) => id)).toEqual(first.images.map(({ id }) => id));
  });

  test('scan --json prints the whole account and nothing else', async () => {
    const printed = await strataJson<ScanDocument>(['scan', '--host', engine.host], {
      env: { STRATA_HOME: join(stateDir, 'other') },
    });
    expect(printed.partial).toBeNull();
    expect(printed.docker.layersBytes).not.toBeNull();
    expect(printed.images.some((image) => 'atLeast' in image)).toBe(false);
    const all = await services.handlers['scan.document'](null, signal);
    expect(printed.images).toEqual(all.images);
    expect(printed.layers).toEqual(all.layers);
  });
});
