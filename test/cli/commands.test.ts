import { describe, expect, test } from 'vitest';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import type { DoctorReport, WhyAnswer } from '../../src-main/contract/store.ts';
import { strata, strataJson } from '../support/cli.ts';

const PARTS = ['images', 'layers', 'containers', 'volumes', 'cache', 'orphans'] as const;

describe.each(PARTS)('%s', (part) => {
  test('fits 80 columns, and has a line for each', async () => {
    const { stdout, code } = await strata([part, '--demo']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines).toHaveLength(1 + (await strataJson<unknown[]>([part, '--demo'])).length);
  });

  test('--json is that part of the scan', async () => {
    const document = await strataJson<ScanDocument>(['scan', '--demo']);
    const whole = document[part === 'cache' ? 'buildCache' : part] as readonly unknown[];
    const rows = await strataJson<unknown[]>([part, '--demo']);
    expect(rows).toHaveLength(whole.length);
    expect(whole).toEqual(expect.arrayContaining(rows));
  });

  test('--limit takes the first', async () => {
    const all = await strataJson<unknown[]>([part, '--demo']);
    expect(await strataJson([part, '--demo', '--limit', '2'])).toEqual(all.slice(0, 2));
  });
});

test('the biggest image comes first unless another order is asked for', async () => {
  const images = await strataJson<ScanDocument['images']>(['images', '--demo']);
  const sizes = images.map(({ diskBytes }) => diskBytes ?? -1);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  const byName = await strataJson<ScanDocument['images']>(['images', '--demo', '--sort', 'created']);
  expect(byName.map(({ id }) => id).sort()).toEqual(images.map(({ id }) => id).sort());
});

test('inspect shows each layer of an image once, with its step', async () => {
  const [image] = await strataJson<ScanDocument['images']>(['images', '--demo', '--limit', '1']);
  const { stack } = await strataJson<{ stack: { layer: { chainId: string } | null }[] }>([
    'inspect',
    '--demo',
    image?.tags[0] ?? '',
  ]);
  expect(stack.flatMap(({ layer }) => layer?.chainId ?? [])).toEqual(image?.chain);
  const byPrefix = await strata(['inspect', '--demo', image?.id.slice(0, 19) ?? '']);
  expect(byPrefix.stdout).toContain(image?.id);
});

test('why names what keeps a layer', async () => {
  const [layer] = await strataJson<ScanDocument['layers']>(['layers', '--demo', '--limit', '1']);
  const answer = await strataJson<WhyAnswer>(['why', '--demo', layer?.chainId ?? '']);
  expect(answer.kind).toBe('layer');
  expect(answer.keptBy.length).toBeGreaterThan(0);
  const { stdout } = await strata(['why', '--demo', layer?.chainId ?? '']);
  expect(stdout).toContain('Kept by');
});

test.each([
  ['why', 'no-such-thing'],
  ['inspect', 'no-such-image'],
])('%s of what is not there ends with 1 and names it', async (command, thing) => {
  const { code, stderr } = await strata([command, '--demo', thing]);
  expect(code).toBe(1);
  expect(stderr).toContain(thing);
});

test('doctor without an engine says what was tried and what to do, and is done', async () => {
  const { code, stdout } = await strata(['doctor']);
  expect(code).toBe(0);
  expect(stdout).toContain('unix:///nonexistent.sock');
  const { lines } = await strataJson<DoctorReport>(['doctor']);
  expect(lines.some(({ state, advice }) => state === 'problem' && advice !== null)).toBe(true);
});

describe('wrong usage ends with 2, says so on stderr, and prints nothing on stdout', () => {
  test.each<[string, string[]]>([
    ['both ways to name an engine', ['scan', '--host', 'unix:///x', '--context', 'y']],
    ['the demo and a file', ['scan', '--demo', '--from', 'x']],
    ['an unknown option', ['scan', '--nonsense']],
    ['an unknown command', ['nonsense']],
    ['no command', []],
    ['a limit that is no number', ['images', '--demo', '--limit', 'many']],
    ['an unknown order', ['images', '--demo', '--sort', 'beauty']],
    ['a missing argument', ['why', '--demo']],
    ['a port that is none', ['serve', '--demo', '--port', '99999']],
  ])('%s', async (_, args) => {
    const { code, stdout, stderr } = await strata(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });
});

test('--help names every command, and ends with 0', async () => {
  const { code, stdout } = await strata(['--help']);
  expect(code).toBe(0);
  for (const command of [...PARTS, 'scan', 'inspect', 'why', 'serve', 'doctor'])
    expect(stdout).toContain(`  ${command}`);
});

test('a command that ends with a note is done', async () => {
  expect(await strata(['quarantine', '--demo'])).toMatchObject({ code: 0, stdout: '' });
});
