/** `open-image-child.ts TAR_SPLIT…`: opens an image to its first folder in a process of its own; prints JSON. */
import { readFileSync } from 'node:fs';
import { diveScore } from '../../src-main/analysis/inside/dive-score.ts';
import { stackTrees } from '../../src-main/analysis/inside/stack.ts';
import { listFolder, totalsOf } from '../../src-main/analysis/inside/tree-view.ts';
import { wasteOf } from '../../src-main/analysis/inside/waste.ts';
import { treeOfTarSplit } from '../../src-main/sources/tree/tar-split.ts';

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const start = cpuMs();
const trees = [];
for (const path of process.argv.slice(2)) trees.push(await treeOfTarSplit(readFileSync(path)));
const entries = trees.reduce((sum, tree) => sum + tree.length, 0);
const treesMs = cpuMs() - start;
const stack = stackTrees(trees);
const first = listFolder(stack, totalsOf(stack, 'stacked'), '/');
if (first === undefined || first.length === 0) throw new Error('no first folder');
const openMs = cpuMs() - start;
const openMiB = process.resourceUsage().maxRSS / 1024;
const wasteStart = cpuMs();
const { wastedBytes } = wasteOf(stack);
const { efficiency } = diveScore(trees, stack);
if (wastedBytes === 0 || efficiency === 1) throw new Error('no waste');
const wasteMs = cpuMs() - wasteStart;
const wasteMiB = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ entries, treesMs, openMs, openMiB, wasteMs, wasteMiB }));
