/** `diff CONTAINER`: its writable layer; `compare IMAGE IMAGE`: paths only here, only there, different. */
import { StrataError } from '../contract/errors.ts';
import type { ComparedPath, ContainerDiff, ContainerDiffEntry } from '../contract/inside.ts';
import { formatBytes } from '../support/bytes.ts';
import { safeText } from '../support/safe-text.ts';
import { extractTarget, extractTo, folderOption, tarOption, type ExtractOptions } from './extract.ts';
import type { AddCommands } from './frame.ts';
import { table, type Column } from './table.ts';
import { wrap } from './text-width.ts';

const DIFF_COLUMNS: readonly Column<ContainerDiffEntry>[] = [
  { title: ' ', cell: ({ change }) => change },
  { title: 'Size', align: 'right', cell: ({ bytes, type }) => (type === 'folder' ? '' : formatBytes(bytes)) },
  { title: 'On disk', align: 'right', cell: ({ diskBytes }) => formatBytes(diskBytes) },
  { title: 'Path', shrinksTo: 20, cell: ({ path, type }) => (type === 'folder' ? `${path}/` : path) },
  { title: '', cell: (entry) => remark(entry) },
];

export const addDiff: AddCommands = (frame) => {
  const command = frame.program
    .command('diff')
    .description('what a container wrote: its writable layer against its image')
    .argument('<container>', 'a name or an id')
    .argument('[path]', 'for -o and --to: a file or folder that it wrote', '/')
    .addOption(tarOption())
    .addOption(folderOption())
    .action((container: string, path: string, options: ExtractOptions) =>
      frame.run(command, async (session) => {
        const { client, json, print, printJson, note, width } = session;
        const target = extractTarget(options);
        const place = { image: null, container, layer: null, view: 'own', path } as const;
        if (target !== null) return extractTo(session, place, target);
        if (path !== '/') throw new StrataError('bad-request', 'A path is for -o FILE or --to DIR');
        const diff = await client.call('inside.diff', { container });
        if (json) return printJson(diff);
        const { totals } = diff;
        print(
          wrap(
            `${totals.added} added, ${totals.changed} changed, ${totals.deleted} deleted: ${formatBytes(totals.bytes)}, ` +
              `${formatBytes(totals.diskBytes)} on disk, ${formatBytes(totals.copyUpBytes)} of it copied up to be changed`,
            width,
          ),
        );
        print(wrap(safeText(growth(diff)), width));
        if (diff.entries.length > 0) print(table(DIFF_COLUMNS, diff.entries, width));
        for (const other of diff.notCounted)
          print(wrap(safeText(`Not counted here: ${other.kind} ${other.path}, ${other.note}`), width));
        if (diff.problem !== null) note(safeText(diff.problem));
      }),
    );
};

function growth({ sinceLastLook: since, sinceUnknown }: ContainerDiff): string {
  if (since === null) return `Growth since the last look: not known: ${sinceUnknown ?? 'nobody measured it'}`;
  const sign = since.byDiskBytes < 0 ? '-' : '+';
  return `Since ${since.at}: ${sign}${formatBytes(Math.abs(since.byDiskBytes))} on disk, its log included`;
}

function remark({ metadataOnly, copyUp, opaque }: ContainerDiffEntry): string {
  if (opaque) return 'made again';
  if (metadataOnly) return 'mode or owner only';
  return copyUp ? 'copied up' : '';
}

const PATH_COLUMNS: readonly Column<ComparedPath>[] = [
  {
    title: 'Here',
    align: 'right',
    cell: ({ bytesHere }) => (bytesHere === null ? '' : formatBytes(bytesHere)),
  },
  {
    title: 'There',
    align: 'right',
    cell: ({ bytesThere }) => (bytesThere === null ? '' : formatBytes(bytesThere)),
  },
  { title: 'By', cell: ({ by }) => by },
  { title: 'Path', shrinksTo: 20, cell: ({ path }) => path },
];
const SHOWN = 50;

export const addCompare: AddCommands = (frame) => {
  const command = frame.program
    .command('compare')
    .description('two images: paths only here, only there, different')
    .argument('<here>', 'an image')
    .argument('<there>', 'another image')
    .action((here: string, there: string) =>
      frame.run(command, async ({ client, json, print, printJson, note, width }) => {
        const result = await client.call('inside.compare', { here, there });
        if (json) return printJson(result);
        print(`${result.commonLayers} layers in common, ${formatBytes(result.commonBytes)}\n`);
        const parts: readonly [string, readonly ComparedPath[], string][] = [
          ['Only here', result.onlyHere, formatBytes(result.onlyHereBytes)],
          ['Only there', result.onlyThere, formatBytes(result.onlyThereBytes)],
          [
            'Different',
            result.different,
            `${formatBytes(result.differentBytes.here)} here, ${formatBytes(result.differentBytes.there)} there`,
          ],
        ];
        for (const [title, paths, bytes] of parts) {
          print(`\n${title}: ${paths.length} paths, ${bytes}\n`);
          if (paths.length > 0) print(table(PATH_COLUMNS, paths.slice(0, SHOWN), width));
          if (paths.length > SHOWN) print(`… and ${paths.length - SHOWN} more (--json has all)\n`);
        }
        if (result.problem !== null) note(safeText(result.problem));
      }),
    );
};
