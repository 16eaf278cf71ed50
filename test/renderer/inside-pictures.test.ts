import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TreeEntry } from '../../src-main/contract/inside.ts';
import { fileMarks, keysWithin, nodeAt } from '../../src-renderer/charts/file-marks.ts';
import { folderTree, type FolderNode } from '../../src-renderer/charts/folder-tree.ts';
import { layoutSunburst, RINGS, stepFrom } from '../../src-renderer/charts/sunburst.ts';
import { globOf } from '../../src-renderer/lib/globs.ts';
import { insideId, insidePage } from '../../src-renderer/lib/inside-page.ts';
import { baseName, below, crumbsOf, modeWords, parentPath, stepWords } from '../../src-renderer/lib/paths.ts';
import { formatRoute, parseRoute } from '../../src-renderer/lib/route.ts';
import { safeLines } from '../../src-renderer/lib/safe-text.ts';

function entry(path: string, bytes: number, over: Partial<TreeEntry> = {}): TreeEntry {
  return {
    name: baseName(path),
    path,
    type: 'file',
    change: 'unchanged',
    bytes,
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
const folder = (path: string, bytes: number, files = 2): TreeEntry =>
  entry(path, bytes, { type: 'folder', files });

const leaves = (node: FolderNode): readonly FolderNode[] =>
  node.children.length === 0 ? [node] : node.children.flatMap(leaves);
const bytesOf = (nodes: readonly FolderNode[]): number => nodes.reduce((sum, node) => sum + node.bytes, 0);

describe('a folder as a picture', () => {
  const entries = [
    folder('/usr', 100, 40),
    folder('/usr/lib', 90, 30),
    entry('/usr/lib/big', 60, { layer: 1 }),
    entry('/etc.conf', 8),
    entry('/link', 8, { type: 'hardlink' }),
    entry('/removed', 500, { change: 'D' }),
  ];

  test('every byte is in one piece: what is too small to be listed lies in a piece of its own', () => {
    const tree = folderTree('/', entries, () => 1);
    expect(tree.bytes).toBe(108);
    expect(bytesOf(leaves(tree))).toBe(108);
    const rest = leaves(tree).filter((node) => node.kind === 'rest');
    expect(rest.map((node) => [node.path, node.bytes])).toEqual([
      ['/usr/lib//', 30],
      ['/usr//', 10],
    ]);
  });

  test('removed entries and second names of a file hold nothing', () => {
    const tree = folderTree('/', entries, () => 1);
    expect(tree.children.map((node) => node.name)).toEqual(['usr', 'etc.conf']);
  });

  test('a folder is shared when all that is known in it is', () => {
    const tree = folderTree('/', entries, (layer) => (layer === 1 ? 3 : 1));
    expect(tree.children.map((node) => node.users)).toEqual([3, 1]);
  });

  test('only what lies below the folder looked at is drawn', () => {
    const tree = folderTree('/usr', entries, () => 1);
    expect(tree.children.map((node) => node.path)).toEqual(['/usr/lib']);
  });

  test('the treemap has the folder’s bytes, hostile names escaped', () => {
    const hostile = [entry('/ok', 50), entry('/a\u202egpj.exe', 50)];
    const marks = fileMarks(
      folderTree('/', hostile, () => 1),
      'unused',
      { width: 200, height: 100 },
    );
    expect(marks.reduce((sum, mark) => sum + mark.bytes, 0)).toBe(100);
    expect(marks.map((mark) => mark.label)).toContain('a\\u202egpj.exe');
  });
});

describe('a treemap of folders in folders', () => {
  const name = fc.stringMatching(/^[a-d]{1,2}$/);
  const files = fc.uniqueArray(
    fc.tuple(fc.array(name, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 1 << 30 })),
    { maxLength: 60, selector: ([names]) => names.join('/') },
  );

  /** Entries of files and of all folders above them, as the server sends them. */
  function listed(all: readonly (readonly [readonly string[], number])[]): readonly TreeEntry[] {
    const folders = new Map<string, number>();
    const kept = all.filter(([names]) => !all.some(([other]) => isBelow(other, names)));
    for (const [names, bytes] of kept) {
      for (let depth = 1; depth < names.length; depth += 1) {
        const path = `/${names.slice(0, depth).join('/')}`;
        folders.set(path, (folders.get(path) ?? 0) + bytes);
      }
    }
    return [
      ...[...folders].map(([path, bytes]) => folder(path, bytes, 1)),
      ...kept.map(([names, bytes]) => entry(`/${names.join('/')}`, bytes)),
    ];
  }
  const isBelow = (deep: readonly string[], names: readonly string[]): boolean =>
    deep.length > names.length && names.every((one, at) => deep[at] === one);

  test('every byte is in one mark, and marks lie within the picture without overlap', () => {
    fc.assert(
      fc.property(files, (all) => {
        const tree = folderTree('/', listed(all), () => 1);
        const marks = fileMarks(tree, 'unused', { width: 600, height: 400 });
        expect(marks.reduce((sum, mark) => sum + mark.bytes, 0)).toBe(tree.bytes);
        const area = marks.reduce((sum, mark) => sum + mark.width * mark.height, 0);
        expect(area).toBeCloseTo(tree.bytes === 0 ? 0 : 600 * 400, 0);
        expect(new Set(marks.map((mark) => mark.key)).size).toBe(marks.length);
      }),
    );
  });

  test('a chosen folder is lit by the marks of what lies in it, and found by its path', () => {
    const tree = folderTree(
      '/',
      listed([
        [['a', 'b'], 90],
        [['a', 'c'], 60],
        [['d'], 10],
      ]),
      () => 1,
    );
    const marks = fileMarks(tree, 'unused', { width: 600, height: 400 });
    expect(marks.map((mark) => mark.label)).toEqual(['a/b', 'a/c', 'd']);
    const lit = keysWithin(nodeAt(tree, '/a')!);
    expect(marks.filter((mark) => lit.has(mark.key)).map((mark) => mark.label)).toEqual(['a/b', 'a/c']);
    expect(nodeAt(tree, '/a/c')?.bytes).toBe(60);
    expect(nodeAt(tree, '/nowhere')).toBeNull();
  });
});

describe('the sunburst', () => {
  const deep = Array.from({ length: 7 }, (_, at) => folder(`${'/d'.repeat(at + 1)}`, 64, 1));
  const tree = folderTree('/', [...deep, entry('/other', 64)], () => 1);

  test('angles are bytes, and no ring lies beyond the last', () => {
    const arcs = layoutSunburst(tree);
    expect(Math.max(...arcs.map((arc) => arc.ring))).toBe(RINGS);
    for (const arc of arcs) expect(arc.to - arc.from).toBeCloseTo((arc.node.bytes / 128) * 2 * Math.PI);
    expect(layoutSunburst(folderTree('/', [], () => 1))).toEqual([]);
  });

  test('arrow keys go along a ring, out to what a folder holds, and in again', () => {
    const arcs = layoutSunburst(tree);
    expect(stepFrom(arcs, null, 'after')?.node.path).toBe(arcs[0]?.node.path);
    expect(stepFrom(arcs, '/d', 'out')?.node.path).toBe('/d/d');
    expect(stepFrom(arcs, '/d/d', 'in')?.node.path).toBe('/d');
    expect(stepFrom(arcs, '/d', 'after')?.node.path).toBe('/other');
    expect(stepFrom(arcs, '/other', 'after')?.node.path).toBe('/d');
    expect(stepFrom(arcs, '/other', 'out')).toBeNull();
  });
});

describe('addresses of pages inside', () => {
  const id = `sha256:${'a'.repeat(64)}`;

  test('each page leads back to itself', () => {
    for (const page of [
      { kind: 'files', image: id },
      { kind: 'files', image: 'shop/api:1' },
      { kind: 'changes', container: 'c'.repeat(64) },
      { kind: 'compare', here: id, there: `sha256:${'b'.repeat(64)}` },
      { kind: 'compare', here: id, there: null },
      { kind: 'compare', here: null, there: null },
      { kind: 'secrets', image: null },
      { kind: 'secrets', image: id },
    ] as const) {
      const screen = {
        files: 'images',
        changes: 'containers',
        compare: 'compare',
        secrets: 'secrets',
      } as const;
      const hash = formatRoute({ screen: screen[page.kind], id: insideId(page), query: {} });
      expect(insidePage(parseRoute(hash))).toEqual(page);
    }
  });

  test('other pages are none', () => {
    expect(insidePage({ screen: 'images', id })).toBeNull();
    expect(insidePage({ screen: 'containers', id: null })).toBeNull();
  });
});

describe('paths and modes', () => {
  test('the way up ends at the root', () => {
    expect(parentPath('/usr/lib/x')).toBe('/usr/lib');
    expect(parentPath('/usr')).toBe('/');
    expect(parentPath('/')).toBe('/');
  });

  test('a way of any depth has at most six steps, the last ones exact', () => {
    const path = `/${Array.from({ length: 3000 }, (_, at) => `d${at}`).join('/')}`;
    const crumbs = crumbsOf(path);
    expect(crumbs).toHaveLength(6);
    expect(crumbs[0]).toEqual({ name: 'd0', path: '/d0' });
    expect(crumbs.at(-1)).toEqual({ name: 'd2999', path });
    expect(crumbsOf('/')).toEqual([]);
  });

  test('modes read as in a long listing', () => {
    expect(modeWords(0o4755)).toBe('rwsr-xr-x');
    expect(modeWords(0o1777)).toBe('rwxrwxrwt');
    expect(modeWords(0o2644)).toBe('rw-r-Sr--');
  });

  test('a folder’s name that reads as a pattern is not used as one', () => {
    expect(below('/')).toBe('/**');
    expect(below('/usr/lib')).toBe('/usr/lib/**');
    expect(below('/a*b')).toBeNull();
  });

  test('plain words are looked for anywhere in a name', () => {
    expect(globOf(' ')).toBeNull();
    expect(globOf('conf')).toBe('*conf*');
    expect(globOf('/var/**')).toBe('/var/**');
  });

  test('a step is shown without what the builder put around it', () => {
    expect(stepWords('/bin/sh -c #(nop) COPY file:1 in /x ')).toBe('COPY file:1 in /x');
    expect(stepWords('/bin/sh -c apt-get update')).toBe('RUN apt-get update');
    expect(stepWords('')).toBe('no build step is known');
  });

  test('a text keeps its lines and tabs, and nothing in it controls the page', () => {
    expect(safeLines('a\tb\r\nc\u001b[2J')).toBe('a\tb\nc\\u001b[2J');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(safeLines(text).split('\n')).toHaveLength(text.split('\n').length);
      }),
    );
  });
});
