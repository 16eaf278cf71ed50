/** `secrets [IMAGE…]`: credentials left in layers and build steps, the deleted-later ones too. Values stay masked. */
import { StrataError } from '../contract/errors.ts';
import type { SecretFinding } from '../contract/inside.ts';
import { shortId } from '../model/ids.ts';
import { safeText } from '../support/safe-text.ts';
import type { AddCommands } from './frame.ts';
import { table, type Column } from './table.ts';

const COLUMNS: readonly Column<SecretFinding>[] = [
  { title: 'Risk', cell: ({ severity }) => severity },
  { title: 'What', shrinksTo: 16, cell: ({ name }) => name },
  {
    title: 'Where',
    shrinksTo: 16,
    cell: ({ where, path, line }) =>
      where === 'file' && line > 0 ? `${path}:${line}` : where === 'step' ? path : `${where} ${path}`,
  },
  { title: 'Value', shrinksTo: 8, cell: ({ masked }) => masked || '(by its path)' },
  { title: 'Images', align: 'right', cell: ({ images }) => String(images.length) },
  { title: '', cell: ({ deletedLater }) => (deletedLater ? 'hidden later' : '') },
];

export const addSecrets: AddCommands = (frame) => {
  const command = frame.program
    .command('secrets')
    .description('credentials left in layers, environment, labels and build steps')
    .argument('[images...]', 'images; none: all of them')
    .option('--reveal <id>', 'the whole value of one finding of these images (--json lists the ids)')
    .action((images: string[], { reveal }: { readonly reveal?: string }) =>
      frame.run(command, async ({ client, json, print, printJson, note, width }) => {
        const report = await client.call('inside.secrets', { images });
        if (reveal !== undefined) {
          const finding = report.findings.find(({ id }) => id === reveal);
          if (finding === undefined)
            throw new StrataError(
              'not-found',
              `${reveal} is no finding here: secrets --json lists their ids`,
            );
          const { value } = await client.call('inside.reveal', { findingId: reveal });
          return json ? printJson({ ...finding, value }) : print(`${safeText(value)}\n`);
        }
        if (json) return printJson(report);
        if (report.findings.length > 0) print(table(COLUMNS, report.findings, width));
        print(
          `${report.findings.length} findings in ${report.filesRead} files. ${report.setuid.length} setuid files, ${report.worldWritable.length} world-writable system paths.\n`,
        );
        for (const problem of report.problems) note(safeText(problem));
        const first = report.findings[0];
        if (first?.deletedLater === true) {
          note(
            `What a later layer hides is still in the image: everybody who has ${shortId(first.images[0] ?? '')} can read it.`,
          );
        }
      }),
    );
};
