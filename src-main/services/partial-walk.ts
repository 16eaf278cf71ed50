/** A walk that is not over, as if it were: what is not walked yet is unknown, with nothing of it measured. */
import type { UnitResult, WalkResult, WalkUnit } from '../sources/scan/records.ts';
import { noTotals } from '../sources/scan/totals.ts';
import type { ScanPart } from '../model/store.ts';

export class PartialWalk {
  readonly #units: Map<string, UnitResult>;
  #measured = 0;

  constructor(units: readonly WalkUnit[]) {
    this.#units = new Map(units.map(({ path }) => [path, notYet(path)]));
  }

  add(units: readonly UnitResult[]): void {
    for (const unit of units) this.#units.set(unit.path, unit);
    this.#measured += units.length;
  }

  result(): WalkResult {
    return { units: [...this.#units.values()], cancelled: false };
  }

  part(): ScanPart {
    return { measured: this.#measured, total: this.#units.size, of: 'folders' };
  }
}

const notYet = (path: string): UnitResult => ({
  path,
  totals: noTotals(),
  incomplete: 'not measured yet',
  from: 'walk',
  issues: [],
});
