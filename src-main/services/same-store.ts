/** Whether a folder on this machine is the data root of the engine that answers: it may be another machine's. */
import type { DiskRecords } from '../sources/disk/records.ts';
import type { EngineRecords } from '../sources/engine/records.ts';

/**
 * Null when it is, else why it is not believed. Proof: the same engine id, or a container of the engine in the folder.
 * Without either (older engines write no id), a local socket is believed when the folder has every image it lists.
 */
export function whyAnotherStore(engine: EngineRecords, disk: DiskRecords): string | null {
  if (disk.engineId !== null && engine.engineId !== '') {
    return disk.engineId === engine.engineId ? null : 'it belongs to another engine (engine-id differs)';
  }
  const containers = engine.containers ?? [];
  const onDisk = new Set<string>(disk.containers.map(({ id }) => id));
  if (containers.some(({ id }) => onDisk.has(id))) return null;
  if (containers.length > 0) return "none of the engine's containers is in it";
  if (!isLocalSocket(engine.facts.endpoint)) return 'the engine is not on this machine';
  const images = new Set<string>(disk.images.map(({ id }) => id));
  const missing = (engine.images ?? []).filter(({ id }) => !images.has(id)).length;
  return missing === 0 ? null : `${missing} of the engine's images are not in it`;
}

export function isLocalSocket(endpoint: string): boolean {
  return endpoint.startsWith('unix:') || endpoint.startsWith('/');
}
