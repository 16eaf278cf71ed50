import { describe, expect, test, vi } from 'vitest';
import type { ExtractParams } from '../../src-main/contract/extract.ts';
import { StrataError } from '../../src-main/contract/errors.ts';
import {
  extractCommand,
  leftOutWords,
  saveName,
  saveWords,
  whyNotTaken,
} from '../../src-renderer/lib/extract-words.ts';
import { ExtractionState, MAX_SAVED_BYTES } from '../../src-renderer/state/extraction.svelte.ts';
import { fakeClient, settled } from '../support/fake-client.ts';

const params: ExtractParams = {
  image: 'sha256:abc',
  container: null,
  layer: 2,
  view: 'own',
  path: '/etc/conf',
};
const folder = { path: '/etc/conf', type: 'folder', bytes: 9, change: 'unchanged' } as const;
const ticket = {
  ticket: 't1',
  name: 'conf',
  format: 'tar',
  bytes: 9,
  files: 1,
  folders: 1,
  links: 0,
  leftOut: [],
} as const;
const part = (text: string, done: boolean) => ({ base64: btoa(text), done, problems: [], problemCount: 0 });

describe('an extraction', () => {
  test('collects its parts and saves them whole, once', async () => {
    const parts = [part('one ', false), part('two ', false), part('end', true)];
    const save = vi.fn<(name: string, content: Blob) => void>();
    const extraction = new ExtractionState(
      fakeClient({ 'inside.extract': () => ticket, 'inside.extractPart': () => parts.shift() }),
      save,
    );
    await extraction.start(folder, params);
    expect(save).toHaveBeenCalledOnce();
    const [name, content] = save.mock.calls[0]!;
    expect([name, await content.text()]).toEqual(['conf.tar', 'one two end']);
    expect(extraction.saved).toMatchObject({ name: 'conf.tar', problemCount: 0 });
    expect(extraction.pending).toBe(false);
  });

  test('that is cancelled saves nothing and lets the ticket go', async () => {
    const released: string[] = [];
    const save = vi.fn();
    const extraction = new ExtractionState(
      fakeClient({
        'inside.extract': () => ticket,
        'inside.extractPart': () => new Promise(() => undefined),
        'inside.extractCancel': ({ ticket: one }: { ticket: string }) => void released.push(one),
      }),
      save,
    );
    void extraction.start(folder, params);
    await settled();
    expect(extraction).toMatchObject({ pending: true, ticket });
    extraction.cancel();
    await settled();
    expect(released).toEqual(['t1']);
    expect(extraction).toMatchObject({ pending: false, ticket: null, saved: null, problem: null });
    expect(save).not.toHaveBeenCalled();
  });

  test('of more than a page can hold is not begun', async () => {
    const released: string[] = [];
    const extraction = new ExtractionState(
      fakeClient({
        'inside.extract': () => ({ ...ticket, bytes: MAX_SAVED_BYTES + 1 }),
        'inside.extractCancel': ({ ticket: one }: { ticket: string }) => void released.push(one),
      }),
      () => expect.unreachable('saved'),
    );
    await extraction.start(folder, params);
    expect(extraction).toMatchObject({ tooLarge: MAX_SAVED_BYTES + 1, pending: false, problem: null });
    expect(released).toEqual(['t1']);
  });

  test('that fails half-way saves nothing and says why', async () => {
    const parts = [part('one', false)];
    const extraction = new ExtractionState(
      fakeClient({
        'inside.extract': () => ticket,
        'inside.extractPart': () =>
          parts.shift() ?? Promise.reject(new StrataError('failed', 'the disk broke')),
      }),
      () => expect.unreachable('saved'),
    );
    await extraction.start(folder, params);
    expect(extraction.problem?.message).toBe('the disk broke');
    expect(extraction.pending).toBe(false);
  });

  test('of what is deleted or special is never asked for', async () => {
    const extraction = new ExtractionState(fakeClient({}), () => expect.unreachable('saved'));
    await extraction.start({ ...folder, change: 'D' }, params);
    await extraction.start({ ...folder, type: 'fifo' }, params);
    expect(extraction).toMatchObject({ params: null, problem: null });
  });
});

test('a download has a name that no file system trips over', () => {
  const file = (name: string) => saveName({ name, format: 'file' });
  expect(file('nginx.conf')).toBe('nginx.conf');
  expect(file('../..\\a:b*?"<>|')).toBe('_.._a_b______');
  expect(file('safe\u202egnp.exe\n')).not.toMatch(/[\u202e\n\\]/);
  expect(file('...')).toBe('files');
  expect(file('x'.repeat(500)).length).toBe(120);
  expect(saveName({ name: 'conf', format: 'tar' })).toBe('conf.tar');
});

test('the same in a terminal, quoted; none for what a terminal could act on', () => {
  expect(extractCommand(params)).toBe('strata files abc /etc/conf --layer 2 -o conf.tar');
  expect(extractCommand({ ...params, view: 'stacked', path: "/a b/it's" })).toBe(
    `strata files abc '/a b/it'\\''s' --layer 2 --all -o 'it'\\''s.tar'`,
  );
  expect(extractCommand({ ...params, view: 'stacked', layer: null })).toBe(
    'strata files abc /etc/conf -o conf.tar',
  );
  expect(extractCommand({ ...params, image: null, container: 'c0ffee', layer: null })).toBe(
    'strata diff c0ffee /etc/conf -o conf.tar',
  );
  for (const path of ['/a\nb', '/a\u001b[2J', '/\u202eb', '/caf\udce9'])
    expect(extractCommand({ ...params, path })).toBeNull();
});

test('the button says what it saves and how much; what is left out is counted in words', () => {
  const bytes = (count: number): string => `${count} B`;
  expect(saveWords({ type: 'file', bytes: 5 }, bytes)).toBe('Save · 5 B');
  expect(saveWords({ type: 'folder', bytes: 5 }, bytes)).toBe('Save as .tar · 5 B');
  expect(saveWords({ type: 'folder', bytes: null }, bytes)).toBe('Save as .tar');
  expect(whyNotTaken({ type: 'device', change: 'unchanged' })).toBe('A device is never taken out.');
  expect(whyNotTaken({ type: 'file', change: 'A' })).toBeNull();
  expect(leftOutWords([])).toBe('');
  expect(
    leftOutWords([
      { kind: 'device', count: 3 },
      { kind: 'deletion', count: 1 },
    ]),
  ).toBe('Left out: 3 devices, 1 mark of deletion.');
});
