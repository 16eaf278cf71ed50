/** `open-image-child TAR_SPLIT…`: opens an image to its first folder in a process of its own; prints JSON. */
import { diveScore } from '../../src-main/analysis/inside/dive-score.ts';
import { stackTrees } from '../../src-main/analysis/inside/stack.ts';
import { listFolder, totalsOf } from '../../src-main/analysis/inside/tree-view.ts';
import { wasteOf } from '../../src-main/analysis/inside/waste.ts';
import { readList } from '../../src-main/sources/tree/list-readers.ts';
import { readTarSplit } from '../../src-main/sources/tree/tar-split-file.ts';
import { unpackTree } from '../../src-main/sources/tree/tree-columns.ts';

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const [start, startCpu] = [performance.now(), cpuMs()];
const trees = await Promise.all(
  process.argv
    .slice(2)
    .map(async (path) => unpackTree(await readList((await readTarSplit(path))!, undefined))),
);
const entries = trees.reduce((sum, tree) => sum + tree.length, 0);
const treesMs = performance.now() - start;
const stack = stackTrees(trees);
const first = listFolder(stack, totalsOf(stack, 'stacked'), '/');
if (first === undefined || first.length === 0) throw new Error('no first folder');
const [openMs, openCpuMs] = [performance.now() - start, cpuMs() - startCpu];
const openMiB = process.resourceUsage().maxRSS / 1024;
const wasteStart = performance.now();
const { wastedBytes } = wasteOf(stack);
const { efficiency } = diveScore(trees, stack);
if (wastedBytes === 0 || efficiency === 1) throw new Error('no waste');
const wasteMs = performance.now() - wasteStart;
console.log(JSON.stringify({ entries, treesMs, openMs, openCpuMs, openMiB, wasteMs }));
