/** An archive as the source of everything: what is known, what is unknown and why, and when it becomes known. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Params, Result, Method, StrataEvent } from '../../src-main/contract/api.ts';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import { createServices, type Services } from '../../src-main/services/index.ts';
import { writeArchive, type ArchiveDescription } from '../support/write-archive.ts';
import { packedLayout, writeOciLayout } from '../support/write-oci.ts';

let folder = '';
let services: Services | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-source-'));
});
afterEach(async () => {
  await services?.close();
  rmSync(folder, { recursive: true, force: true });
});

const base = { step: 'ADD root /', files: { 'etc/hosts': 'localhost', 'usr/lib': 'x'.repeat(5000) } };
const api: ArchiveDescription = {
  tag: 'acme/api:1',
  layers: [base, { step: 'COPY api /srv', files: { 'srv/api': 'a'.repeat(300) } }],
};
const web: ArchiveDescription = {
  tag: 'acme/web:1',
  layers: [base, { step: 'COPY web /srv', files: { 'srv/web': 'w'.repeat(700) } }],
};

/** A program that lives long, as `serve` is. */
function open(path: string): <M extends Method>(method: M, params: Params<M>) => Promise<Result<M>> {
  services = createServices({
    source: { kind: 'archive', path },
    stateDir: join(folder, 'state'),
    env: {},
    mayPrune: true,
    watch: true,
  });
  const { handlers } = services;
  return (method, params) => handlers[method](params, new AbortController().signal);
}

function heard(kind: StrataEvent['kind']): Promise<StrataEvent> {
  return new Promise((resolve) => {
    const stop = services?.onEvent((event) => {
      if (event.kind !== kind) return;
      stop?.();
      resolve(event);
    });
  });
}

/** Reads all layers, and waits until the account says so. */
async function verified(call: ReturnType<typeof open>): Promise<ScanDocument> {
  const before = await call('scan.document', null);
  await call('inside.verify', null);
  for (;;) {
    await heard('document-changed');
    const document = await call('scan.document', null);
    const { reading } = await call('inside.archive', { image: null, verify: false });
    if (document !== before && reading.state !== 'running') return document;
  }
}

test('images and shared layers are there at once; sizes are unknown, never 0, until the layers were read', async () => {
  const call = open(writeOciLayout(folder, { images: [api, web], compression: 'gzip' }));
  const document = await call('scan.document', null);
  expect(document).toMatchObject({
    engine: null,
    access: 'archive',
    containers: [],
    volumes: [],
    buildCache: [],
  });
  expect(document.images.map(({ tags, bytes, chain }) => [tags, bytes, chain.length])).toEqual([
    [['acme/api:1'], null, 2],
    [['acme/web:1'], null, 2],
  ]);
  expect(document.layers.map(({ bytes, images }) => [bytes, images.length])).toEqual([
    [null, 2],
    [null, 1],
    [null, 1],
  ]);
  expect(document.account.dataRootDiskBytes).toBeNull();

  const after = await verified(call);
  expect(after.layers.map(({ bytes, files, diskBytes }) => [bytes, files, diskBytes])).toEqual([
    [5009, 2, null],
    [300, 1, null],
    [700, 1, null],
  ]);
  expect(after.images.map(({ bytes, freesDiskBytes }) => [bytes, freesDiskBytes])).toEqual([
    [5309, null],
    [5709, null],
  ]);
});

test('a layer whose files were looked at is known too, but not verified', async () => {
  const call = open(writeArchive(folder, api));
  await call('scan.document', null);
  const changed = heard('document-changed');
  await call('inside.list', { image: 'acme/api:1', layer: 0, view: 'own', path: '/' });
  await changed;
  expect((await call('scan.document', null)).layers.map(({ bytes }) => bytes)).toEqual([5009, null]);
  const { images, reading } = await call('inside.archive', { image: null, verify: false });
  expect(images[0]?.layers.map(({ problems }) => problems)).toEqual([null, null]);
  expect(reading).toEqual({ state: 'not-started', problem: null });
});

