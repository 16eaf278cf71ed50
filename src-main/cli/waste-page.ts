/** What an image wastes, for people: the sum, the biggest paths with their layers, and advice. */
import type { WasteReport, WastedPath } from '../contract/inside.ts';
import { formatBytes } from '../support/bytes.ts';
import { safeText } from '../support/safe-text.ts';
import type { Session } from './session.ts';
import { table, type Column } from './table.ts';
import { wrap } from './text-width.ts';

const SHOWN_PATHS = 10;

const COLUMNS: readonly Column<WastedPath>[] = [
  { title: 'Wasted', align: 'right', cell: ({ wastedBytes }) => formatBytes(wastedBytes) },
  { title: 'Layer', align: 'right', cell: ({ copies }) => copies.map(({ layer }) => layer).join(',') },
  { title: 'By', align: 'right', cell: ({ hiddenBy }) => String(hiddenBy) },
  { title: 'How', cell: ({ reason }) => reason },
  { title: 'Path', shrinksTo: 20, cell: ({ path }) => path },
];

export function printWaste({ print, width }: Pick<Session, 'print' | 'width'>, waste: WasteReport): void {
  const { dive } = waste;
  const score = `dive: efficiency ${dive.efficiency.toFixed(4)}, ${formatBytes(dive.wastedBytes)} wasted`;
  print(
    `\n${wrap(
      `${formatBytes(waste.wastedBytes)} of ${formatBytes(waste.totalBytes)} is wasted: in a layer, but not to be ` +
        `seen at the end. (${score})`,
      width,
    )}`,
  );
  if (waste.missingLayers.length > 0)
    print(`At least: ${waste.missingLayers.length} layers could not be read.\n`);
  if (waste.paths.length > 0) print(table(COLUMNS, waste.paths.slice(0, SHOWN_PATHS), width));
  if (waste.paths.length > SHOWN_PATHS)
    print(`… and ${waste.paths.length - SHOWN_PATHS} more (--json lists them)\n`);
  for (const hint of waste.hints) print(wrap(safeText(hint), width));
}
