/** The quarantine of the data root: what is in it, back to its place, or gone for good. Every move is in the audit. */
import { orphansOf, type Orphan } from '../analysis/orphans.ts';
import { listQuarantine, purge, putBack } from '../actions/quarantine.ts';
import { takeLock } from '../actions/lock.ts';
import type { Handlers } from '../contract/api.ts';
import { StrataError } from '../contract/errors.ts';
import type { StoreSnapshot } from '../model/store.ts';
import { readDisk } from '../sources/disk/index.ts';
import type { Engine } from '../sources/engine/index.ts';
import { joinStore } from '../sources/join.ts';
import { recorded } from './audit.ts';
import { SOURCE_WORDS, type ServiceContext } from './context.ts';

type QuarantineMethod = 'quarantine.list' | 'quarantine.putBack' | 'quarantine.purge';

export function quarantineHandlers(context: ServiceContext): Pick<Handlers, QuarantineMethod> {
  const dataRoot = async (): Promise<string> => dataRootOf(await context.scans.current());
  const changing = async <T>(id: string, work: (dataRoot: string) => Promise<T>): Promise<T> => {
    if (context.kind !== 'engine')
      throw new StrataError('unsupported', `There is no quarantine in ${SOURCE_WORDS[context.kind]}.`);
    if (!context.mayPrune)
      throw new StrataError('forbidden', 'This server changes nothing: start it with --allow-prune.');
    const root = await dataRoot();
    const lock = takeLock(context.stateDir, id);
    try {
      return await work(root);
    } finally {
      lock.release();
      context.scans.refresh();
    }
  };
  return {
    'quarantine.list': async () => {
      if (context.kind !== 'engine') return [];
      return listQuarantine(await dataRoot());
    },
    'quarantine.putBack': async ({ id }) =>
      changing(id, async (root) =>
        recorded(await context.history(), { id, kind: 'put-back', what: id }, async () => {
          const value = await putBack(root, id);
          return { value, end: { kind: 'put-back', what: value.path, diskBytes: value.diskBytes } };
        }),
      ),
    'quarantine.purge': async ({ id }) =>
      changing(id, async (root) =>
        recorded(await context.history(), { id, kind: 'purge', what: id }, async () => {
          const freedDiskBytes = await purge(root, id);
          return {
            value: { freedDiskBytes },
            end: { kind: 'purge-ended', what: id, diskBytes: freedDiskBytes },
          };
        }),
      ),
  };
}

/** Throws `no-permission` where the files are not read: nothing in them may be moved then. */
export function dataRootOf(snapshot: StoreSnapshot | null): string {
  if (snapshot?.access === 'direct' && snapshot.dataRoot !== null) return snapshot.dataRoot;
  throw new StrataError(
    'no-permission',
    'The data root can not be read, so nothing in it is moved. Run "sudo strata plan --orphans" and apply it as root.',
  );
}

/** Engine and files asked once more, without measuring: what is an orphan at this moment. */
export async function proveOrphans(
  engine: Engine,
  dataRoot: string,
  signal: AbortSignal,
): Promise<readonly Orphan[]> {
  const records = await engine.read({ signal, diskUsage: false });
  const disk = await readDisk(dataRoot, { signal });
  const snapshot = joinStore({ engine: records, disk, walk: null, takenAtMs: Date.now(), access: 'direct' });
  return orphansOf(snapshot);
}
