import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Pins } from '../../src-main/contract/reclaim.ts';
import { openHistory } from '../../src-main/history/index.ts';
import { createServices, type Services, type SourceOptions } from '../../src-main/services/index.ts';

const PINS: Pins = { images: ['app:1'], repositories: [], volumes: ['data'], labels: [] };
const { signal } = new AbortController();
let stateDir: string;
const open: Services[] = [];
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'strata-pins-'));
});
afterEach(async () => {
  for (const services of open.splice(0)) await services.close();
  rmSync(stateDir, { recursive: true });
});

function over(source: SourceOptions, mayPrune = true): Services['handlers'] {
  const services = createServices({ source, stateDir, env: { HOME: stateDir }, mayPrune });
  open.push(services);
  return services.handlers;
}
const noEngine = (): SourceOptions => ({ kind: 'engine', host: `unix://${stateDir}/none.sock` });

test('a sample changes no pins of the real store, whether it was asked for or stands in for an engine', async () => {
  const real = over(noEngine());
  expect(await real['pins.set'](PINS, signal)).toEqual(PINS);
  const none: Pins = { images: [], repositories: [], volumes: [], labels: [] };
  for (const source of [{ kind: 'demo' }, { ...noEngine(), demoIfNone: true }] as SourceOptions[])
    await expect(over(source)['pins.set'](none, signal)).rejects.toMatchObject({ code: 'unsupported' });
  const saved = over({ kind: 'file', path: join(stateDir, 'scan.json') });
  await expect(saved['pins.set'](none, signal)).rejects.toMatchObject({ code: 'unsupported' });
  expect(await real['pins.get'](null, signal)).toEqual(PINS);
});

test('damaged pins are told, and no rule goes on without them', async () => {
  for (const damage of ['{', '{"images":[]}', 'null']) {
    const history = await openHistory(stateDir);
    await history.setSetting('pins', damage);
    await history.close();
    await expect(over(noEngine())['pins.get'](null, signal)).rejects.toThrow(
      /pins are damaged: set them again/,
    );
  }
});

test('a server that may remove nothing takes no pin away', async () => {
  await expect(over(noEngine(), false)['pins.set'](PINS, signal)).rejects.toMatchObject({
    code: 'forbidden',
  });
});
