import type { ContainerDiff } from '../../contract/inside.ts';
import type { HistoryStore } from '../../history/index.ts';
import type { Container, StoreSnapshot } from '../../model/store.ts';

/** How much a container grew since the scan before this one. Null when either did not measure it, or there is none. */
export async function sinceLastLook(
  history: HistoryStore,
  { takenAtMs, dataRoot }: Pick<StoreSnapshot, 'takenAtMs' | 'dataRoot'>,
  { id, writableDiskBytes, logDiskBytes }: Pick<Container, 'id' | 'writableDiskBytes' | 'logDiskBytes'>,
): Promise<NonNullable<ContainerDiff['sinceLastLook']> | null> {
  if (writableDiskBytes.state !== 'known' || logDiskBytes.state !== 'known') return null;
  const points = await history.listSnapshots();
  const before = points.find(
    (point) => point.takenAtMs < takenAtMs && point.dataRoot === dataRoot && point.hasDetail,
  );
  const then = before && (await history.getSnapshot(before.id));
  const item = then?.items.find((one) => one.kind === 'container' && one.id === id);
  if (!then || item?.diskBytes === undefined || item.diskBytes === null) return null;
  const byDiskBytes = writableDiskBytes.bytes + logDiskBytes.bytes - item.diskBytes;
  return { at: new Date(then.takenAtMs).toISOString(), byDiskBytes };
}
