/** `inspect IMAGE`: its layers in order, with the step that made each, who else stands on it and what it wastes. */
import type { Client } from '../contract/api.ts';
import { StrataError } from '../contract/errors.ts';
import type { WasteReport, WastedPath } from '../contract/inside.ts';
import { imageNamed } from '../contract/image-named.ts';
import type { StackEntry } from '../contract/store.ts';
import { shortId } from '../model/ids.ts';
import { formatBytes } from '../support/bytes.ts';
import { safeText } from '../support/safe-text.ts';
import type { AddCommands } from './frame.ts';
import { inspectArchive } from './inspect-archive.ts';
import type { Session } from './session.ts';
import { globalsOf } from './session.ts';
import { table } from './table.ts';
import { wrap } from './text-width.ts';
import { printWaste } from './waste-page.ts';

/** Of one layer, in `--json`; `waste.paths` has all of them. */
const PATHS_OF_A_LAYER = 20;

export const addInspect: AddCommands = (frame) => {
  const command = frame.program
    .command('inspect')
    .description('one image: its layers in order, and what they waste')
    .argument('[image]', 'a tag, a digest or an id; with --archive none means all')
    .action((name: string | undefined) =>
      frame.run(command, async (session) => {
        if (globalsOf(command).archive !== undefined) return inspectArchive(session, name ?? null);
        if (name === undefined)
          throw new StrataError('bad-request', 'inspect needs an image: a tag or an id');
        return inspectImage(session, name);
      }),
    );
};

async function inspectImage(session: Session, name: string): Promise<void> {
  const { client, json, print, printJson, note, width } = session;
  const image = imageNamed((await client.call('scan.document', null)).images, name);
  if (typeof image === 'string') throw new StrataError('not-found', image);
  const detail = await client.call('image.get', { imageId: image.id });
  const { waste, why } = await wasteOf(client, image.id);
  const stack = withWaste(detail.stack, waste);
  if (json) {
    return printJson({ ...image, os: detail.os, stack, waste, wasteProblem: why });
  }
  const sizes = `${formatBytes(image.diskBytes)} on disk, ${formatBytes(image.uniqueDiskBytes)} of it unique`;
  print(wrap(safeText(`${image.tags.join(', ') || '<none>'} ${image.id}`), width));
  print(wrap(safeText(`${image.platform}, ${image.created ?? 'no date'}: ${sizes}`), width));
  print('\n');
  print(
    table(
      [
        { title: 'ChainID', cell: ({ layer }) => (layer ? shortId(layer.chainId) : '(no layer)') },
        { title: 'Folder', cell: ({ layer }) => (layer ? (layer.cacheId ?? '?').slice(0, 8) : '') },
        { title: 'Disk', align: 'right', cell: ({ layer }) => (layer ? formatBytes(layer.diskBytes) : '') },
        {
          title: 'Wasted',
          align: 'right',
          cell: ({ layer }) => (layer ? formatBytes(layer.wastedBytes) : ''),
        },
        { title: 'Files', align: 'right', cell: ({ layer }) => (layer ? String(layer.files ?? '?') : '') },
        {
          title: 'Also',
          align: 'right',
          cell: ({ layer }) => (layer ? String(layer.sharedWith.length) : ''),
        },
        { title: 'Step', shrinksTo: 14, cell: (entry) => entry.createdBy },
      ],
      stack,
      width,
    ),
  );
  if (waste !== null) printWaste(session, waste);
  else if (why !== null) note(safeText(`Waste is not known: ${why}`));
}

/** Null with the reason where there are no files to look into; anything else that goes wrong is the command's error. */
async function wasteOf(
  client: Client,
  image: string,
): Promise<{ waste: WasteReport | null; why: string | null }> {
  try {
    return { waste: await client.call('inside.waste', { image }), why: null };
  } catch (thrown) {
    const { code, message } = StrataError.from(thrown);
    if (code !== 'unsupported' && code !== 'no-permission') throw thrown;
    return { waste: null, why: message };
  }
}

type WastingEntry = Omit<StackEntry, 'layer'> & {
  readonly layer:
    | (NonNullable<StackEntry['layer']> & {
        readonly wastedBytes: number | null;
        readonly wastedPaths: readonly Pick<WastedPath, 'path' | 'reason' | 'wastedBytes' | 'hiddenBy'>[];
      })
    | null;
};

/** Layers are counted from the base, as the report counts them; empty steps have none. */
function withWaste(stack: readonly StackEntry[], waste: WasteReport | null): WastingEntry[] {
  let index = -1;
  return stack.map((entry) => {
    if (entry.layer === null) return { ...entry, layer: null };
    index += 1;
    const wastedBytes = waste?.layers[index]?.wastedBytes ?? null;
    return { ...entry, layer: { ...entry.layer, wastedBytes, wastedPaths: pathsOf(waste, index) } };
  });
}

/** What of this layer no later one shows, by path, biggest first. */
function pathsOf(waste: WasteReport | null, layer: number) {
  const all = (waste?.paths ?? []).flatMap(({ path, reason, hiddenBy, copies }) => {
    const own = copies.find((copy) => copy.layer === layer);
    return own === undefined ? [] : [{ path, reason, wastedBytes: own.bytes, hiddenBy }];
  });
  return all.sort((a, b) => b.wastedBytes - a.wastedBytes).slice(0, PATHS_OF_A_LAYER);
}
