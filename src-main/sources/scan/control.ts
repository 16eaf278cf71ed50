/**
 * What main side and workers share while a walk runs: the wish to stop, and how far each worker is.
 * Figures are only ever written by their own worker and read for progress, so a figure may be a moment old.
 */
export interface Control {
  readonly flags: Int32Array;
  readonly figures: Float64Array;
}

const FLAG_BYTES = 8;
const FIGURES_EACH = 2;

export function createControl(workers: number): SharedArrayBuffer {
  return new SharedArrayBuffer(FLAG_BYTES + workers * FIGURES_EACH * 8);
}

export function controlOf(buffer: SharedArrayBuffer): Control {
  return { flags: new Int32Array(buffer, 0, 1), figures: new Float64Array(buffer, FLAG_BYTES) };
}

export const requestStop = (control: Control): void => void Atomics.store(control.flags, 0, 1);
export const stopRequested = (control: Control): boolean => Atomics.load(control.flags, 0) === 1;

/** What worker `slot` has counted in the task it is at. */
export function setFigures(control: Control, slot: number, files: number, diskBytes: number): void {
  control.figures[slot * FIGURES_EACH] = files;
  control.figures[slot * FIGURES_EACH + 1] = diskBytes;
}

export function sumFigures(control: Control): { files: number; diskBytes: number } {
  let files = 0;
  let diskBytes = 0;
  for (let at = 0; at < control.figures.length; at += FIGURES_EACH) {
    files += control.figures[at] ?? 0;
    diskBytes += control.figures[at + 1] ?? 0;
  }
  return { files, diskBytes };
}
