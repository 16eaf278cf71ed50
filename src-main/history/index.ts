/** What Strata remembers between runs. */
import { StrataError } from '../contract/errors.ts';
import { withFreshLayers } from './fresh-layers.ts';
import { noHistory } from './no-history.ts';
import type { HistoryStore } from './records.ts';
import { WorkerClient } from './worker-client.ts';

export { noHistory } from './no-history.ts';
export type * from './records.ts';

/**
 * Opens (or makes) the memory in the state folder, in a thread of its own. Rejects with a StrataError that says why it
 * can't be used; nothing else of Strata depends on it, so most callers want `openHistoryOrNone`.
 */
export async function openHistory(stateDir: string): Promise<HistoryStore> {
  const client = await WorkerClient.start(stateDir);
  const layers = withFreshLayers({
    lookup: (keys) => client.call('lookupLayers', keys),
    store: (stored) => client.call('storeLayers', stored),
  });
  return {
    problem: null,
    layers: {
      ...layers,
      readTree: (path, identity) => client.call('readTree', path, identity),
      keepTree: (path, identity, tree) => client.call('keepTree', path, identity, tree),
    },
    addSnapshot: (document) => client.call('addSnapshot', document),
    listSnapshots: () => client.call('listSnapshots'),
    getSnapshot: (id) => client.call('getSnapshot', id),
    appendAudit: (entry) => client.call('appendAudit', entry),
    listAudit: (limit) => client.call('listAudit', limit),
    getSetting: (key) => client.call('getSetting', key),
    setSetting: (key, value) => client.call('setSetting', key, value),
    retention: () => client.call('retention'),
    setRetention: (retention) => client.call('setRetention', retention),
    memoryUse: () => client.call('memoryUse'),
    noteUsed: (kind, ids, atMs) => client.call('noteUsed', kind, ids, atMs),
    lastUsed: (kind) => client.call('lastUsed', kind),
    close: () => client.close(),
  };
}

/** Like `openHistory`, but a memory that can't be used becomes one that remembers nothing and says why in `problem`. */
export async function openHistoryOrNone(stateDir: string): Promise<HistoryStore> {
  try {
    return await openHistory(stateDir);
  } catch (thrown) {
    return noHistory(StrataError.from(thrown).message);
  }
}
