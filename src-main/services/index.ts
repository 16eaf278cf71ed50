/** The services of one program: one options object in, everything a front end may ask out. */
import { StrataError } from '../contract/errors.ts';
import type { Handlers, StrataEvent } from '../contract/api.ts';
import type { ExtractParams } from '../contract/extract.ts';
import { openHistoryOrNone, type HistoryStore } from '../history/index.ts';
import type { ServiceContext } from './context.ts';
import { archiveSource } from './archive-source.ts';
import { engineSource } from './engine-source.ts';
import { demoSource, fileSource } from './fixed-source.ts';
import { historyHandlers } from './history-queries.ts';
import { ArchiveFile } from './inside/archive-file.ts';
import { archiveImages } from './inside/archive-images.ts';
import { archiveReader } from './inside/archive-reading.ts';
import type { ExtractOutcome, ExtractTarget } from './inside/extract.ts';
import { createInside } from './inside/index.ts';
import { createOperations } from './operations.ts';
import { rememberUse } from './remember.ts';
import { reclaimHandlers } from './reclaim.ts';
import { writeSavedScan } from './saved-scan.ts';
import { createScans } from './scans.ts';
import { stateDirOf } from './state-dir.ts';
import { storeHandlers } from './store-queries.ts';
import type { StoreSource } from './store-source.ts';
import { documentOf } from './views.ts';

export type SourceOptions =
  | {
      readonly kind: 'engine';
      readonly host?: string;
      readonly context?: string;
      /** Default: what the engine says. */
      readonly dataRoot?: string;
      /** The demo store is shown while no engine answers. */
      readonly demoIfNone?: boolean;
    }
  | { readonly kind: 'demo' }
  | { readonly kind: 'file'; readonly path: string }
  /** A docker save tar or an OCI layout. */
  | { readonly kind: 'archive'; readonly path: string };

export interface ServicesOptions {
  readonly source: SourceOptions;
  /** Default: STRATA_HOME, else the platform's state folder. */
  readonly stateDir?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether this program lets anything be removed. */
  readonly mayPrune: boolean;
  /** Listens to the engine and scans again when the store changed: for programs that live long. */
  readonly watch?: boolean;
}

export interface Services {
  readonly handlers: Handlers;
  onEvent(listener: (event: StrataEvent) => void): () => void;
  /** The last account (a new one when there is none) into a file for `--from`. */
  saveScan(path: string): Promise<void>;
  /** One path of an image, a layer or a container's writable layer to a place on this machine. */
  extract(params: ExtractParams, target: ExtractTarget): Promise<ExtractOutcome>;
  /** Cancels what runs; what it did can still be asked for. */
  cancel(): void;
  /** Ends what runs, in order. */
  close(): Promise<void>;
}

/** Opens nothing yet: engine, files and history are looked for at the first call that needs them. */
export function createServices(options: ServicesOptions): Services {
  const listeners = new Set<(event: StrataEvent) => void>();
  const emit = (event: StrataEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const stateDir = stateDirOf(options.stateDir, options.env);
  let opened: Promise<HistoryStore> | null = null;
  const history = (): Promise<HistoryStore> => (opened ??= openHistoryOrNone(stateDir));

  const operations = createOperations(emit);
  const { source, archive } = openSource(options, {
    history,
    onConnectionChanged: () => emit({ kind: 'connection-changed' }),
    onStoreChanged: () => scans.refresh(),
    onImageUsed: (image, atMs) => void noteUse(image, atMs),
  });
  const scans = createScans(source, operations, emit);
  /** A help only: a use that can't be kept is seen again by the next scan, or not known. */
  const noteUse = async (image: string, atMs: number): Promise<void> => {
    const latest = scans.latest();
    if (latest) await rememberUse(await history(), latest, { image, atMs }).catch(() => undefined);
  };
  const trees = archive && archiveImages(archive, archiveReader(archive, operations));
  const context: ServiceContext = {
    kind: options.source.kind,
    source,
    scans,
    operations,
    emit,
    stateDir,
    env: options.env,
    mayPrune: options.mayPrune,
    history,
  };
  const inside = createInside(context, trees);
  return {
    handlers: {
      ...storeHandlers(context),
      ...reclaimHandlers(context),
      ...inside.handlers,
      ...historyHandlers(context),
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async saveScan(path) {
      if (options.source.kind === 'demo') {
        throw new StrataError('unsupported', 'The demo store is not saved: it is always there with --demo');
      }
      const snapshot = await scans.current();
      await writeSavedScan(path, { document: documentOf(snapshot), snapshot }, options.env);
    },
    extract: inside.extract,
    cancel() {
      source.close();
      void operations.close();
    },
    async close() {
      source.close();
      await operations.close();
      await inside.close();
      await archive?.close();
      await (await opened)?.close();
      listeners.clear();
    },
  };
}

interface SourceNeeds {
  readonly history: () => Promise<HistoryStore>;
  readonly onConnectionChanged: () => void;
  readonly onStoreChanged: () => void;
  readonly onImageUsed: (image: string, atMs: number) => void;
}

interface Opened {
  readonly source: StoreSource;
  /** What is looked into instead of a data root. */
  readonly archive: ArchiveFile | null;
}

function openSource({ source, env, watch = false }: ServicesOptions, needs: SourceNeeds): Opened {
  switch (source.kind) {
    case 'demo':
      return { source: demoSource(), archive: null };
    case 'file':
      return { source: fileSource(source.path), archive: null };
    case 'archive': {
      const archive = new ArchiveFile(source.path);
      // A program that lives long shows what is there at once; one that answers once reads first.
      return { source: archiveSource({ file: archive, measures: !watch, ...needs }), archive };
    }
    case 'engine': {
      const { host, context, dataRoot, demoIfNone } = source;
      const demo = demoIfNone ? demoSource() : null;
      return { source: engineSource({ host, context, dataRoot, demo, env, watch, ...needs }), archive: null };
    }
    default:
      return source satisfies never;
  }
}
