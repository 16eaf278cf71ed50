import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import schema from '../../resources/scan.schema.json' with { type: 'json' };
import { strata, strataJson } from '../support/cli.ts';
import { schemaErrors } from '../support/json-schema.ts';

const dir = mkdtempSync(join(tmpdir(), 'strata-cli-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('scan --json', () => {
  test('is what the published schema says, no more and no less', async () => {
    expect(schemaErrors(schema, await strataJson(['scan', '--demo']))).toEqual([]);
  });

  test('every byte of the data root is in exactly one category', async () => {
    const { dataRootDiskBytes, ...categories } = (await strataJson<ScanDocument>(['scan', '--demo'])).account;
    const sum = Object.values(categories).reduce<number>((all, bytes) => all + (bytes ?? NaN), 0);
    expect(sum).toBe(dataRootDiskBytes);
  });

  test('a saved scan says the same, and that it is a file', async () => {
    const file = join(dir, 'saved');
    const demo = await strataJson<ScanDocument>(['scan', '--demo']);
    // The demo itself is not saved; a file of its snapshot is what any other scan would have written.
    const { writeSavedScan } = await import('../../src-main/services/saved-scan.ts');
    const { demoSnapshot } = await import('../../src-main/sources/demo.ts');
    await writeSavedScan(file, { document: demo, snapshot: await demoSnapshot() }, {});
    const saved = await strataJson<ScanDocument>(['--from', file, 'scan']);
    expect(saved).toEqual({ ...demo, access: 'file' });
    expect((JSON.parse(readFileSync(file, 'utf8')) as { document: unknown }).document).toEqual(demo);
  });

  test('what is shown to people names every category and the whole', async () => {
    const { stdout, code } = await strata(['scan', '--demo']);
    expect(code).toBe(0);
    for (const word of ['Image layers', 'Build cache', 'Orphans', 'The whole data root', 'Dangling images']) {
      expect(stdout).toContain(word);
    }
  });
});

test('without an engine: one line that says what, why and what to do, and exit 1', async () => {
  const { code, stdout, stderr } = await strata(['scan', '--json']);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain('unix:///nonexistent.sock');
  expect(stderr).toContain('--demo');
});