test('it is read-only: nothing of it is planned, pinned or removed, and it has no containers', async () => {
  const call = open(writeArchive(folder, api));
  expect(await call('connection.get', null)).toMatchObject({
    state: 'archive',
    endpoint: join(folder, 'image.tar'),
    mayPrune: false,
    dataRoot: null,
    disk: null,
  });
  const refusal = { code: 'unsupported' };
  const pins = { images: [], repositories: [], volumes: [], labels: [] };
  await expect(call('pins.set', pins)).rejects.toMatchObject(refusal);
  await expect(call('inside.diff', { container: 'x' })).rejects.toMatchObject(refusal);
  await expect(call('quarantine.purge', { id: 'x' })).rejects.toMatchObject(refusal);
  expect(await call('quarantine.list', null)).toEqual([]);
});

test('bytes that are not what their digest says are a note of the account', async () => {
  const spoil = (root: string): void => {
    const layer = join(root, '1/layer.tar');
    writeFileSync(layer, readFileSync(layer, 'latin1').replace('aaaa', 'AAAA'), 'latin1');
  };
  const call = open(writeArchive(folder, api, spoil));
  expect((await call('scan.document', null)).issues).toEqual([]);
  const { issues } = await verified(call);
  expect(issues).toEqual([
    { where: 'acme/api:1, layer 1', what: expect.stringContaining('the config says DiffID') },
  ]);
});

test('a layer that can’t be unpacked to its end has no size, and the others have', async () => {
  const root = writeOciLayout(folder, { images: [api], compression: 'gzip' });
  const manifest = JSON.parse(readFileSync(join(root, 'index.json'), 'utf8')) as {
    manifests: { digest: string }[];
  };
  const blob = (digest: string): string => join(root, 'blobs/sha256', digest.slice(7));
  const { layers } = JSON.parse(readFileSync(blob(manifest.manifests[0]!.digest), 'utf8')) as {
    layers: { digest: string }[];
  };
  const bytes = readFileSync(blob(layers[0]!.digest));
  writeFileSync(blob(layers[0]!.digest), bytes.subarray(0, bytes.length - 40));

  const call = open(packedLayout(folder, root));
  const after = await verified(call);
  expect(after.layers.map((layer) => layer.bytes)).toEqual([null, 300]);
  const { images, reading } = await call('inside.archive', { image: null, verify: false });
  expect(reading.state).toBe('done');
  expect(images[0]?.layers.map(({ problems }) => problems)).toEqual([
    [expect.stringContaining('but its bytes are'), expect.stringContaining('damaged compression')],
    [],
  ]);
});

test('opened again it is the file that lies there now, and nothing of the one before', async () => {
  const path = writeArchive(folder, api);
  const call = open(path);
  await verified(call);
  const other = mkdtempSync(join(folder, 'other-'));
  writeFileSync(path, readFileSync(writeArchive(other, web)));
  await expect(call('inside.secrets', { images: ['acme/api:1'] })).rejects.toThrow(
    'has changed since it was opened: open it again',
  );

  const changed = heard('document-changed');
  await call('connection.retry', null);
  await changed;
  const document = await call('scan.document', null);
  expect(document.images.map(({ tags, bytes }) => [tags, bytes])).toEqual([[['acme/web:1'], null]]);
  expect((await call('inside.archive', { image: null, verify: false })).reading.state).toBe('not-started');
});

test('one that was not there can be opened when it is', async () => {
  const path = join(folder, 'image.tar');
  const call = open(path);
  expect((await call('connection.get', null)).state).toBe('archive');
  await expect(call('scan.document', null)).rejects.toMatchObject({ code: 'not-found' });
  writeArchive(folder, api);
  await call('connection.retry', null);
  expect((await call('scan.document', null)).images).toHaveLength(1);
});

test('reading can be cancelled, keeps what it has, and goes on from there', async () => {
  const call = open(writeOciLayout(folder, { images: [api, web], compression: 'zstd' }));
  await call('scan.document', null);
  const { operationId } = await call('inside.verify', null);
  expect(await call('inside.verify', null)).toEqual({ operationId });
  const ended = heard('finished');
  await call('operation.cancel', { operationId });
  expect(await ended).toMatchObject({ operationId, outcome: 'cancelled' });
  const { reading } = await call('inside.archive', { image: null, verify: false });
  expect(reading).toEqual({ state: 'stopped', problem: null });
  const { layers } = await verified(call);
  expect(layers.every(({ bytes }) => bytes !== null)).toBe(true);
});
