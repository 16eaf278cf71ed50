import type { ExtractParams, ExtractTicket, LeftOut } from '../../src-main/contract/extract.ts';
import type { EntryType } from '../../src-main/contract/inside.ts';
import { shortId } from '../../src-main/model/ids.ts';
import { countOf } from './bytes.ts';
import { posixQuote } from './docker-command.ts';
import { baseName } from './paths.ts';
import { safeText } from './safe-text.ts';

/** What may be taken out, as the lists have it. */
export interface Takeable {
  readonly path: string;
  readonly type: EntryType;
  readonly bytes: number | null;
  /** Null for a folder that only leads to a change. */
  readonly change: 'A' | 'M' | 'C' | 'D' | 'unchanged' | null;
}

/** Why it can't be taken out; null when it can. */
export function whyNotTaken({ type, change }: Pick<Takeable, 'type' | 'change'>): string | null {
  if (change === 'D') return 'It is deleted here: take it from the layer that holds it.';
  if (type === 'device' || type === 'fifo' || type === 'socket') return `A ${type} is never taken out.`;
  return null;
}

/** On the button: a file is saved as it is, everything else as a tar. */
export function saveWords(
  { type, bytes }: Pick<Takeable, 'type' | 'bytes'>,
  inUnits: (bytes: number) => string,
): string {
  const what = type === 'file' || type === 'hardlink' ? 'Save' : 'Save as .tar';
  return bytes === null || type === 'symlink' ? what : `${what} · ${inUnits(bytes)}`;
}

/** A name for the download: what no file system or browser trips over. */
export function saveName({ name, format }: Pick<ExtractTicket, 'name' | 'format'>): string {
  const plain = safeText(name)
    .replaceAll(/[\\/:*?"<>|]/g, '_')
    .replace(/^[.\s]+/, '')
    .slice(0, 120);
  return `${plain || 'files'}${format === 'tar' ? '.tar' : ''}`;
}

/** `Left out: 3 devices, 1 fifo.`; empty when nothing was. */
export function leftOutWords(leftOut: readonly LeftOut[]): string {
  if (leftOut.length === 0) return '';
  return `Left out: ${leftOut.map(({ kind, count }) => countOf(count, ...LEFT_OUT[kind])).join(', ')}.`;
}

const LEFT_OUT: Readonly<Record<LeftOut['kind'], [one: string, many: string]>> = {
  device: ['device', 'devices'],
  fifo: ['fifo', 'fifos'],
  socket: ['socket', 'sockets'],
  deletion: ['mark of deletion', 'marks of deletion'],
  name: ['impossible name', 'impossible names'],
};

/** The same in a terminal; null when the path can't be typed there. */
export function extractCommand({ image, container, layer, view, path }: ExtractParams): string | null {
  const file = posixQuote(saveName({ name: baseName(path), format: 'tar' }));
  const quoted = path.isWellFormed() ? posixQuote(path) : null;
  if (quoted === null || file === null) return null;
  if (container !== null) return `strata diff ${shortId(container)} ${quoted} -o ${file}`;
  const at = layer === null ? '' : ` --layer ${layer}${view === 'stacked' ? ' --all' : ''}`;
  return `strata files ${shortId(image ?? '')} ${quoted}${at} -o ${file}`;
}
