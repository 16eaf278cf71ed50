/** `quarantine`: orphans that were moved away; `restore`: back what was saved or moved. */
import { formatBytes } from '../support/bytes.ts';
import { safeText } from '../support/safe-text.ts';
import type { QuarantineEntry } from '../contract/reclaim.ts';
import type { AddCommands } from './frame.ts';
import { agrees } from './removal.ts';
import { table } from './table.ts';

export const addQuarantine: AddCommands = (frame) => {
  const quarantine = frame.program
    .command('quarantine')
    .description('orphans that were moved away; --purge deletes one for good')
    .option('--purge <id>', 'delete it; this frees the disk')
    .option('--yes', 'do not ask')
    .action(({ purge, yes }: { purge?: string; yes?: boolean }) =>
      frame.run(
        quarantine,
        async ({ client, io, json, print, printJson, note, width }) => {
          if (purge === undefined) {
            const entries = await client.call('quarantine.list', null);
            if (json) return printJson(entries);
            if (entries.length === 0) return note('The quarantine is empty.');
            return print(entriesTable(entries, width));
          }
          if (yes !== true && !(await agrees(io, `Delete ${safeText(purge)} for good? [y/N] `))) {
            note('Nothing was deleted.');
            return 1;
          }
          const freed = await client.call('quarantine.purge', { id: purge });
          if (json) return printJson(freed);
          print(`Freed ${formatBytes(freed.freedDiskBytes)}.\n`);
        },
        { mayPrune: true },
      ),
    );

  const restore = frame.program
    .command('restore')
    .description('puts back a folder from the quarantine, or loads an image from its backup')
    .argument('<id>', 'of the quarantine, or of the plan whose apply made the backup')
    .argument('[image]', 'id of the image, with a plan')
    .action((id: string, image: string | undefined) =>
      frame.run(
        restore,
        async ({ client, json, print, printJson }) => {
          if (image === undefined) {
            const entry = await client.call('quarantine.putBack', { id });
            return json ? printJson(entry) : print(`${safeText(entry.path)} is back.\n`);
          }
          const loaded = await client.call('backup.restore', { planId: id, imageId: image });
          return json ? printJson(loaded) : print(`${safeText(loaded.loaded)}\n`);
        },
        { mayPrune: true },
      ),
    );
};

function entriesTable(entries: readonly QuarantineEntry[], width: number): string {
  return table(
    [
      { title: 'Id', cell: (one) => one.id },
      { title: 'Disk', align: 'right', cell: (one) => formatBytes(one.diskBytes) },
      { title: 'Came from', shrinksTo: 20, cell: (one) => one.path },
    ],
    entries,
    width,
  );
}
