/** `scan`: the whole account, as a page for people or the document for scripts; `-o` saves it. */
import type { ScanAccount, ScanDocument, ScanReclaimable } from '../contract/scan-document.ts';
import { formatBytes } from '../support/bytes.ts';
import { safeText } from '../support/safe-text.ts';
import type { AddCommands } from './frame.ts';
import { table } from './table.ts';
import { wrap } from './text-width.ts';

type Category = Exclude<keyof ScanAccount, 'dataRootDiskBytes'>;

const CATEGORIES: Readonly<Record<Category, string>> = {
  imageLayers: 'Image layers',
  writableLayers: 'Writable layers of containers',
  buildCache: 'Build cache',
  volumes: 'Volumes',
  logs: 'Container logs',
  orphans: 'Orphans: owned by nothing',
  inactiveStore: 'Other, inactive stores',
  engineMetadata: "The engine's own records",
  other: 'Other files',
};

const RECLAIMABLE: Readonly<Record<keyof ScanReclaimable, string>> = {
  dangling: 'Dangling images',
  unused: 'Images no container was made from',
  stoppedContainers: 'Stopped containers',
  buildCache: 'Build cache not in use',
  orphans: 'Orphans',
};

const ISSUES_SHOWN = 10;

export const addScan: AddCommands = (frame) => {
  const command = frame.program
    .command('scan')
    .description('the whole account: where every byte of the data root went')
    .option('-o, --output <file>', 'save it for --from and for the app')
    .action((options: { output?: string }) =>
      frame.run(command, async ({ client, services, json, print, printJson, note, width }) => {
        const document = await client.call('scan.document', null);
        if (options.output !== undefined) {
          await services.saveScan(options.output);
          note(`Saved to ${options.output}`);
        }
        if (json) return printJson(document);
        print(page(document, width));
      }),
    );
};

function page(document: ScanDocument, width: number): string {
  const { account, reclaimable, engine } = document;
  const whole = account.dataRootDiskBytes;
  const rows = entriesOf(CATEGORIES).map(([key, title]) => ({ title, bytes: account[key] }));
  const parts = [
    wrap(headline(engine), width),
    '\n',
    table(
      [
        { title: 'On disk', cell: (row) => row.title },
        { title: 'Bytes', align: 'right', cell: (row) => formatBytes(row.bytes) },
        { title: 'Share', align: 'right', cell: (row) => share(row.bytes, whole) },
      ],
      [...rows, { title: 'The whole data root', bytes: whole }],
      width,
    ),
    '\n',
    table(
      [
        { title: 'Reclaimable, each by itself', cell: (row) => row.title },
        { title: 'Bytes', align: 'right', cell: (row) => formatBytes(row.bytes) },
      ],
      entriesOf(RECLAIMABLE).map(([key, title]) => ({ title, bytes: reclaimable[key] })),
      width,
    ),
    '\n',
    wrap(counts(document), width),
    issues(document, width),
  ];
  return parts.join('');
}

function headline(engine: ScanDocument['engine']): string {
  if (!engine) return 'No engine was asked; this is what the files say.';
  const { version, driver, dataRoot, endpoint } = engine;
  return safeText(`Docker ${version}, ${driver}, ${dataRoot} (${endpoint})`);
}

function counts({
  images,
  layers,
  containers,
  volumes,
  buildCache,
  orphans,
  duplicates,
}: ScanDocument): string {
  const whole = images.filter((image) => !image.intermediate);
  const steps = images.length - whole.length;
  const dangling = whole.filter((image) => image.dangling).length;
  return (
    `Images: ${whole.length}, ${dangling} of them dangling${steps === 0 ? '' : `; build steps: ${steps}`}. Layers: ${layers.length}, ` +
    `${duplicates.length} of them stored more than once. Containers: ${containers.length}. ` +
    `Volumes: ${volumes.length}. Build-cache records: ${buildCache.length}. Orphans: ${orphans.length}.`
  );
}

function issues({ issues: all }: ScanDocument, width: number): string {
  if (all.length === 0) return '';
  const shown = all
    .slice(0, ISSUES_SHOWN)
    .map(({ where, what }) => wrap(`- ${safeText(where)}: ${safeText(what)}`, width));
  const more = all.length - shown.length;
  return `\nNot everything could be read:\n${shown.join('')}${more > 0 ? `- and ${more} more (--json has all)\n` : ''}`;
}

function share(bytes: number | null, whole: number | null): string {
  if (bytes === null || whole === null || whole === 0) return '';
  return `${((bytes / whole) * 100).toFixed(1)} %`;
}

function entriesOf<K extends string>(titles: Readonly<Record<K, string>>): [K, string][] {
  return Object.entries(titles) as [K, string][];
}
