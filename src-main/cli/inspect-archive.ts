/** `--archive FILE inspect [IMAGE]`: manifest, config and index as what they are, each digest verified. */
import type { ArchiveReportImage, ArchiveReportLayer } from '../contract/archive.ts';
import { shortId } from '../model/ids.ts';
import { formatBytes } from '../support/bytes.ts';
import { safeText } from '../support/safe-text.ts';
import type { Session } from './session.ts';
import { table } from './table.ts';
import { wrap } from './text-width.ts';
import { printWaste } from './waste-page.ts';

export async function inspectArchive(session: Session, name: string | null): Promise<void> {
  const { client, json, print, printJson, width } = session;
  const report = await client.call('inside.archive', { image: name, verify: true });
  const wastes = await Promise.all(report.images.map(({ id }) => client.call('inside.waste', { image: id })));
  if (json) {
    const images = report.images.map((image, at) => ({ ...image, waste: wastes[at] }));
    return printJson({ images, notes: report.notes });
  }
  for (const [at, image] of report.images.entries()) {
    const waste = wastes[at]!;
    if (at > 0) print('\n');
    print(wrap(safeText(`${image.tags.join(', ') || '<none>'} ${image.id}`), width));
    print(wrap(safeText(`${image.platform}, ${image.created ?? 'no date'}`), width));
    print('\n');
    printLayers(session, image, waste.layers);
    printWaste(session, waste);
    for (const problem of problemsOf(image)) print(wrap(safeText(`WRONG DIGEST: ${problem}`), width));
  }
  for (const { digest, what } of report.notes)
    print(wrap(safeText(`Not an image: ${digest}: ${what}`), width));
}

function printLayers(
  { print, width }: Pick<Session, 'print' | 'width'>,
  image: ArchiveReportImage,
  wasted: readonly { readonly bytes: number; readonly wastedBytes: number }[],
): void {
  print(
    table(
      [
        { title: 'ChainID', cell: ({ layer }) => shortId(layer.chainId) },
        { title: 'DiffID', cell: ({ layer }) => shortId(layer.diffId) },
        { title: 'Stored', align: 'right', cell: ({ layer }) => formatBytes(layer.storedBytes) },
        { title: 'Bytes', align: 'right', cell: ({ at }) => formatBytes(wasted[at]?.bytes ?? null) },
        { title: 'Wasted', align: 'right', cell: ({ at }) => formatBytes(wasted[at]?.wastedBytes ?? null) },
        { title: 'Digest', cell: ({ layer }) => digestWords(layer) },
        { title: 'Step', shrinksTo: 14, cell: ({ layer }) => layer.createdBy },
      ],
      image.layers.map((layer, at) => ({ layer, at })),
      width,
    ),
  );
}

function digestWords({ problems }: ArchiveReportLayer): string {
  if (problems === null) return '–';
  return problems.length > 0 ? 'WRONG' : 'ok';
}

function problemsOf({ problems, layers }: ArchiveReportImage): string[] {
  const ofLayers = layers.flatMap((layer, at) =>
    (layer.problems ?? []).map((what) => `layer ${at}: ${what}`),
  );
  return [...problems, ...ofLayers];
}
