/** The program of a list reader: one file list after another, each answered with its packed tree. */
import { parentPort } from 'node:worker_threads';
import { treeOfTarSplit } from './tar-split.ts';
import { readTarSplit } from './tar-split-file.ts';
import { packTree } from './tree-columns.ts';

/** `packed`: null when there is no such file. `damaged`: it is no file list. `failed`: it could not be read. */
export type ListAnswer =
  | { readonly packed: Uint8Array<ArrayBuffer> | null }
  | { readonly damaged: string }
  | { readonly failed: string };

async function answerTo(path: string): Promise<ListAnswer> {
  try {
    const list = await readTarSplit(path);
    return { packed: list === undefined ? null : packTree(await treeOfTarSplit(list)) };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return thrown instanceof RangeError ? { damaged: message } : { failed: message };
  }
}

parentPort?.on('message', (path: string) => {
  void answerTo(path).then((answer) => {
    const moved = 'packed' in answer && answer.packed !== null ? [answer.packed.buffer] : [];
    parentPort?.postMessage(answer, moved);
  });
});
