import { expect, test } from 'vitest';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import type { Frees, OldVersions } from '../../src-main/contract/store.ts';
import type { Plan } from '../../src-main/contract/reclaim.ts';
import { createServices } from '../../src-main/services/index.ts';
import { strata, strataJson } from '../support/cli.ts';

interface Duplicates {
  readonly layers: ScanDocument['duplicates'];
  readonly files: null;
  readonly filesProblem: string;
  readonly versions: OldVersions;
}

const goingOf = ({ repositories }: OldVersions): string[] => [
  ...new Set(
    repositories.flatMap(({ images }) => images.filter(({ fate }) => fate === 'goes').map(({ id }) => id)),
  ),
];

test('duplicates fits 80 columns; without files it says so and shows the rest', async () => {
  const { code, stdout, stderr } = await strata(['duplicates', '--demo']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Layers stored twice: \d+, /);
  expect(stdout).toContain('all but the newest of each repository free');
  expect(stderr).toContain('Same files are not known: The demo store has no files');
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('layers are those of the scan', async () => {
  const { layers, files, filesProblem } = await strataJson<Duplicates>(['duplicates', '--demo']);
  expect(layers).toEqual((await strataJson<ScanDocument>(['scan', '--demo'])).duplicates);
  expect(files).toBeNull();
  expect(filesProblem).toContain('The demo store has no files');
});

test('--limit shortens the tables and says how many more there are', async () => {
  const { stdout } = await strata(['duplicates', '--demo', '--limit', '1']);
  expect(stdout.match(/… and \d+ more/g)).toHaveLength(2);
  expect((await strata(['duplicates', '--demo', '--keep', '0'])).code).toBe(2);
});

test.each(['1', '2'])('old versions beyond %s free what the basket says of the same set', async (keep) => {
  const { versions } = await strataJson<Duplicates>(['duplicates', '--demo', '--keep', keep]);
  const services = createServices({ source: { kind: 'demo' }, env: {}, mayPrune: false });
  const images = goingOf(versions);
  const selection = { images, containers: [], volumes: [], buildCache: [], orphans: [] };
  const frees: Frees = await services.handlers['frees.get']({ selection }, new AbortController().signal);
  await services.close();
  expect(images.length).toBeGreaterThan(0);
  expect(frees.stays).toEqual([]);
  expect(versions.freesDiskBytes).toBe(frees.diskBytes);
});

test('a plan by the same rule takes the same images and frees the same', async () => {
  const { versions } = await strataJson<Duplicates>(['duplicates', '--demo', '--keep', '1']);
  const plan = await strataJson<Plan>(['plan', '--demo', '--keep-last', '1']);
  const deleted = plan.steps.filter(({ kind }) => kind === 'delete-image').map(({ target }) => target);
  expect(plan.freesDiskBytes).toBe(versions.freesDiskBytes);
  expect(goingOf(versions).filter((id) => !deleted.includes(id))).toEqual([]);
});
