/** The account in memory: taken once at a time, kept until the next is complete. */
import type { StoreSnapshot } from '../model/store.ts';
import type { Emit, Operation, Operations } from './operations.ts';
import type { StoreSource } from './store-source.ts';

export interface Scans {
  /** The last complete one. */
  latest(): StoreSnapshot | null;
  /** The last complete one; starts or joins a scan when there is none. */
  current(): Promise<StoreSnapshot>;
  /** Starts a scan, or joins the one that runs. */
  start(options?: { readonly verify?: boolean }): Operation<StoreSnapshot>;
  /** Scans again in the background when there is an account to renew and the last one was quick. */
  refresh(): void;
  /**
   * One that began after this call: what runs now may have missed the latest change. It is for plans: without Docker's
   * own sizes, and never shown as the account.
   */
  fresh(): Promise<StoreSnapshot>;
}

/** A store that takes longer is scanned again only when somebody asks. */
const QUICK_MS = 15_000;

export function createScans(source: StoreSource, operations: Operations, emit: Emit): Scans {
  let latest: StoreSnapshot | null = null;
  let tookMs = 0;
  let running: Operation<StoreSnapshot> | null = null;
  let quick: Operation<StoreSnapshot> | null = null;
  let nextFresh: Promise<StoreSnapshot> | null = null;

  const start = ({ verify = false }: { readonly verify?: boolean } = {}): Operation<StoreSnapshot> => {
    if (running) return running;
    const operation = operations.start(async (signal, report) => {
      const startedAt = performance.now();
      try {
        const snapshot = await source.take({ signal, report, verify, figures: true });
        latest = snapshot;
        tookMs = performance.now() - startedAt;
        emit({ kind: 'document-changed', takenAt: new Date(snapshot.takenAtMs).toISOString() });
        return snapshot;
      } finally {
        running = null;
      }
    });
    running = operation;
    return operation;
  };

  /** All who ask before it begins get the same one. */
  const takeFresh = async (): Promise<StoreSnapshot> => {
    await Promise.allSettled([running?.result, quick?.result]); // their own listeners hear of their failures
    nextFresh = null;
    const options = { verify: false, figures: false };
    quick = operations.start((signal, report) => source.take({ signal, report, ...options }));
    return quick.result;
  };

  return {
    latest: () => latest,
    current: async () => latest ?? start().result,
    start,
    refresh() {
      if (latest !== null && tookMs <= QUICK_MS) start();
    },
    fresh() {
      nextFresh ??= takeFresh();
      return nextFresh;
    },
  };
}
