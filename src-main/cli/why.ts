/** `why THING`: what it is, and the shortest chain of users that keeps it. */
import { StrataError } from '../contract/errors.ts';
import { formatBytes } from '../support/bytes.ts';
import { safeText } from '../support/safe-text.ts';
import type { AddCommands } from './frame.ts';
import { wrap } from './text-width.ts';

export const addWhy: AddCommands = (frame) => {
  const command = frame.program
    .command('why')
    .description('what a thing is, and what keeps it')
    .argument(
      '<thing>',
      'an image, tag, digest, ChainID, DiffID, container, overlay2 folder, l/ name, or a path in the data root',
    )
    .action((thing: string) =>
      frame.run(command, async ({ client, json, print, printJson, width }) => {
        const answer = await client.call('why.get', { thing });
        if (json) printJson(answer);
        if (answer.kind === 'unknown') throw new StrataError('not-found', `${thing}: ${answer.what}`);
        if (json) return;
        print(wrap(safeText(answer.what), width));
        if (answer.diskBytes !== null) print(`On disk: ${formatBytes(answer.diskBytes)}\n`);
        answer.keptBy.forEach((link, depth) => {
          const line = `${link.kind} ${link.name}: ${link.because}`;
          print(
            wrap(
              safeText(depth === 0 ? `Kept by ${line}` : `which is kept by ${line}`),
              width,
              '  '.repeat(Math.min(depth + 1, 10)),
            ),
          );
        });
        print(wrap(safeText(answer.verdict), width));
      }),
    );
};
