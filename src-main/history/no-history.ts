import type { HistoryStore } from './records.ts';

/** Stands in where nothing can be remembered: writing does nothing, and nothing is known of the past. */
export function noHistory(why: string): HistoryStore {
  return {
    problem: why,
    layers: {
      lookup: async (keys) => keys.map(() => null),
      store: async () => undefined,
      readTree: async () => null,
      keepTree: async () => undefined,
    },
    addSnapshot: async () => null,
    listSnapshots: async () => [],
    getSnapshot: async () => null,
    appendAudit: async () => null,
    listAudit: async () => [],
    getSetting: async () => null,
    setSetting: async () => undefined,
    retention: async () => ({ detailedScans: 0, fileListBytes: 0 }),
    setRetention: async () => undefined,
    memoryUse: async () => null,
    noteUsed: async () => undefined,
    lastUsed: async () => new Map(),
    close: async () => undefined,
  };
}
