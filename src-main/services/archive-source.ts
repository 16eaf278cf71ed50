/** The source for an image archive: its images are all there is; what runs, and what lies on a disk, nobody knows. */
import { archiveSnapshot } from './archive-snapshot.ts';
import type { ArchiveFile } from './inside/archive-file.ts';
import { readLayers } from './inside/archive-reading.ts';
import type { SourceState, StoreSource } from './store-source.ts';

export interface ArchiveSourceOptions {
  readonly file: ArchiveFile;
  /** Reads all layers before it answers: for programs that answer once. Else sizes come as layers are read. */
  readonly measures: boolean;
  readonly onConnectionChanged: () => void;
  readonly onStoreChanged: () => void;
}

/** Small layers are read in no time: the page asks again for some of them together. */
const TELL_EVERY_MS = 250;
const NO_DATA_ROOT =
  'An archive has no data root: sizes are those of the files in a layer, known when the layer was read.';

export function archiveSource(options: ArchiveSourceOptions): StoreSource {
  const { file, measures, onConnectionChanged, onStoreChanged } = options;
  let timer: NodeJS.Timeout | null = null;
  if (!measures) {
    file.onLearnt = () => {
      timer ??= setTimeout(() => {
        timer = null;
        onStoreChanged();
      }, TELL_EVERY_MS).unref();
    };
  }
  const state = (): Promise<SourceState> =>
    Promise.resolve({
      state: 'archive',
      endpoint: file.path,
      tried: [],
      access: 'archive',
      accessWhy: NO_DATA_ROOT,
      limits: [],
      dataRoot: null,
      disk: null,
      takenAt: null,
    });
  return {
    state,
    async retry() {
      await file.openAgain().catch(() => undefined); // whoever asks for what is in it is told why
      onConnectionChanged();
      onStoreChanged();
      return state();
    },
    async take({ signal, report }) {
      const opened = await file.open();
      if (measures) await readLayers(file, opened.layers(), signal, report);
      return archiveSnapshot(opened, Date.now());
    },
    engine: () => null,
    close: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
