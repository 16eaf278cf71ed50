import type { ContainerDiff } from '../../contract/inside.ts';
import type { HistoryStore } from '../../history/index.ts';
import type { Container, StoreSnapshot } from '../../model/store.ts';

type Growth = Pick<ContainerDiff, 'sinceLastLook' | 'sinceUnknown'>;

/** How much a container grew since the scan before this one, its log included, or why that is not known. */
export async function sinceLastLook(
  history: HistoryStore,
  { takenAtMs, dataRoot }: Pick<StoreSnapshot, 'takenAtMs' | 'dataRoot'>,
  { id, writableDiskBytes, logDiskBytes }: Pick<Container, 'id' | 'writableDiskBytes' | 'logDiskBytes'>,
): Promise<Growth> {
  if (writableDiskBytes.state !== 'known') return unknown(writableDiskBytes.why);
  if (logDiskBytes.state !== 'known') return unknown(`its log was not measured: ${logDiskBytes.why}`);
  if (history.problem !== null) return unknown(`nothing is remembered: ${history.problem}`);
  const points = await history.listSnapshots();
  const before = points.find(
    (point) => point.takenAtMs < takenAtMs && point.dataRoot === dataRoot && point.hasDetail,
  );
  const then = before && (await history.getSnapshot(before.id));
  if (!then) return unknown('this is the first look at this store');
  const item = then.items.find((one) => one.kind === 'container' && one.id === id);
  if (item === undefined) return unknown('the look before this one did not see it');
  if (item.diskBytes === null) return unknown('the look before this one did not measure it');
  const byDiskBytes = writableDiskBytes.bytes + logDiskBytes.bytes - item.diskBytes;
  return {
    sinceLastLook: { at: new Date(then.takenAtMs).toISOString(), byDiskBytes },
    sinceUnknown: null,
  };
}

function unknown(why: string): Growth {
  return { sinceLastLook: null, sinceUnknown: why };
}
