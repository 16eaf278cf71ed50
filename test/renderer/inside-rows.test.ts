import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ContainerDiffEntry, FolderListing, TreeEntry } from '../../src-main/contract/inside.ts';
import { changeRows, changeTree, whatWouldBeLost } from '../../src-renderer/lib/change-tree.ts';
import { commonLayers } from '../../src-renderer/lib/compared.ts';
import { hunksOf } from '../../src-renderer/lib/diff-hunks.ts';
import { fileRows } from '../../src-renderer/lib/file-rows.ts';
import { filesQuery } from '../../src-renderer/lib/files-query.ts';

const BY_SIZE = { key: 'size', down: true };

function written(path: string, over: Partial<ContainerDiffEntry> = {}): ContainerDiffEntry {
  return {
    path,
    change: 'A',
    type: 'file',
    bytes: 10,
    diskBytes: 4096,
    copyUp: false,
    metadataOnly: false,
    opaque: false,
    hides: null,
    ...over,
  };
}

function entry(path: string, over: Partial<TreeEntry> = {}): TreeEntry {
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    type: 'file',
    change: 'unchanged',
    bytes: 10,
    diskBytes: null,
    files: 1,
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtimeMs: null,
    linkTarget: null,
    layer: 0,
    opaque: false,
    ...over,
  };
}

function listing(path: string, ...entries: TreeEntry[]): [string, FolderListing] {
  return [path, { path, entries, truncated: false, source: 'tar-split', problem: null }];
}

describe('what a container changed, as a tree', () => {
  test('a folder has the bytes of everything written in it; one that only leads there says so', () => {
    const tree = changeTree({
      entries: [
        written('/srv', { type: 'folder', change: 'C', bytes: 0 }),
        written('/srv/deep/a', { bytes: 7 }),
        written('/srv/deep/b', { bytes: 5 }),
      ],
    });
    const rows = changeRows(tree, { shut: new Set(), sort: BY_SIZE });
    expect(rows.map(({ node, depth, open }) => [node.path, depth, open, node.bytes])).toEqual([
      ['/srv', 0, true, 12],
      ['/srv/deep', 1, true, 12],
      ['/srv/deep/a', 2, null, 7],
      ['/srv/deep/b', 2, null, 5],
    ]);
    expect(rows[1]?.node.entry).toBeNull();
    expect(tree[0]?.changes).toBe(3);
  });

  test('what is not measured makes the folder unknown, never smaller', () => {
    const tree = changeTree({ entries: [written('/a/known'), written('/a/unknown', { bytes: null })] });
    expect(tree[0]?.bytes).toBeNull();
  });

  test('every change has one line, whatever the paths; the bytes at the top are all bytes', () => {
    const name = fc.string({ minLength: 1, maxLength: 4 }).filter((one) => !one.includes('/'));
    const paths = fc.uniqueArray(
      fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => `/${names.join('/')}`),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(paths, (all) => {
        const tree = changeTree({ entries: all.map((path) => written(path, { bytes: 3 })) });
        const rows = changeRows(tree, { shut: new Set(), sort: BY_SIZE });
        expect(
          rows
            .filter(({ node }) => node.entry !== null)
            .map(({ node }) => node.path)
            .sort(),
        ).toEqual([...all].sort());
        expect(tree.reduce((sum, node) => sum + (node.bytes ?? 0), 0)).toBe(3 * all.length);
      }),
    );
  });

  test('a path of two thousand names is no deeper than the stack', () => {
    const path = '/x'.repeat(2000);
    expect(
      changeRows(changeTree({ entries: [written(path)] }), { shut: new Set(), sort: BY_SIZE }),
    ).toHaveLength(2000);
  });

  test('a shut folder hides what lies in it; a filter keeps the folders that lead to what fits', () => {
    const entries = [written('/a/new'), written('/b/old', { change: 'D' })];
    const shut = changeRows(changeTree({ entries }), { shut: new Set(['/a']), sort: BY_SIZE });
    expect(shut.map(({ node }) => node.path)).toEqual(['/a', '/b', '/b/old']);
    expect(changeTree({ entries }, new Set(['D'])).map((node) => node.path)).toEqual(['/b']);
  });
});

