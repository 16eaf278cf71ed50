/** Where snapshots come from: an engine and its data root, the demo, a saved scan. */
import type { OperationProgress } from '../contract/api.ts';
import type { Connection } from '../contract/store.ts';
import type { StoreSnapshot } from '../model/store.ts';
import type { Engine } from '../sources/engine/index.ts';

/** What a source knows of the connection; the rest is the services' own. */
export type SourceState = Omit<Connection, 'mayPrune' | 'version'>;

export interface TakeOptions {
  readonly signal: AbortSignal;
  readonly report: (progress: OperationProgress) => void;
  /** Walks even what the memory knows. */
  readonly verify: boolean;
  /** False: where we measure ourselves, Docker's own sizes are not asked for. They are an extra that nothing is planned with. */
  readonly figures: boolean;
  /** There is more to know than at the last call; `make` joins it, which may take a second for a giant store. */
  readonly onPartial?: ((make: () => StoreSnapshot) => void) | undefined;
  /** All is measured; only Docker's own sizes are still waited for. */
  readonly onMeasured?: ((snapshot: StoreSnapshot) => void) | undefined;
}

export interface StoreSource {
  /** Looks for the engine the first time; never throws for "no engine", that is a state. */
  state(): Promise<SourceState>;
  /** Looks again. */
  retry(): Promise<SourceState>;
  /** One whole account. Throws `no-engine`, `no-permission`, `cancelled` and what the readers throw. */
  take(options: TakeOptions): Promise<StoreSnapshot>;
  /** For what only a live engine can do; null while there is none and for demo and file. */
  engine(): Engine | null;
  close(): void;
}

export const NO_SCAN_PROGRESS: OperationProgress = {
  stage: 'Reading',
  done: 0,
  total: null,
  files: 0,
  diskBytes: 0,
};
