/** Sources without an engine: the demo store and a saved scan. Both are read once and never change. */
import type { StoreSnapshot } from '../model/store.ts';
import { readSavedScan } from './saved-scan.ts';
import { NO_SCAN_PROGRESS, type SourceState, type StoreSource } from './store-source.ts';

/** The sample is loaded when it is shown: a scan of a real store does not wait for it. */
export function demoSource(): StoreSource {
  return fixedSource('demo', 'demo store', async () => {
    const { demoSnapshot } = await import('../sources/demo.ts');
    return demoSnapshot();
  });
}

export function fileSource(path: string): StoreSource {
  return fixedSource('file', path, () => readSavedScan(path));
}

function fixedSource(
  kind: 'demo' | 'file',
  endpoint: string,
  read: () => Promise<StoreSnapshot>,
): StoreSource {
  let reading: Promise<StoreSnapshot> | null = null;
  const snapshot = (): Promise<StoreSnapshot> => (reading ??= read());
  const state = async (): Promise<SourceState> => {
    const { access, dataRoot, takenAtMs } = await snapshot();
    return {
      state: kind,
      endpoint,
      tried: [],
      access,
      accessWhy: null,
      limits: [],
      dataRoot,
      disk: null,
      takenAt: kind === 'file' ? new Date(takenAtMs).toISOString() : null,
    };
  };
  return {
    state,
    retry: state,
    async take({ report }) {
      report({
        ...NO_SCAN_PROGRESS,
        stage: kind === 'demo' ? 'Reading the demo store' : 'Reading the saved scan',
      });
      return snapshot();
    },
    engine: () => null,
    close: () => undefined,
  };
}
