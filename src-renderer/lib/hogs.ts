import type { Hue } from './hue.ts';
import { useWords } from './cache-tree.ts';
import { isRunning } from './hue.ts';
import { cacheName, containerName, imageName, volumeName } from './names.ts';
import type { Ref } from './ref.ts';
import { safeText } from './safe-text.ts';
import { countOf } from './bytes.ts';
import type { StoreIndex } from './store-index.ts';

/** One thing and the bytes that leave with it, whatever its kind. */
export interface Hog {
  readonly ref: Ref;
  readonly name: string;
  readonly hue: Hue;
  readonly bytes: number;
  /** Not all of it is measured yet. */
  readonly atLeast: boolean;
  readonly kind: string;
  /** Why it is still there, in a few words. */
  readonly why: string;
}

/** The biggest of all kinds, by what leaves with each. Unmeasured things are not ranked. */
export function biggestHogs(index: StoreIndex, count: number): readonly Hog[] {
  return [...imageHogs(index), ...containerHogs(index), ...volumeHogs(index), ...otherHogs(index)]
    .filter((hog) => hog.bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, count);
}

function imageHogs(index: StoreIndex): Hog[] {
  return index.heads.flatMap((image) => {
    const bytes = image.uniqueDiskBytes;
    if (bytes === null) return [];
    const users = image.containers.map((id) => index.containers.get(id)?.name ?? id);
    return {
      ref: { kind: 'image', id: image.id },
      name: imageName(image),
      hue: index.stateOfImage.get(image.id) ?? 'unused',
      bytes: users.length > 0 ? bytes : (image.freesDiskBytes ?? bytes),
      atLeast: image.atLeast === true,
      kind: 'image',
      why: users.length > 0 ? usedBy(users) : image.dangling ? 'dangling: nobody uses it' : 'nobody uses it',
    } satisfies Hog;
  });
}

function containerHogs(index: StoreIndex): Hog[] {
  return index.document.containers.flatMap((container) => {
    const bytes = container.freesDiskBytes;
    if (bytes === null) return [];
    const running = isRunning(container.state);
    const mostlyLog = (container.logDiskBytes ?? 0) > bytes / 2;
    return {
      ref: { kind: 'container', id: container.id },
      name: containerName(container),
      hue: mostlyLog ? 'log' : running ? 'running' : 'stopped',
      bytes,
      atLeast: container.atLeast === true,
      kind: mostlyLog ? 'container, mostly its log' : 'container',
      why: running ? 'it is running' : 'stopped, not removed',
    } satisfies Hog;
  });
}

function volumeHogs(index: StoreIndex): Hog[] {
  return index.document.volumes.flatMap((volume) => {
    if (volume.diskBytes === null) return [];
    const users = volume.containers.map((id) => index.containers.get(id)?.name ?? id);
    return {
      ref: { kind: 'volume', id: volume.name },
      name: volumeName(volume),
      hue: 'volume',
      bytes: volume.diskBytes,
      atLeast: false,
      kind: 'volume',
      why: users.length > 0 ? usedBy(users) : 'no container uses it',
    } satisfies Hog;
  });
}

function otherHogs(index: StoreIndex): Hog[] {
  const cache = index.document.buildCache.flatMap((record) =>
    record.diskBytes === null || record.shared
      ? []
      : ({
          ref: { kind: 'build-cache', id: record.id },
          name: cacheName(record),
          hue: 'dangling',
          bytes: record.diskBytes,
          atLeast: false,
          kind: 'build cache',
          why: useWords(record) ?? 'kept for the next build',
        } satisfies Hog),
  );
  const orphans = index.document.orphans.flatMap((orphan) =>
    orphan.diskBytes === null
      ? []
      : ({
          ref: { kind: 'orphan', id: orphan.path },
          name: safeText(orphan.path),
          hue: 'orphan',
          bytes: orphan.diskBytes,
          atLeast: false,
          kind: 'orphan folder',
          why: 'Docker forgot it',
        } satisfies Hog),
  );
  return [...cache, ...orphans];
}

function usedBy(names: readonly string[]): string {
  const first = safeText((names[0] ?? '').replace(/^\//, ''));
  return names.length === 1
    ? `used by ${first}`
    : `used by ${first} and ${countOf(names.length - 1, 'other')}`;
}
