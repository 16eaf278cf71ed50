/**
 * File lists of all layers in a process of its own: `lists-child.ts ROOT LAYERS.json [STATE_DIR]`. With a state folder
 * they are kept packed, and the largest one is read back and walked for comparison. Prints JSON.
 */
import { readFileSync } from 'node:fs';
import { openHistory } from '../../src-main/history/index.ts';
import type { LayerTree } from '../../src-main/model/tree.ts';
import { eachOf } from '../../src-main/support/concurrency.ts';
import { diffFolder, LISTS_AT_ONCE, readLayerTree } from '../../src-main/sources/tree/store-trees.ts';
import { compressTree, decodeTree, packTree } from '../../src-main/sources/tree/tree-columns.ts';
import { walkTree } from '../../src-main/sources/tree/walk-tree.ts';

type Layer = Parameters<typeof readLayerTree>[1];

const [root = '', layersFile = '', stateDir] = process.argv.slice(2);
const layers = JSON.parse(readFileSync(layersFile, 'utf8')) as Layer[];
const history = stateDir ? await openHistory(stateDir) : null;

let entries = 0;
let largest: { layer: Layer; length: number } | undefined;
await eachOf(layers, LISTS_AT_ONCE, async (layer) => {
  const { tree, source, packed } = await readLayerTree(root, layer);
  if (source !== 'tar-split' || tree.problems.length > 0)
    throw new Error(`${layer.chainId}: not a whole list`);
  entries += tree.length;
  if (tree.length > (largest?.length ?? 0)) largest = { layer, length: tree.length };
  if (history === null) return;
  await history.layers.keepTree(layer.chainId, 'bench', await compressTree(packed ?? packTree(tree)));
});
console.log(JSON.stringify({ entries, ...(history && largest ? await readBack(largest.layer) : {}) }));
await history?.close();

/** Milliseconds, medians of five: the kept list read and unpacked, and its folder walked. */
async function readBack(layer: Layer): Promise<{ readMs: number; walkMs: number; largest: number }> {
  const folder = diffFolder(root, layer.cacheId!);
  const read = async (): Promise<LayerTree> =>
    decodeTree((await history!.layers.readTree(layer.chainId, 'bench'))!);
  const timesOf = async (work: () => Promise<LayerTree>): Promise<number> => {
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const start = performance.now();
      await work();
      times.push(performance.now() - start);
    }
    return times.toSorted((one, other) => one - other)[2]!;
  };
  const walkMs = await timesOf(() => walkTree(folder));
  return { readMs: await timesOf(read), walkMs, largest: (await read()).length };
}
