/** Runs in the browser: lays out made-up pictures of so many leaves and tells how long each took. */
import { folderTree } from '../../src-renderer/charts/folder-tree.ts';
import { icicleTree, layoutIcicle } from '../../src-renderer/charts/icicle.ts';
import { layoutSunburst } from '../../src-renderer/charts/sunburst.ts';
import { layoutTreemap } from '../../src-renderer/charts/treemap.ts';
import type { TreeEntry } from '../../src-main/contract/inside.ts';

export interface LayoutTime {
  readonly what: string;
  /** Of five runs, the slowest: what a user may have to wait for. */
  readonly slowestMs: number;
  readonly marks: number;
}

const SIZE = { width: 1600, height: 1000 };
/** No file list on screen has more entries: the contract cuts there. */
const MOST_ENTRIES = 5000;

declare global {
  interface Window {
    layoutTimes: (leaves: number) => readonly LayoutTime[];
  }
}

window.layoutTimes = (leaves) => {
  /** Few big ones and a long tail, or all alike: the worst case, since none is too small to draw. */
  const skewed = Array.from({ length: leaves }, (_, at) => ({ bytes: Math.ceil(2e10 / (at + 1)) }));
  const alike = Array.from({ length: leaves }, (_, at) => ({ bytes: 1_000_000 + ((at * 7919) % 1000) }));
  const strata = alike.map(({ bytes }, at) => ({
    id: `layer ${at}`,
    parent: at < 1000 ? null : `layer ${at - 1000}`,
    bytes,
    seam: false,
  }));
  const tree = icicleTree(strata);
  const files = Array.from({ length: Math.min(leaves, MOST_ENTRIES) }, (_, at) => entry(at));
  const options = { width: SIZE.width, rowHeight: 20, seamHeight: 5, focus: null, minWidth: 1.5 };
  return [
    timed('treemap, a long tail', () => layoutTreemap(skewed, SIZE).cells.length),
    timed('treemap, all alike', () => layoutTreemap(alike, SIZE).cells.length),
    timed('strata, linking the layers', () => icicleTree(strata).byId.size),
    timed('strata, layout', () => layoutIcicle(tree, options).cells.length),
    timed('sunburst of the files sent', () => layoutSunburst(folderTree('/', files, () => 1)).length),
  ];
};

function timed(what: string, work: () => number): LayoutTime {
  let marks = 0;
  let slowestMs = 0;
  for (let run = 0; run < 5; run += 1) {
    const start = performance.now();
    marks = work();
    slowestMs = Math.max(slowestMs, performance.now() - start);
  }
  return { what, slowestMs, marks };
}

function entry(at: number): TreeEntry {
  const name = `f${at}`;
  const path = `/d${at % 50}/${name}`;
  const folder = at < 50;
  return {
    name: folder ? `d${at}` : name,
    path: folder ? `/d${at}` : path,
    type: folder ? 'folder' : 'file',
    change: 'unchanged',
    bytes: folder ? 1e9 : 1000 + at,
    diskBytes: null,
    files: 1,
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtimeMs: null,
    linkTarget: null,
    layer: 0,
    opaque: false,
  };
}
