/**
 * Everything a screen, the CLI or a script can ask for. JSON values only: HTTP must carry them too.
 * A new method touches four places, and the compiler names each: its area's file here, `check.ts`, a handler in
 * services, the caller.
 */
import type { ExtractApi } from './extract.ts';
import type { HistoryApi } from './history.ts';
import type { InsideApi } from './inside.ts';
import type { ReclaimApi } from './reclaim.ts';
import type { ScanDocument } from './scan-document.ts';
import type { StoreApi } from './store.ts';

export interface StrataApi extends StoreApi, ReclaimApi, InsideApi, ExtractApi, HistoryApi {}

export type Method = keyof StrataApi;
export type Params<M extends Method> = StrataApi[M]['params'];
export type Result<M extends Method> = StrataApi[M]['result'];

/** Leave one method out and this does not compile. */
export type Handlers = {
  readonly [M in Method]: (params: Params<M>, signal: AbortSignal) => Promise<Result<M>>;
};

/** What happens by itself. Sampled at 10 Hz at most; says that something changed, the view asks again. */
export type StrataEvent =
  | { readonly kind: 'connection-changed' }
  | { readonly kind: 'document-changed'; readonly takenAt: ScanDocument['takenAt'] }
  | { readonly kind: 'progress'; readonly operationId: string; readonly progress: OperationProgress }
  | {
      readonly kind: 'finished';
      readonly operationId: string;
      readonly outcome: 'done' | 'cancelled' | 'failed';
      readonly message: string | null;
    };

export interface OperationProgress {
  /** What is being done, for people: "Walking layers". */
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
  readonly files: number;
  /** Null when it is not measured. */
  readonly diskBytes: number | null;
}

/** A way to the handlers, the same over every transport. */
export interface Client {
  call<M extends Method>(method: M, params: Params<M>, signal?: AbortSignal): Promise<Result<M>>;
  /** Returns the way to stop listening. */
  onEvent(listener: (event: StrataEvent) => void): () => void;
}

/** The methods that remove, move or let more be removed: refused where the transport does not allow them. */
export const MUTATING_METHODS: ReadonlySet<Method> = new Set<Method>([
  'plan.apply',
  'pins.set',
  'quarantine.putBack',
  'quarantine.purge',
  'backup.restore',
]);
