/** Memory and database of a scan, and how fast one kept file list is read back: one run each. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchTree } from './make-tree.ts';
import { foldersOf, keptState, layersFile, type Programs } from './subjects.ts';

export interface Row {
  readonly name: string;
  readonly measured: string;
  readonly goal: string;
  readonly met: boolean;
}

const MIB = 2 ** 20;
const MILLION = 1e6;

export function sizeRows(tree: BenchTree, programs: Programs): Row[] {
  const { built, scratch } = programs;
  const child = (program: string, ...args: string[]): Record<string, number> =>
    JSON.parse(
      execFileSync(process.execPath, [join(built, program), tree.root, ...args], { encoding: 'utf8' }),
    ) as Record<string, number>;
  const rowOf = (name: string, value: number, goal: number, unit: string): Row => ({
    name,
    measured: `${value.toFixed(unit === 'x' ? 3 : 1)} ${unit}`,
    goal: `<= ${goal.toFixed(unit === 'x' ? 3 : 1)} ${unit}`,
    met: value <= goal,
  });

  const { maxRssMiB = NaN, diskBytes = NaN } = child('scan-child.js', '4', join(scratch, 'sizes'));
  const said = execFileSync('du', ['-s', '-c', '--block-size=1', ...foldersOf(tree)], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const duBytes = Number(said.trim().split('\n').at(-1)?.split('\t')[0]);
  const lists = join(scratch, 'lists');
  const {
    entries = NaN,
    readMs = NaN,
    walkMs = NaN,
  } = child('lists-child.js', layersFile(scratch, tree), lists);
  const perMillion = (folder: string): number => databaseBytes(folder) / MIB / ((entries || NaN) / MILLION);
  return [
    rowOf('memory while scanning, 4 workers', maxRssMiB, 150 + (70 * tree.files) / MILLION, 'MiB'),
    rowOf('database, totals, a million files', perMillion(keptState(scratch, tree)), 20, 'MiB'),
    rowOf('database, every list, a million files', perMillion(lists), 20, 'MiB'),
    rowOf('largest list read back / its walk', readMs / walkMs, 0.05, 'x'),
    {
      name: 'disk bytes, as du',
      measured: String(diskBytes),
      goal: String(duBytes),
      met: diskBytes === duBytes,
    },
  ];
}

/** With the log that is not written back yet. */
function databaseBytes(folder: string): number {
  const sizeOf = (name: string): number => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  return sizeOf('history.db') + sizeOf('history.db-wal');
}
