/** The handlers of `contract/store.ts`. */
import { freedBy } from '../analysis/freed-by.ts';
import { unlocksOf } from '../analysis/unlocks.ts';
import { whyOf } from '../analysis/why.ts';
import type { Handlers } from '../contract/api.ts';
import type { Connection, Frees, Selection, StoreApi } from '../contract/store.ts';
import { bytesOrNull } from '../model/measured.ts';
import type { StoreSnapshot } from '../model/store.ts';
import { formatBytes } from '../support/bytes.ts';
import { STRATA_VERSION } from '../support/version.ts';
import type { ServiceContext } from './context.ts';
import { examine } from './doctor.ts';
import { imageDetail } from './image-detail.ts';
import type { SourceState } from './store-source.ts';
import { documentOf, graphOf } from './views.ts';

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
    'scan.document': async () => documentOf(await scans.current()),
    'image.get': async ({ imageId }) => imageDetail(await scans.current(), imageId),
    'why.get': async ({ thing }) => whyOf(graphOf(await scans.current()), thing, formatBytes),
    'frees.get': async ({ selection }) => frees(await scans.current(), selection),
    'operation.cancel': async ({ operationId }) => {
      operations.cancel(operationId);
      return null;
    },
  };
}

function frees(snapshot: StoreSnapshot, selection: Selection): Frees {
  const graph = graphOf(snapshot);
  const freed = freedBy(graph, selection);
  return {
    diskBytes: bytesOrNull(freed.diskBytes),
    stays: freed.stays.map(({ id, name, because }) => ({ id, name, because })),
    unlocks: unlocksOf(graph, selection),
  };
}
