/** The handlers of `contract/store.ts`. */
import { basketFrees } from '../actions/basket.ts';
import { whyOf } from '../analysis/why.ts';
import type { Handlers } from '../contract/api.ts';
import type { Pins } from '../contract/reclaim.ts';
import type { Connection, StoreApi } from '../contract/store.ts';
import type { HistoryStore } from '../history/index.ts';
import { formatBytes } from '../support/bytes.ts';
import { STRATA_VERSION } from '../support/version.ts';
import type { ServiceContext } from './context.ts';
import { examine } from './doctor.ts';
import { imageDetail } from './image-detail.ts';
import type { SourceState } from './store-source.ts';
import { oldVersionsOf } from './old-versions.ts';
import { NO_PINS, readPins } from './pins.ts';
import { documentOf, graphOf, worldIn } from './views.ts';

export function storeHandlers(context: ServiceContext): Pick<Handlers, keyof StoreApi> {
  const { source, scans, operations } = context;
  const connection = (state: SourceState): Connection => ({
    ...state,
    mayPrune: context.mayPrune && state.state === 'ready',
    version: STRATA_VERSION,
  });
  return {
    'connection.get': async () => connection(await source.state()),
    'connection.retry': async () => connection(await source.retry()),
    'doctor.get': async (_, signal) => examine(context, signal),
    'scan.start': async (params) => ({ operationId: scans.start(params).operationId }),
    'scan.document': async (how) => documentOf(how ? await scans.soFar() : await scans.current()),
    'image.get': async ({ imageId }) => imageDetail(await scans.shown(), imageId),
    'why.get': async ({ thing }) => whyOf(graphOf(await scans.shown()), thing, formatBytes),
    'frees.get': async ({ selection }) => {
      const snapshot = await scans.shown();
      const pins = await pinsForCounting(await context.history());
      return basketFrees(selection, graphOf(snapshot), { ...worldIn(snapshot), pins });
    },
    'versions.get': async ({ keep }) => {
      const snapshot = await scans.current();
      const pins = await pinsForCounting(await context.history());
      return oldVersionsOf(graphOf(snapshot), { ...worldIn(snapshot), pins }, keep);
    },
    'operation.cancel': async ({ operationId }) => {
      operations.cancel(operationId);
      return null;
    },
  };
}

/** Where pins can't be read no plan is made, which says why; until then things are counted without them. */
async function pinsForCounting(history: HistoryStore): Promise<Pins> {
  return history.problem === null ? readPins(history) : NO_PINS;
}