describe('what would be lost with a container', () => {
  test('added and changed content, not modes, not folders, not deletions', () => {
    const lost = whatWouldBeLost({
      entries: [
        written('/srv', { type: 'folder' }),
        written('/srv/upload', { bytes: 100 }),
        written('/etc/conf', { change: 'C', bytes: 20, copyUp: true }),
        written('/usr/lib/big', { change: 'C', bytes: 5000, copyUp: true, metadataOnly: true }),
        written('/opt/gone', { change: 'D', bytes: 0 }),
      ],
    });
    expect(lost).toMatchObject({ added: 1, addedBytes: 100, changed: 1, changedBytes: 20, deleted: 1 });
    expect(lost.biggest.map(({ path }) => path)).toEqual(['/srv/upload', '/etc/conf']);
    expect(lost.folders).toEqual([
      { path: '/srv', bytes: 100, atLeast: false, files: 1 },
      { path: '/etc', bytes: 20, atLeast: false, files: 1 },
    ]);
  });

  test('without sizes the loss is unknown, not nothing', () => {
    const lost = whatWouldBeLost({ entries: [written('/srv/upload', { bytes: null })] });
    expect(lost).toMatchObject({ added: 1, addedBytes: null, changedBytes: 0 });
    expect(lost.folders).toEqual([{ path: '/srv', bytes: null, atLeast: true, files: 1 }]);
  });

  test('a folder with some files measured holds at least those; folders without any come last', () => {
    const { folders, biggest } = whatWouldBeLost({
      entries: [
        written('/a/unknown', { bytes: null }),
        written('/b/unknown', { bytes: null }),
        written('/b/known', { bytes: 7 }),
        written('/c/known', { bytes: 9 }),
      ],
    });
    expect(folders).toEqual([
      { path: '/c', bytes: 9, atLeast: false, files: 1 },
      { path: '/b', bytes: 7, atLeast: true, files: 2 },
      { path: '/a', bytes: null, atLeast: true, files: 1 },
    ]);
    expect(biggest.map(({ path }) => path)).toEqual(['/c/known', '/b/known', '/a/unknown', '/b/unknown']);
  });
});

describe('the files of an image as lines', () => {
  const listings = new Map([
    listing('/', entry('/etc', { type: 'folder', bytes: 30 }), entry('/big', { bytes: 99 })),
    listing('/etc', entry('/etc/a'), entry('/etc/b', { bytes: 20, change: 'M' })),
  ]);

  test('an opened folder has its entries below it, the biggest first', () => {
    const rows = fileRows('/', listings, { open: new Set(['/etc']), only: new Set(), sort: BY_SIZE });
    expect(rows.map((row) => [row.entry.path, row.depth])).toEqual([
      ['/big', 0],
      ['/etc', 0],
      ['/etc/b', 1],
      ['/etc/a', 1],
    ]);
  });

  test('only what changed: folders that lead to a change stay, unchanged ones go', () => {
    const changed = new Map([
      listing(
        '/',
        entry('/etc', { type: 'folder', change: 'M' }),
        entry('/usr', { type: 'folder' }),
        entry('/new', { change: 'A' }),
        entry('/same'),
      ),
    ]);
    const rows = fileRows('/', changed, { open: new Set(), only: new Set(['A']), sort: BY_SIZE });
    expect(rows.map((row) => row.entry.path).sort()).toEqual(['/etc', '/new']);
  });

  test('a deleted folder can not be opened', () => {
    const gone = new Map([listing('/', entry('/old', { type: 'folder', change: 'D' }))]);
    expect(
      fileRows('/', gone, { open: new Set(['/old']), only: new Set(), sort: BY_SIZE })[0]?.open,
    ).toBeNull();
  });

  test('an address that makes no sense shows the whole tree', () => {
    const odd = filesQuery({
      layer: '-1',
      view: 'x',
      path: 'etc',
      only: 'Z',
      as: 'pie',
      tab: 'y',
      sel: 'image:1',
    });
    expect(odd).toMatchObject({ asked: null, view: 'stacked', root: '/', glob: null, chosen: null });
    expect([...odd.only]).toEqual([]);
    expect([odd.kind, odd.tab]).toEqual(['treemap', 'files']);
  });
});

describe('one file line by line', () => {
  const lines = (marks: string): { mark: ' ' | '+' | '-'; text: string }[] =>
    [...marks].map((mark, at) => ({ mark: mark as ' ' | '+' | '-', text: `line ${at}` }));

  test('long unchanged stretches are counted, not shown; no line is lost', () => {
    const all = lines(`${' '.repeat(20)}+${' '.repeat(50)}-${' '.repeat(9)}`);
    const { hunks, added, removed, rest } = hunksOf({ lines: all });
    expect([added, removed]).toEqual([1, 1]);
    expect(hunks.map((hunk) => [hunk.skipped, hunk.lines.length])).toEqual([
      [17, 7],
      [44, 7],
    ]);
    expect(rest).toBe(6);
  });

  test('what is shown and what is left out are all lines', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(' ', ' ', ' ', '+', '-'), { maxLength: 300 }), (marks) => {
        const { hunks, rest } = hunksOf({ lines: lines(marks.join('')) });
        const shown = hunks.reduce((sum, hunk) => sum + hunk.skipped + hunk.lines.length, rest);
        expect(shown).toBe(marks.length);
      }),
    );
  });

  test('line numbers are those of the file before and of the file now', () => {
    const { hunks } = hunksOf({ lines: lines(' -+ ') });
    expect(hunks[0]?.lines.map(({ before, now }) => [before, now])).toEqual([
      [1, 1],
      [2, null],
      [null, 2],
      [3, 3],
    ]);
  });
});

test('two chains have in common what they have from the base up', () => {
  expect(commonLayers(['a', 'b', 'c'], ['a', 'b', 'x', 'c'])).toBe(2);
  expect(commonLayers([], ['a'])).toBe(0);
});
