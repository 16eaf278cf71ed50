import type { TextDiff } from '../../src-main/contract/inside.ts';

export interface DiffLine {
  readonly mark: ' ' | '+' | '-';
  readonly text: string;
  /** Line numbers before and now, from 1; null where the line is not. */
  readonly before: number | null;
  readonly now: number | null;
}

/** Changed lines with their surroundings; `skipped` unchanged ones stand between two hunks. */
export interface Hunk {
  readonly skipped: number;
  readonly lines: readonly DiffLine[];
}

const AROUND = 3;
/** Lines on screen. */
const MOST = 4_000;

/** Long unchanged stretches are left out: a person looks for what changed. */
export function hunksOf(diff: Pick<TextDiff, 'lines'>): {
  readonly hunks: readonly Hunk[];
  readonly added: number;
  readonly removed: number;
  /** Unchanged lines after the last hunk. */
  readonly rest: number;
  readonly cut: boolean;
} {
  let [before, now, added, removed] = [0, 0, 0, 0];
  const numbered = diff.lines.map(({ mark, text }): DiffLine => {
    if (mark !== '+') before += 1;
    if (mark !== '-') now += 1;
    if (mark === '+') added += 1;
    if (mark === '-') removed += 1;
    return { mark, text, before: mark === '+' ? null : before, now: mark === '-' ? null : now };
  });
  const near = new Uint8Array(numbered.length);
  numbered.forEach(({ mark }, at) => {
    if (mark !== ' ') near.fill(1, Math.max(0, at - AROUND), Math.min(numbered.length, at + AROUND + 1));
  });
  const hunks: { skipped: number; lines: DiffLine[] }[] = [];
  let [skipped, shown] = [0, 0];
  for (const [at, line] of numbered.entries()) {
    if (!near[at]) skipped += 1;
    else if (shown < MOST) {
      if (at === 0 || !near[at - 1]) hunks.push({ skipped, lines: [] });
      skipped = 0;
      hunks.at(-1)!.lines.push(line);
      shown += 1;
    } else skipped += 1;
  }
  return { hunks, added, removed, rest: skipped, cut: shown >= MOST };
}
