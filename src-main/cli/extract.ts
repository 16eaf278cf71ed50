/** `-o FILE` and `--to DIR` of `files` and `diff`: one file or folder taken out, and what was taken said. */
import { Option } from 'commander';
import { StrataError } from '../contract/errors.ts';
import type { ExtractParams, LeftOut } from '../contract/extract.ts';
import type { ExtractOutcome, ExtractTarget } from '../services/inside/extract.ts';
import { formatBytes } from '../support/bytes.ts';
import { safeText } from '../support/safe-text.ts';
import { EXIT } from './exit.ts';
import type { Session } from './session.ts';

export interface ExtractOptions {
  readonly output?: string;
  readonly to?: string;
}

export const tarOption = (): Option =>
  new Option('-o, --output <file.tar>', 'take the path out, as a tar').conflicts('to');

export const folderOption = (): Option =>
  new Option('--to <dir>', 'take the path out, as files in a folder; nothing there is overwritten');

/** Null when nothing is to be taken out. */
export function extractTarget({ output, to }: ExtractOptions): ExtractTarget | null {
  if (output !== undefined) return { kind: 'tar', path: output };
  return to === undefined ? null : { kind: 'folder', path: to };
}

/** Exit code 1 when something could not be taken whole: what could be is there all the same. */
export async function extractTo(
  { services, note, json, printJson }: Session,
  params: ExtractParams,
  target: ExtractTarget,
): Promise<number> {
  if (!params.path.startsWith('/'))
    throw new StrataError('bad-request', `${params.path}: a path begins with /`);
  const outcome = await services.extract(params, target);
  if (json) printJson({ ...outcome, to: target.path });
  else note(safeText(`${countsOf(outcome)} → ${target.path}`));
  if (!json && outcome.leftOut.length > 0) note(`Left out: ${outcome.leftOut.map(leftOutWords).join(', ')}`);
  if (!json) for (const problem of outcome.problems) note(`Not whole: ${safeText(problem)}`);
  const more = outcome.problemCount - outcome.problems.length;
  if (!json && more > 0) note(`and ${more} more`);
  return outcome.problemCount > 0 ? EXIT.failed : EXIT.done;
}

function countsOf({ files, folders, links, bytes }: ExtractOutcome): string {
  const parts = [countOf(files, 'file'), countOf(folders, 'folder'), countOf(links, 'link')];
  return `${parts.filter((part) => part !== null).join(', ') || 'Nothing'}, ${formatBytes(bytes)}`;
}

function countOf(count: number, one: string): string | null {
  return count === 0 ? null : `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;
}

const LEFT_OUT: Readonly<Record<LeftOut['kind'], string>> = {
  device: 'device',
  fifo: 'fifo',
  socket: 'socket',
  deletion: 'mark of deletion',
  name: 'impossible name',
};

function leftOutWords({ kind, count }: LeftOut): string {
  return (countOf(count, LEFT_OUT[kind]) ?? '').replace('mark of deletions', 'marks of deletion');
}
