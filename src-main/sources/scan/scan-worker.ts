/** The program of a scan worker: takes a task, measures it, answers; undefined when told to stop half-way. */
import { parentPort, workerData } from 'node:worker_threads';
import { controlOf, setFigures, stopRequested } from './control.ts';
import { type PieceTask, measurePiece } from './unit-walk.ts';

const { buffer, slot } = workerData as { buffer: SharedArrayBuffer; slot: number };
const control = controlOf(buffer);

parentPort?.on('message', (task: PieceTask) => {
  const piece = measurePiece(
    task,
    () => stopRequested(control),
    (files, diskBytes) => setFigures(control, slot, files, diskBytes),
  );
  setFigures(control, slot, 0, 0);
  parentPort?.postMessage(piece);
});
parentPort?.postMessage('ready');
