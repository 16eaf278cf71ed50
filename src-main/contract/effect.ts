/**
 * What leaves the disk, and what only moves to the quarantine on the same disk, to be freed by a purge later. Both are
 * in the sum that a plan and a receipt name; every front end tells them apart through this.
 */
import type { Plan, PlanStep, Receipt, ReceiptSummary } from './reclaim.ts';

/** In bytes; null where it was not measured. */
export interface Effect {
  readonly frees: number | null;
  readonly moves: number | null;
  /** Nothing but moves. */
  readonly onlyMoves: boolean;
}

export const movesOnly = ({ kind }: Pick<PlanStep, 'kind'>): boolean => kind === 'quarantine-orphan';

export function planEffect({ steps, freesDiskBytes }: Pick<Plan, 'steps' | 'freesDiskBytes'>): Effect {
  return effectOf(steps, freesDiskBytes, (place) => steps[place]?.freesDiskBytes ?? null);
}

export function receiptEffect({
  steps,
  outcomes,
  freedDiskBytes,
}: Pick<Receipt, 'steps' | 'outcomes' | 'freedDiskBytes'>): Effect {
  return effectOf(steps, freedDiskBytes, (place) => {
    const outcome = outcomes[place];
    return outcome === undefined || outcome.result === 'skipped' ? 0 : outcome.freedDiskBytes;
  });
}

/** A receipt of a list, as "1.00 MiB", "moved 1.00 MiB", both, or "at least 1.00 MiB" where not all of it is known. */
export function freedWords(
  { freedDiskBytes: freed, movedDiskBytes: moved, freedAtLeastDiskBytes: atLeast }: ReceiptSummary,
  bytesText: (bytes: number | null) => string,
): string {
  if (freed === null) return atLeast > 0 ? `at least ${bytesText(atLeast)}` : bytesText(null);
  if (moved === 0) return bytesText(freed);
  if (freed === moved) return `moved ${bytesText(moved)}`;
  return `${bytesText(moved === null ? null : freed - moved)}, moved ${bytesText(moved)}`;
}

function effectOf(
  steps: readonly Pick<PlanStep, 'kind'>[],
  total: number | null,
  bytesOf: (place: number) => number | null,
): Effect {
  let moves: number | null = 0;
  let moved = 0;
  for (const [place, step] of steps.entries()) {
    if (!movesOnly(step)) continue;
    moved += 1;
    const bytes = bytesOf(place);
    moves = moves === null || bytes === null ? null : moves + bytes;
  }
  return {
    frees: total === null || moves === null ? null : total - moves,
    moves,
    onlyMoves: moved > 0 && moved === steps.length,
  };
}
