/** Tables of plain text that fit the terminal, whatever the names in them hold. */
import { safeText } from '../support/safe-text.ts';
import { fit, textWidth } from './text-width.ts';

export interface Column<T> {
  readonly title: string;
  readonly align?: 'right';
  /** Gives way when the table is too wide, down to this; the others keep their width. */
  readonly shrinksTo?: number;
  readonly cell: (row: T) => string;
}

const GAP = '  ';

/** Title line and a line for each row, ended by newlines, none wider than `width`. */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[], width: number): string {
  const lines = [
    columns.map((column) => column.title),
    ...rows.map((row) => columns.map((column) => safeText(column.cell(row)))),
  ];
  const widths = columnWidths(columns, lines, width);
  return lines
    .map((cells) =>
      cells
        .map((cell, at) => fit(cell, widths[at] ?? 0, columns[at]?.align ?? 'left'))
        .join(GAP)
        .trimEnd(),
    )
    .map((line) => `${fit(line, Math.min(width, textWidth(line)), 'left')}\n`)
    .join('');
}

function columnWidths<T>(columns: readonly Column<T>[], lines: readonly string[][], width: number): number[] {
  const widths = columns.map((_, at) =>
    lines.reduce((most, cells) => Math.max(most, textWidth(cells[at] ?? '')), 0),
  );
  let over = widths.reduce((sum, each) => sum + each, GAP.length * (columns.length - 1)) - width;
  while (over > 0) {
    const widest = widestShrinkable(columns, widths);
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 1) - 1;
    over--;
  }
  return widths;
}

function widestShrinkable<T>(columns: readonly Column<T>[], widths: readonly number[]): number {
  let best = -1;
  columns.forEach(({ shrinksTo }, at) => {
    const width = widths[at] ?? 0;
    if (shrinksTo !== undefined && width > shrinksTo && width > (widths[best] ?? 0)) best = at;
  });
  return best;
}
