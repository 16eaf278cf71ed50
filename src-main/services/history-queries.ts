/** Answers of `history.*`. */
import type { Handlers } from '../contract/api.ts';
import { StrataError } from '../contract/errors.ts';
import type { HistoryApi, HistoryMemory, HistoryPoint } from '../contract/history.ts';
import { compareSnapshots } from '../history/compare.ts';
import type { HistoryStore, SnapshotDetail, SnapshotPoint } from '../history/index.ts';

export function historyHandlers(context: {
  readonly history: () => Promise<HistoryStore>;
  readonly stateDir: string;
}): Pick<Handlers, keyof HistoryApi> {
  return {
    'history.list': async () => {
      const history = await context.history();
      const scans = (await history.listSnapshots()).map(pointOf);
      return { scans, problem: history.problem };
    },
    'history.compare': async ({ fromId, toId }) => {
      const history = await context.history();
      const [from, to] = [await detail(history, fromId), await detail(history, toId)];
      return { from: pointOf(from), to: pointOf(to), ...compareSnapshots(from, to) };
    },
    'history.uses': async () => {
      const history = await context.history();
      const points = await history.listSnapshots();
      const oldestMs = points.reduce((oldest, { takenAtMs }) => Math.min(oldest, takenAtMs), Infinity);
      return {
        since: oldestMs === Infinity ? null : new Date(oldestMs).toISOString(),
        images: times(await history.lastUsed('image')),
        layers: times(await history.lastUsed('layer')),
      };
    },
    'history.memory': async () => memoryOf(await context.history(), context.stateDir),
    'history.setRetention': async (retention) => {
      const history = await context.history();
      await history.setRetention(retention);
      return memoryOf(history, context.stateDir);
    },
  };
}

const times = (used: ReadonlyMap<string, number>): Record<string, string> =>
  Object.fromEntries([...used].map(([id, atMs]) => [id, new Date(atMs).toISOString()]));

async function memoryOf(history: HistoryStore, stateDir: string): Promise<HistoryMemory> {
  const [retention, use] = [await history.retention(), await history.memoryUse()];
  return { stateDir, problem: history.problem, retention, use };
}

async function detail(history: HistoryStore, id: number): Promise<SnapshotDetail> {
  const snapshot = await history.getSnapshot(id);
  if (snapshot) return snapshot;
  if (history.problem !== null) throw new StrataError('failed', history.problem);
  const why = 'there is none, or only its totals are kept; `history.list` says which have detail';
  throw new StrataError('not-found', `Scan ${id} can't be compared: ${why}.`);
}

function pointOf({
  id,
  takenAtMs,
  endpoint,
  dataRoot,
  account,
  counts,
  hasDetail,
}: SnapshotPoint): HistoryPoint {
  const takenAt = new Date(takenAtMs).toISOString();
  return { id, takenAt, endpoint, dataRoot, account, counts, hasDetail };
}
