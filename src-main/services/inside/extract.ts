/** Taking files out: in parts for a page (`contract/extract.ts`), and straight to a place on this machine for the CLI. */
import type { Handlers, OperationProgress } from '../../contract/api.ts';
import { StrataError } from '../../contract/errors.ts';
import type { ExtractApi, ExtractParams, LeftOut } from '../../contract/extract.ts';
import { fileOf } from '../../sources/extract/file-of.ts';
import { Tally } from '../../sources/extract/records.ts';
import { tarOf } from '../../sources/extract/tar-of.ts';
import { writeFolder } from '../../sources/extract/write-folder.ts';
import { writeTar } from '../../sources/extract/write-tar.ts';
import type { ServiceContext } from '../context.ts';
import { sudoCaller } from '../saved-scan.ts';
import { extractTickets } from './extract-tickets.ts';
import type { ImageTrees } from './image-trees.ts';
import type { StackOf } from './stacks.ts';
import { takeSource } from './take-source.ts';
import { takeOut } from './taken.ts';

/** A tar in a file, or files in a folder. */
export interface ExtractTarget {
  readonly kind: 'tar' | 'folder';
  readonly path: string;
}

export interface ExtractOutcome {
  readonly files: number;
  readonly folders: number;
  /** Symbolic links, and further names of files. */
  readonly links: number;
  readonly bytes: number;
  readonly leftOut: readonly LeftOut[];
  /** What could not be taken whole; the first ones. */
  readonly problems: readonly string[];
  readonly problemCount: number;
}

export interface Extractions {
  readonly handlers: Pick<Handlers, keyof ExtractApi>;
  /** An operation: progress by event, ended by `cancel`. Throws when the place can't be written. */
  extract(params: ExtractParams, target: ExtractTarget): Promise<ExtractOutcome>;
  close(): Promise<void>;
}

const PROGRESS_EVERY_MS = 200;

export function createExtractions(around: {
  readonly context: ServiceContext;
  readonly trees: ImageTrees;
  readonly stackOf: StackOf;
}): Extractions {
  const tickets = extractTickets();
  const { operations, env } = around.context;
  return {
    handlers: {
      async 'inside.extract'(params, signal) {
        const taken = takeOut(await takeSource(around, params, signal), params.path);
        const tally = new Tally();
        const { name, single, bytes, counts, leftOut } = taken;
        const ticket = tickets.add(single ? fileOf(taken, tally) : tarOf(taken, tally), tally);
        return { ticket, name, format: single ? 'file' : 'tar', bytes, ...counts, leftOut };
      },
      'inside.extractPart': ({ ticket }) => tickets.part(ticket),
      async 'inside.extractCancel'({ ticket }) {
        await tickets.release(ticket);
        return null;
      },
    },
    async extract(params, target) {
      const tally = new Tally();
      const { result } = operations.start(async (signal, report) => {
        const timer = setInterval(() => report(progressOf(tally)), PROGRESS_EVERY_MS);
        try {
          const taken = takeOut(await takeSource(around, params, signal), params.path);
          if (target.kind === 'tar')
            await writeTar(target.path, until(signal, tarOf(taken, tally)), sudoCaller(env));
          else await writeFolder(target.path, taken, { tally, signal, keepOwners: process.getuid?.() === 0 });
          return taken.leftOut;
        } finally {
          clearInterval(timer);
        }
      });
      try {
        const leftOut = await result;
        const { files, folders, links, bytes, problems, problemCount } = tally;
        return { files, folders, links, bytes, problems, problemCount, leftOut };
      } catch (thrown) {
        const { code, message } = StrataError.from(thrown);
        if (target.kind === 'tar' || tally.files + tally.links === 0) throw thrown;
        const written = `${tally.files} files and ${tally.links} links were written to ${target.path} before`;
        throw new StrataError(code, `${message}; ${written}`, { cause: thrown });
      }
    },
    close: () => tickets.close(),
  };
}

async function* until(signal: AbortSignal, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    if (signal.aborted) throw new StrataError('cancelled', 'Cancelled');
    yield chunk;
  }
}

function progressOf({ files, bytes }: Tally): OperationProgress {
  return { stage: 'Extracting', done: 0, total: null, files, diskBytes: bytes };
}
