import type { Connection } from '../../src-main/contract/store.ts';
import type { StrataError } from '../../src-main/contract/errors.ts';
import type { ScanPartial } from '../../src-main/contract/scan-document.ts';
import { formatCount } from './bytes.ts';
import { safeText } from './safe-text.ts';

/** One line over all screens when what they show is not the whole truth: what, why, what to do. */
export interface Banner {
  readonly tone: 'info' | 'warning';
  readonly title: string;
  readonly text: string;
  readonly command: string | null;
  readonly retry: boolean;
  readonly doctor: boolean;
  /** Offers to go on measuring. */
  readonly measure?: boolean;
}

export interface Standing {
  readonly connection: Connection | null;
  readonly linked: boolean;
  readonly problem: StrataError | null;
  /** Of the document on screen, while it is not all measured. */
  readonly partial: ScanPartial | null;
  /** A scan runs. */
  readonly scanning: boolean;
  /** Of the document on screen, for people; null when there is none. */
  readonly takenAt: string | null;
}

/** The most important one first; null when all is well. */
export function bannerOf({
  connection,
  linked,
  problem,
  takenAt,
  partial,
  scanning,
}: Standing): Banner | null {
  const since = takenAt === null ? '' : ` Shown is the scan of ${takenAt}.`;
  if (!linked) {
    return warning('Strata’s server is gone.', `Trying to reach it again.${since}`);
  }
  if (connection?.state === 'lost') {
    return {
      ...warning(
        'The engine stopped answering.',
        `Looking for it again. Nothing can be removed meanwhile.${since}`,
      ),
      retry: true,
      doctor: true,
    };
  }
  if (connection?.state === 'demo') {
    const tried = connection.tried.length > 0;
    return {
      tone: 'info',
      title: 'This is the demo store, not your disk.',
      text: tried
        ? 'No engine answered; the doctor lists what was tried.'
        : 'Nothing here touches an engine.',
      command: null,
      retry: tried,
      doctor: tried,
    };
  }
  if (connection?.state === 'file') {
    const when = takenAt === null ? '' : ` taken ${takenAt}`;
    return {
      tone: 'info',
      title: 'Read-only:',
      text: `a saved scan of ${safeText(connection.endpoint)}${when}.`,
      command: null,
      retry: false,
      doctor: false,
    };
  }
  if (connection?.state === 'archive') {
    return {
      tone: 'info',
      title: 'Read-only:',
      text: `archive ${safeText(connection.endpoint)}.`,
      command: null,
      retry: false,
      doctor: false,
    };
  }
  if (problem && takenAt !== null && problem.code !== 'cancelled') {
    return {
      ...warning('That did not work.', `${safeText(problem.message)}${since}`),
      retry: true,
      doctor: true,
    };
  }
  if (partial) return partialBanner(partial, scanning);
  if (connection?.limits.length) {
    return { ...warning('Some views are limited.', connection.limits.map(safeText).join(' ')), doctor: true };
  }
  if (connection?.accessWhy) {
    return {
      ...warning('The files of the data root are not read.', safeText(connection.accessWhy)),
      command: connection.access === 'api' ? 'sudo strata scan -o host.strata' : null,
      doctor: true,
    };
  }
  return null;
}

/** While it runs the words stay the same: they are read out, and how far it is stands beside the numbers. */
function partialBanner({ measured, total, of }: ScanPartial, scanning: boolean): Banner {
  const text =
    'Sizes with ≥ are what is there for certain. Pictures show the sizes Docker notes of its layers.';
  const banner = { tone: 'info', command: null, retry: false, doctor: false } as const;
  if (scanning) return { ...banner, title: 'Still measuring.', text };
  const far = `${formatCount(measured)} of ${formatCount(total)} ${of}.`;
  return { ...banner, title: 'Only partly measured:', text: `${far} ${text}`, measure: true };
}

function warning(title: string, text: string): Banner {
  return { tone: 'warning', title, text, command: null, retry: false, doctor: false };
}
