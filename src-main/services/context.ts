/** What the services of every area stand on. */
import type { HistoryStore } from '../history/index.ts';
import type { Emit, Operations } from './operations.ts';
import type { Scans } from './scans.ts';
import type { StoreSource } from './store-source.ts';

export interface ServiceContext {
  readonly kind: 'engine' | 'demo' | 'file' | 'archive';
  readonly source: StoreSource;
  readonly scans: Scans;
  readonly operations: Operations;
  readonly emit: Emit;
  readonly stateDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether this program lets anything be removed at all. */
  readonly mayPrune: boolean;
  /** Strata's own memory, opened at the first call; one that can't be used says so in `problem`. */
  history(): Promise<HistoryStore>;
}

/** What stands in place of a live store, in a sentence. */
export const SOURCE_WORDS = {
  demo: 'the demo store',
  file: 'a saved scan',
  archive: 'an image archive',
} as const satisfies Partial<Record<ServiceContext['kind'], string>>;
