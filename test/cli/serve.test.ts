import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { httpClient } from '../support/http-client.ts';
import { strata } from '../support/cli.ts';
import { writeArchive } from '../support/write-archive.ts';

/** Serves until `use` is done with its address. */
async function serving(args: readonly string[], use: (address: URL) => Promise<void>): Promise<string> {
  const stop = new AbortController();
  let used: Promise<void> | undefined;
  const result = await strata(['serve', ...args], {
    signal: stop.signal,
    onStdout: (text) => {
      used = use(new URL(text.trim())).finally(() => stop.abort());
    },
  });
  await used;
  expect(result.code).toBe(0);
  return result.stderr;
}

test('serve prints one address, and its token opens the contract', async () => {
  await serving(['--demo'], async (address) => {
    expect(address.hostname).toBe('127.0.0.1');
    const { client, close } = await httpClient(Number(address.port), address.hash.replace('#t=', ''));
    const connection = await client.call('connection.get', null);
    expect(connection).toMatchObject({ state: 'demo', mayPrune: false, tried: [] });
    expect((await client.call('scan.document', null)).images.length).toBeGreaterThan(10);
    close();
  });
});

test('without an engine it serves the demo when that is asked for, and says what was tried', async () => {
  const notes = await serving(['--demo-if-none'], async (address) => {
    const { client, close } = await httpClient(Number(address.port), address.hash.replace('#t=', ''));
    const connection = await client.call('connection.retry', null);
    expect(connection.state).toBe('demo');
    expect(connection.tried.map(({ endpoint }) => endpoint)).toContain('unix:///nonexistent.sock');
    close();
  });
  expect(notes).toContain('DEMO');
  expect(notes).toContain('unix:///nonexistent.sock');
});

test('without an engine and without the demo it still serves, and tells the page', async () => {
  await serving([], async (address) => {
    const { client, close } = await httpClient(Number(address.port), address.hash.replace('#t=', ''));
    expect((await client.call('connection.get', null)).state).toBe('no-engine');
    await expect(client.call('scan.document', null)).rejects.toMatchObject({ code: 'no-engine' });
    close();
  });
});

test('serve opens an image archive, says so, and answers at once: layers are read when the page asks', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'strata-serve-'));
  const path = writeArchive(folder, { tag: 'shop:1', layers: [{ step: 'COPY a /', files: { a: 'b' } }] });
  const notes = await serving(['--archive', path, '--allow-prune'], async (address) => {
    const { client, close } = await httpClient(Number(address.port), address.hash.replace('#t=', ''));
    expect(await client.call('connection.get', null)).toMatchObject({ state: 'archive', mayPrune: false });
    const { layers } = await client.call('scan.document', null);
    expect(layers.map(({ bytes }) => bytes)).toEqual([null]);
    const { images } = await client.call('inside.archive', { image: null, verify: true });
    expect(images[0]?.layers.map(({ bytes, problems }) => ({ bytes, problems }))).toEqual([
      { bytes: 1, problems: [] },
    ]);
    close();
  });
  rmSync(folder, { recursive: true, force: true });
  expect(notes).toContain(`This is the image archive ${path}, read-only.`);
});
