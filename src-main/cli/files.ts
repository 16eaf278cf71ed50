/** `files IMAGE [PATH]`: the file tree, with what each layer added, modified and removed. */
import { Option } from 'commander';
import { StrataError } from '../contract/errors.ts';
import type { TreeEntry } from '../contract/inside.ts';
import { formatBytes } from '../support/bytes.ts';
import { extractTarget, extractTo, folderOption, tarOption, type ExtractOptions } from './extract.ts';
import type { AddCommands } from './frame.ts';
import { table, type Column } from './table.ts';

interface FilesOptions extends ExtractOptions {
  readonly layer?: string;
  readonly all?: boolean;
  readonly find?: string;
}

export const addFiles: AddCommands = (frame) => {
  const command = frame.program
    .command('files')
    .description('the file tree of an image, or what one layer did to it')
    .argument('<image>', 'a tag, a digest, an id; or the ChainID of one layer')
    .argument('[path]', 'a folder in it', '/')
    .option('--layer <n>', 'what layer N (base = 0) added, modified and removed; a ChainID says the same')
    .option('--all', 'of a layer: the whole tree up to it')
    .addOption(
      new Option('--find <glob>', 'every path that fits, biggest first: *.log, /var/**').conflicts([
        'output',
        'to',
      ]),
    )
    .addOption(tarOption())
    .addOption(folderOption())
    .action((image: string, path: string, options: FilesOptions) =>
      frame.run(command, async (session) => {
        const { client, json, print, printJson, note, width } = session;
        const layer = layerOf(options.layer);
        const view = options.all === true ? 'stacked' : layer === null ? 'auto' : 'own';
        const target = extractTarget(options);
        if (target !== null) return extractTo(session, { image, container: null, layer, view, path }, target);
        const listing =
          options.find === undefined
            ? await client.call('inside.list', { image, layer, view, path })
            : await client.call('inside.find', { image, layer, view, glob: options.find });
        if (json) return printJson(listing);
        const name: Column<TreeEntry> = {
          title: options.find === undefined ? listing.path : 'Path',
          shrinksTo: 20,
          cell: (entry) => shownName(entry, options.find !== undefined),
        };
        print(table([...COLUMNS, name], listing.entries, width));
        if (listing.truncated) note('Only the first 5,000 are listed: name a folder or a narrower glob.');
        if (listing.problem !== null) note(listing.problem);
      }),
    );
};

const MARKS = { unchanged: ' ', A: 'A', M: 'M', D: 'D' } as const;

const COLUMNS: readonly Column<TreeEntry>[] = [
  { title: ' ', cell: ({ change }) => MARKS[change] },
  { title: 'Mode', cell: ({ mode }) => mode.toString(8).padStart(4, '0') },
  { title: 'Size', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
  { title: 'Files', align: 'right', cell: ({ files }) => String(files) },
  { title: 'Layer', align: 'right', cell: ({ layer }) => String(layer) },
];

function shownName({ name, path, type, linkTarget }: TreeEntry, whole: boolean): string {
  const shown = whole ? path : name;
  if (type === 'folder') return `${shown}/`;
  return linkTarget === null ? shown : `${shown} -> ${linkTarget}`;
}

export function layerOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^\d{1,4}$/.test(text))
    throw new StrataError('bad-request', `--layer ${text}: a number from 0 (the base)`);
  return Number(text);
}
