/** `images`, `layers`, `containers`, `volumes`, `cache`, `orphans`: one part of the account each. */
import { InvalidArgumentError } from 'commander';
import { StrataError } from '../contract/errors.ts';
import type { AddCommands, Frame } from './frame.ts';
import { table } from './table.ts';
import { PARTS, type Part } from './table-parts.ts';

export const addTables: AddCommands = (frame) => {
  for (const part of PARTS) addPart(frame, part);
};

function addPart<T>(frame: Frame, part: Part<T>): void {
  const sorts = Object.keys(part.sorts).join(', ');
  const command = frame.program
    .command(part.name)
    .description(part.description)
    .option('--sort <key>', `${sorts}; the first is the default`)
    .option('--limit <n>', 'only the first n', parseLimit)
    .action((options: { sort?: string; limit?: number }) =>
      frame.run(command, async ({ client, json, print, printJson, note, width }) => {
        const compare = comparison(part, options.sort);
        const document = await client.call('scan.document', null);
        const all = part.rows(document).toSorted(compare);
        const rows = all.slice(0, options.limit);
        if (json) return printJson(rows);
        if (all.length === 0) return note(part.none);
        print(table(part.columns(document), rows, width));
        if (rows.length < all.length) note(`${all.length - rows.length} more`);
      }),
    );
}

function comparison<T>(part: Part<T>, sort: string | undefined): (a: T, b: T) => number {
  const key = sort ?? Object.keys(part.sorts)[0] ?? '';
  if (!Object.hasOwn(part.sorts, key)) {
    throw new StrataError('bad-request', `--sort ${key}: use one of ${Object.keys(part.sorts).join(', ')}`);
  }
  return part.sorts[key] ?? (() => 0);
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new InvalidArgumentError('a whole number from 1.');
  return limit;
}
