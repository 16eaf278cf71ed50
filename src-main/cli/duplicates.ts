/** `duplicates`: what is stored more than once: layers, files in many images, old versions of a repository. */
import type { Client } from '../contract/api.ts';
import { StrataError } from '../contract/errors.ts';
import type { SameContentGroup, SameContentReport } from '../contract/same-content.ts';
import type { ScanDocument } from '../contract/scan-document.ts';
import type { OldVersions, RepositoryVersions } from '../contract/store.ts';
import { shortId } from '../model/ids.ts';
import { formatBytes } from '../support/bytes.ts';
import { safeText } from '../support/safe-text.ts';
import type { AddCommands } from './frame.ts';
import { parseCount } from './quantities.ts';
import type { Session } from './session.ts';
import { table, type Column } from './table.ts';
import { wrap } from './text-width.ts';

interface Options {
  readonly keep: number;
  readonly limit: number;
}

export const addDuplicates: AddCommands = (frame) => {
  const command = frame.program
    .command('duplicates')
    .description('what is stored more than once: layers, files, old versions')
    .option('--keep <n>', 'versions of each repository that are not old', parseCount, 1)
    .option('--limit <n>', 'lines of each table', parseCount, 20)
    .action((options: Options) =>
      frame.run(command, async (session) => {
        const { client, json, printJson } = session;
        const document = await client.call('scan.document', null);
        const versions = await client.call('versions.get', { keep: options.keep });
        const { report, why } = await sameFiles(client);
        const layers = document.duplicates;
        if (json) return printJson({ layers, files: report, filesProblem: why, versions });
        printLayers(session, document, options.limit);
        printFiles(session, report, options.limit);
        if (why !== null) session.note(safeText(`Same files are not known: ${why}`));
        printVersions(session, versions, options.limit);
      }),
    );
};

/** Null with the reason where there are no files to look into; anything else that goes wrong is the command's error. */
async function sameFiles(client: Client): Promise<{ report: SameContentReport | null; why: string | null }> {
  try {
    const { operationId } = await client.call('inside.sameContent', null);
    return { report: await client.call('inside.sameContentReport', { operationId }), why: null };
  } catch (thrown) {
    const { code, message } = StrataError.from(thrown);
    if (code !== 'unsupported' && code !== 'no-permission') throw thrown;
    return { report: null, why: message };
  }
}

function printLayers({ print, width }: Session, document: ScanDocument, limit: number): void {
  const { duplicates } = document;
  const images = new Map(document.layers.map((layer) => [layer.chainId, layer.images.length]));
  const known = duplicates.reduce((sum, { wastedDiskBytes }) => sum + (wastedDiskBytes ?? 0), 0);
  const least = duplicates.some(({ wastedDiskBytes }) => wastedDiskBytes === null);
  const cost = least && known === 0 ? formatBytes(null) : `${least ? '≥ ' : ''}${formatBytes(known)}`;
  print(`Layers stored twice: ${duplicates.length}, ${cost} on disk\n`);
  if (duplicates.length === 0) return;
  const columns: Column<(typeof duplicates)[number]>[] = [
    { title: 'Costs', align: 'right', cell: ({ wastedDiskBytes }) => formatBytes(wastedDiskBytes) },
    { title: 'Copies', align: 'right', cell: ({ chainIds }) => String(chainIds.length) },
    { title: 'DiffID', cell: ({ diffId }) => shortId(diffId) },
    {
      title: 'Layers (images on each)',
      shrinksTo: 20,
      cell: ({ chainIds }) => chainIds.map((id) => `${shortId(id)} (${images.get(id) ?? 0})`).join(', '),
    },
  ];
  print(table(columns, duplicates.slice(0, limit), width));
  more(print, duplicates.length, limit);
}

const FILE_COLUMNS: readonly Column<SameContentGroup>[] = [
  { title: 'Costs', align: 'right', cell: (group) => formatBytes(group.savesBytes) },
  { title: 'Copies', align: 'right', cell: ({ copies }) => String(copies) },
  { title: 'Each', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
  { title: 'Layers', align: 'right', cell: ({ places }) => layersOf(places) },
  { title: 'Images', align: 'right', cell: ({ imageCount }) => String(imageCount) },
  { title: 'Same', cell: ({ sameness }) => (sameness === 'same' ? 'hashed' : 'probably') },
  { title: 'First of them', shrinksTo: 16, cell: ({ places }) => places[0]?.path ?? '' },
];

function layersOf(places: SameContentGroup['places']): string {
  return String(new Set(places.map(({ chainId }) => chainId)).size);
}

function printFiles({ print, note, width }: Session, report: SameContentReport | null, limit: number): void {
  if (report === null) return;
  const twins = report.inTwinLayersBytes;
  print('\n');
  print(
    wrap(
      `Files stored more than once: ${report.groupCount}, ${formatBytes(report.savesBytes)} in further copies` +
        (twins > 0 ? `, ${formatBytes(twins)} of it in layers stored twice` : '') +
        ` (${report.files} files of ${formatBytes(report.smallestBytes)} and more in ${report.layers} layers)`,
      width,
    ),
  );
  if (report.groups.length > 0) {
    print(table(FILE_COLUMNS, report.groups.slice(0, limit), width));
    more(print, report.groupCount, limit);
    print(
      wrap(
        'Removing one image frees none of this while another has its copy: build on one shared base, with the same steps in the same order.',
        width,
      ),
    );
  }
  for (const problem of report.problems) note(safeText(problem));
}

function printVersions({ print, width }: Session, versions: OldVersions, limit: number): void {
  const { repositories, keep, freesDiskBytes } = versions;
  const newest = keep === 1 ? 'the newest' : `the newest ${keep}`;
  print(
    `\nOld versions: all but ${newest} of each repository free ${formatBytes(freesDiskBytes)} together\n`,
  );
  if (repositories.length === 0) return;
  const count = ({ images }: RepositoryVersions, fate: string): string =>
    String(images.filter((image) => image.fate === fate).length);
  const columns: Column<RepositoryVersions>[] = [
    { title: 'Frees', align: 'right', cell: (one) => formatBytes(one.freesDiskBytes) },
    { title: 'Old', align: 'right', cell: (one) => count(one, 'goes') },
    { title: 'In use', align: 'right', cell: (one) => count(one, 'stays') },
    { title: 'All', align: 'right', cell: ({ images }) => String(images.length) },
    { title: 'Repository', shrinksTo: 20, cell: ({ repository }) => repository },
  ];
  print(table(columns, repositories.slice(0, limit), width));
  more(print, repositories.length, limit);
  print(`To remove them: strata plan --keep-last ${keep} -o plan.json\n`);
}

function more(print: (text: string) => void, all: number, shown: number): void {
  if (all > shown) print(`… and ${all - shown} more (--json has them)\n`);
}
