/** What is measured already, told in batches while the rest is walked. */
import { type Measuring, resultOf } from './measuring.ts';
import type { UnitResult } from './records.ts';

const EVERY_MS = 250;

export class EarlyResults {
  readonly #listener: ((units: readonly UnitResult[]) => void) | undefined;
  #untold: Measuring[] = [];
  #toldAtMs = -Infinity;

  constructor(listener: ((units: readonly UnitResult[]) => void) | undefined) {
    this.#listener = listener;
  }

  /** Whose bytes hard links to elsewhere are is only known at the end: their units are not told early. */
  add(one: Measuring): void {
    if (this.#listener && one.pieces.every((piece) => piece.shared.length === 0)) this.#untold.push(one);
  }

  /** Called often; tells when there is something and the last time is long enough ago. */
  tell(): void {
    const now = performance.now();
    if (this.#untold.length === 0 || now - this.#toldAtMs < EVERY_MS) return;
    this.#toldAtMs = now;
    const units = this.#untold.map(resultOf);
    this.#untold = [];
    this.#listener?.(units);
  }
}
