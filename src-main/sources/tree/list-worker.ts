/** The program of a list reader: one packed file list after another, each answered with its packed tree. */
import { parentPort } from 'node:worker_threads';
import { treeOfTarSplit } from './tar-split.ts';
import { packTree } from './tree-columns.ts';

/** `damaged`: it is no file list. `failed`: something else went wrong. */
export type ListAnswer =
  { readonly packed: Uint8Array<ArrayBuffer> } | { readonly damaged: string } | { readonly failed: string };

async function answerTo(list: Uint8Array): Promise<ListAnswer> {
  try {
    return { packed: packTree(await treeOfTarSplit(list, { passing: true })) };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return thrown instanceof RangeError ? { damaged: message } : { failed: message };
  }
}

parentPort?.on('message', (list: Uint8Array) => {
  void answerTo(list).then((answer) => {
    parentPort?.postMessage(answer, 'packed' in answer ? [answer.packed.buffer] : []);
  });
});
