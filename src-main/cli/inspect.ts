/** `inspect IMAGE`: its layers in order, with the step that made each and who else stands on it. */
import { StrataError } from '../contract/errors.ts';
import type { ScanDocument, ScanImage } from '../contract/scan-document.ts';
import type { StackEntry } from '../contract/store.ts';
import { shortId } from '../model/ids.ts';
import { formatBytes } from '../support/bytes.ts';
import { safeText } from '../support/safe-text.ts';
import type { AddCommands } from './frame.ts';
import { table } from './table.ts';
import { wrap } from './text-width.ts';

export const addInspect: AddCommands = (frame) => {
  const command = frame.program
    .command('inspect')
    .description('one image: its layers in order')
    .argument('<image>', 'a tag, a digest or an id')
    .action((name: string) =>
      frame.run(command, async ({ client, json, print, printJson, width }) => {
        const image = findImage(await client.call('scan.document', null), name);
        const detail = await client.call('image.get', { imageId: image.id });
        if (json) return printJson({ ...image, os: detail.os, stack: detail.stack });
        const sizes = `${formatBytes(image.diskBytes)} on disk, ${formatBytes(image.uniqueDiskBytes)} of it unique`;
        print(wrap(safeText(`${image.tags.join(', ') || '<none>'} ${image.id}`), width));
        print(wrap(safeText(`${image.platform}, ${image.created ?? 'no date'}: ${sizes}`), width));
        print('\n');
        print(
          table<StackEntry>(
            [
              { title: 'ChainID', cell: ({ layer }) => (layer ? shortId(layer.chainId) : '(no layer)') },
              {
                title: 'Disk',
                align: 'right',
                cell: ({ layer }) => (layer ? formatBytes(layer.diskBytes) : ''),
              },
              {
                title: 'Files',
                align: 'right',
                cell: ({ layer }) => (layer ? String(layer.files ?? '?') : ''),
              },
              {
                title: 'Also in',
                align: 'right',
                cell: ({ layer }) => (layer ? String(layer.sharedWith.length) : ''),
              },
              { title: 'Step', shrinksTo: 20, cell: (entry) => entry.createdBy },
            ],
            detail.stack,
            width,
          ),
        );
      }),
    );
};

/** By tag, digest, whole id, or a beginning of the id that only one image has. */
export function findImage({ images }: ScanDocument, name: string): ScanImage {
  const tagged = name.includes(':') ? name : `${name}:latest`;
  const exact = images.find(
    ({ id, tags, digests }) =>
      id === name || tags.includes(name) || tags.includes(tagged) || digests.includes(name),
  );
  if (exact) return exact;
  const byPrefix = /^(?:sha256:)?[0-9a-f]{4,}$/.test(name)
    ? images.filter(({ id }) => id.startsWith(`sha256:${name.replace(/^sha256:/, '')}`))
    : [];
  if (byPrefix.length === 1 && byPrefix[0]) return byPrefix[0];
  const why = byPrefix.length > 1 ? `${byPrefix.length} images' ids begin so` : 'see: strata images';
  throw new StrataError('not-found', `There is no image ${name}: ${why}`);
}
