/** `history`: past scans, what grew between two, and every removal with what it promised and what it freed. */
import { InvalidArgumentError } from 'commander';
import { freedWords } from '../contract/effect.ts';
import type { Client } from '../contract/api.ts';
import { StrataError } from '../contract/errors.ts';
import type { HistoryChange, HistoryComparison, HistoryItem, HistoryPoint } from '../contract/history.ts';
import type { ListedReceipt } from '../contract/reclaim.ts';
import { shortId } from '../model/ids.ts';
import { formatBytes } from '../support/bytes.ts';
import type { AddCommands, Frame } from './frame.ts';
import { table, type Column } from './table.ts';

interface HistoryOptions {
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
}

const MOST_CHANGES = 20;

export const addHistory: AddCommands = (frame: Frame) => {
  const command = frame.program
    .command('history')
    .description('past scans, what grew between two, and every removal')
    .option('--from <scan>', 'compare this scan (default: the last but one)', parseScan)
    .option('--to <scan>', 'with this one (default: the last)', parseScan)
    .option('--limit <n>', 'list at most n scans and removals', parseScan, 10)
    .action((options: HistoryOptions) =>
      frame.run(command, async ({ client, json, print, printJson, width }) => {
        const { scans, problem } = await client.call('history.list', null);
        if (problem !== null) throw new StrataError('failed', problem);
        const receipts = await client.call('receipts.list', null);
        const comparison = await compare(client, scans, options);
        if (json) return printJson({ scans, problem, comparison, receipts });
        print(
          scans.length === 0
            ? 'No scan is remembered yet.\n'
            : table(SCANS, scans.slice(0, options.limit), width),
        );
        if (comparison !== null) printComparison(print, comparison, width);
        if (receipts.length > 0)
          print(`\nRemovals\n${table(REMOVALS, receipts.slice(0, options.limit), width)}`);
      }),
    );
};

/** Null when there are no two scans to compare; what was named must be there. */
async function compare(
  client: Client,
  scans: readonly HistoryPoint[],
  options: HistoryOptions,
): Promise<HistoryComparison | null> {
  const detailed = scans.filter(({ hasDetail }) => hasDetail);
  const toId = options.to ?? detailed[0]?.id;
  const fromId = options.from ?? detailed.find(({ id }) => toId !== undefined && id < toId)?.id;
  if (options.from === undefined && options.to === undefined && fromId === undefined) return null;
  if (fromId === undefined || toId === undefined) {
    throw new StrataError(
      'not-found',
      'There are no two scans to compare: strata history lists those that are remembered',
    );
  }
  return client.call('history.compare', { fromId, toId });
}

const SCANS: readonly Column<HistoryPoint>[] = [
  { title: 'Scan', align: 'right', cell: ({ id }) => String(id) },
  { title: 'Taken', cell: ({ takenAt }) => when(takenAt) },
  { title: 'On disk', align: 'right', cell: ({ account }) => formatBytes(account.dataRootDiskBytes) },
  { title: 'Images', align: 'right', cell: ({ counts }) => String(counts.image) },
  { title: 'Containers', align: 'right', cell: ({ counts }) => String(counts.container) },
  { title: 'Data root', shrinksTo: 12, cell: ({ dataRoot }) => dataRoot },
];

const ITEMS: readonly Column<HistoryItem | HistoryChange>[] = [
  { title: '', cell: () => ' ' },
  {
    title: 'Bytes',
    align: 'right',
    // An image's bytes are its layers', which have rows of their own.
    cell: (item) => {
      if (item.kind === 'image') return '';
      return 'byDiskBytes' in item ? signed(item.byDiskBytes) : formatBytes(item.diskBytes);
    },
  },
  { title: 'Kind', cell: ({ kind }) => kind },
  { title: 'Name', shrinksTo: 16, cell: ({ name, id }) => (name === '' ? shortId(id) : name) },
  { title: 'Of', shrinksTo: 10, cell: ({ of }) => of.map(nameOrId).join(', ') },
];

const REMOVALS: readonly Column<ListedReceipt>[] = [
  { title: 'Started', cell: ({ startedAt }) => when(startedAt) },
  {
    title: 'What',
    shrinksTo: 10,
    cell: (one) => (one.kind === 'apply' ? 'plan' : `${one.kind} ${one.what}`),
  },
  { title: 'State', cell: ({ state }) => state },
  {
    title: 'Steps',
    align: 'right',
    cell: (one) => (one.kind === 'apply' ? `${one.stepsDone}/${one.stepsTotal}` : ''),
  },
  {
    title: 'Promised',
    align: 'right',
    cell: (one) => (one.kind === 'apply' ? formatBytes(one.promisedDiskBytes) : ''),
  },
  { title: 'Freed', align: 'right', cell: freed },
  { title: 'Who', shrinksTo: 8, cell: ({ who }) => who ?? '' },
];

function freed(one: ListedReceipt): string {
  if (one.kind === 'apply') return freedWords(one, formatBytes);
  return one.kind === 'purge' ? formatBytes(one.freedDiskBytes) : '';
}

function printComparison(
  print: (text: string) => void,
  { from, to, diskBytes, ...lists }: HistoryComparison,
  width: number,
): void {
  print(
    `\nFrom scan ${from.id} to ${to.id}: ${diskBytes === null ? 'not measured in both' : signed(diskBytes)}\n`,
  );
  const parts: readonly [string, readonly (HistoryItem | HistoryChange)[]][] = [
    ['Came', lists.came],
    ['Went', lists.went],
    ['Grew or shrank', lists.grew],
  ];
  for (const [title, items] of parts) {
    if (items.length === 0) continue;
    print(`${title}\n${table(ITEMS, items.slice(0, MOST_CHANGES), width)}`);
    if (items.length > MOST_CHANGES) print(`  … and ${items.length - MOST_CHANGES} more (--json has all)\n`);
  }
}

const nameOrId = (text: string): string => (text.startsWith('sha256:') ? shortId(text) : text);
const signed = (bytes: number): string => `${bytes < 0 ? '-' : '+'}${formatBytes(Math.abs(bytes))}`;
const when = (time: string): string => time.slice(0, 16).replace('T', ' ');

function parseScan(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('A number from 1.');
  return number;
}
