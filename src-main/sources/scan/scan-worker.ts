/** The program of a walker, process or thread: takes a task, measures it, answers. */
import { parentPort } from 'node:worker_threads';
import type { FolderToWalk } from './walk-records.ts';
import { type PieceTask, type WalkedPiece, measurePiece } from './unit-walk.ts';

export type WalkerMessage =
  | { readonly kind: 'ready' }
  /** What the task has counted so far, now and then. */
  | { readonly kind: 'figures'; readonly files: number; readonly diskBytes: number }
  /** Folders of the task that another walker may take. */
  | { readonly kind: 'left'; readonly folders: readonly FolderToWalk[] }
  | { readonly kind: 'done'; readonly piece: WalkedPiece };

const FIGURES_EVERY_MS = 100;
const port = parentPort;

function say(message: WalkerMessage): void {
  if (port) port.postMessage(message);
  else process.send?.(message);
}

function walk(task: PieceTask): void {
  let toldAtMs = performance.now();
  const piece = measurePiece(task, {
    mayChdir: port === null,
    onTotals: (files, diskBytes) => {
      if (performance.now() - toldAtMs < FIGURES_EVERY_MS) return;
      toldAtMs = performance.now();
      say({ kind: 'figures', files, diskBytes });
    },
    onLeft: (folders) => say({ kind: 'left', folders }),
  });
  say({ kind: 'done', piece });
}

if (port) port.on('message', walk);
else {
  process.on('message', walk);
  // Whoever started us says when to end, also when the terminal interrupts all at once.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit());
}
say({ kind: 'ready' });
