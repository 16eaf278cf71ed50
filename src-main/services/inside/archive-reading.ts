/** Reading all layers of an archive: their digests verified, their bytes known. Long; one at a time, results as they come. */
import type { ArchiveReading } from '../../contract/archive.ts';
import { StrataError } from '../../contract/errors.ts';
import type { ArchiveLayer } from '../../sources/archive/records.ts';
import type { Operations, Report } from '../operations.ts';
import type { ArchiveFile } from './archive-file.ts';

export interface Reader {
  /** Starts, or joins what runs. */
  start(): { readonly operationId: string };
  /** How far it is, for a report. */
  state(edition: number): ArchiveReading;
}

export function archiveReader(file: ArchiveFile, operations: Operations): Reader {
  let running: { readonly operationId: string } | null = null;
  let last: ArchiveReading & { readonly edition: number } = NOT_STARTED;
  return {
    start() {
      if (running !== null) return running;
      running = operations.start(async (signal, report) => {
        let edition = 0;
        try {
          const opened = await file.open();
          ({ edition } = opened);
          await readLayers(file, opened.layers(), signal, report);
          last = { state: 'done', problem: null, edition };
        } catch (thrown) {
          const { code, message } = StrataError.from(thrown);
          last = { state: 'stopped', problem: code === 'cancelled' ? null : message, edition };
          throw thrown;
        } finally {
          running = null;
          file.onLearnt(); // that it has ended
        }
      });
      return running;
    },
    state: (edition) => {
      if (running !== null) return { state: 'running', problem: null };
      const { state, problem } = last.edition === edition ? last : NOT_STARTED;
      return { state, problem };
    },
  };
}

const NOT_STARTED = { state: 'not-started', problem: null, edition: 0 } as const;

/** One after the other: two at once would only share the disk. @throws StrataError 'cancelled', and when a file can't be read */
export async function readLayers(
  file: ArchiveFile,
  layers: readonly ArchiveLayer[],
  signal: AbortSignal,
  report: Report = () => undefined,
): Promise<void> {
  const opened = await file.open();
  let [done, files, diskBytes] = [0, 0, 0];
  const tell = (): void =>
    report({ stage: 'Verifying layers', done, total: layers.length, files, diskBytes });
  for (const layer of layers) {
    tell();
    if (signal.aborted) throw new StrataError('cancelled', 'Cancelled');
    const facts = await opened.verify(layer, signal, (bytes) => {
      diskBytes += bytes;
      tell();
    });
    files += facts.files ?? 0;
    done += 1;
  }
}
