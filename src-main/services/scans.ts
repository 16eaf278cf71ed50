/** The account in memory: taken once at a time, kept until the next is complete; the first one also while it is taken. */
import type { StoreSnapshot } from '../model/store.ts';
import type { Emit, Operation, Operations } from './operations.ts';
import { PartialAccount } from './partial-account.ts';
import type { StoreSource } from './store-source.ts';

export interface Scans {
  /** The last complete one. */
  latest(): StoreSnapshot | null;
  /** The last complete one, with Docker's own sizes; starts or joins a scan when there is none. */
  current(): Promise<StoreSnapshot>;
  /**
   * The last complete one, maybe without Docker's own sizes yet; without one what is measured so far, which says that it
   * is partial. Starts a scan when there is nothing.
   */
  soFar(): Promise<StoreSnapshot>;
  /** The one on screen, for a question about one thing in it; where there is none, as `current`. */
  shown(): Promise<StoreSnapshot>;
  /** Starts a scan, or joins the one that runs. */
  start(options?: { readonly verify?: boolean }): Operation<StoreSnapshot>;
  /** Scans again in the background when there is an account to renew and the last one was quick. */
  refresh(): void;
  /**
   * One that began after this call: what runs now may have missed the latest change. It is for plans: never partial,
   * without Docker's own sizes, and never shown as the account.
   */
  fresh(): Promise<StoreSnapshot>;
}

/** A store that takes longer is scanned again only when somebody asks. */
const QUICK_MS = 15_000;

export function createScans(source: StoreSource, operations: Operations, emit: Emit): Scans {
  let latest: StoreSnapshot | null = null;
  let hasFigures = false;
  let tookMs = 0;
  let running: Operation<StoreSnapshot> | null = null;
  let quick: Operation<StoreSnapshot> | null = null;
  let nextFresh: Promise<StoreSnapshot> | null = null;

  const tell = ({ takenAtMs }: StoreSnapshot): void =>
    emit({ kind: 'document-changed', takenAt: new Date(takenAtMs).toISOString() });
  const partial = new PartialAccount(tell);

  const complete = (snapshot: StoreSnapshot, figures: boolean): void => {
    latest = snapshot;
    hasFigures = figures;
    partial.replace(snapshot);
    tell(snapshot);
  };

  const start = ({ verify = false }: { readonly verify?: boolean } = {}): Operation<StoreSnapshot> => {
    if (running) return running;
    const operation = operations.start(async (signal, report) => {
      const startedAt = performance.now();
      let measuredMs: number | null = null;
      try {
        const snapshot = await source.take({
          signal,
          report,
          verify,
          figures: true,
          onPartial: latest === null ? (make) => partial.offer(make) : undefined,
          onMeasured: (without) => {
            measuredMs = performance.now() - startedAt;
            complete(without, false);
          },
        });
        tookMs = measuredMs ?? performance.now() - startedAt;
        complete(snapshot, true);
        return snapshot;
      } finally {
        running = null;
        partial.end();
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

  const current = async (): Promise<StoreSnapshot> =>
    latest !== null && hasFigures ? latest : start().result;

  return {
    latest: () => latest,
    current,
    async soFar() {
      const known = latest ?? partial.latest();
      if (known !== null) return known;
      const first = partial.first();
      return Promise.race([first, start().result]);
    },
    shown: async () => latest ?? partial.latest() ?? current(),
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
