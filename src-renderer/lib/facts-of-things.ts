import { formatAge, formatTime } from './ages.ts';
import { countOf } from './bytes.ts';
import { containerRef, imageRef, listNames, type Facts, type Wording } from './facts-shape.ts';
import { isRunning } from './hue.ts';
import { cacheName, composeProject, containerName, volumeName } from './names.ts';
import { safeText } from './safe-text.ts';

export function containerFacts(id: string, { index, bytes, nowMs }: Wording): Facts | null {
  const container = index.containers.get(id);
  if (!container) return null;
  const running = isRunning(container.state);
  const atLeast = container.atLeast === true;
  const frees = bytes(container.freesDiskBytes, atLeast);
  const project = composeProject(container.labels);
  return {
    title: containerName(container),
    kind: `container, ${safeText(container.state)}`,
    hue: running ? 'running' : 'stopped',
    bytes: container.freesDiskBytes,
    atLeast,
    sentences: [
      running
        ? `It is running. Stopped and removed, it would free ${frees}.`
        : `Removing it frees ${frees}, and what it wrote is lost.`,
      `${bytes(container.logDiskBytes)} of that is its log.`,
    ],
    rows: [
      ['Writable layer', bytes(container.writableDiskBytes)],
      ['Log', bytes(container.logDiskBytes)],
      ['Files', container.files === null ? '–' : countOf(container.files, 'file')],
      ['Image', safeText(container.imageName)],
      ...(project === null ? [] : ([['Compose', project]] as const)),
      ['Created', formatAge(container.created, nowMs)],
      ['Id', container.id],
    ],
    related: [
      ...(container.imageId === null ? [] : [imageRef(container.imageId, index)]),
      ...container.volumes.map((name) => ({
        ref: { kind: 'volume', id: name } as const,
        name: safeText(name),
      })),
    ],
    thing: container.id,
  };
}

export function volumeFacts(id: string, { index, nowMs }: Wording): Facts | null {
  const volume = index.volumes.get(id);
  if (!volume) return null;
  const users = volume.containers.map((user) => containerRef(user, index));
  const project = composeProject(volume.labels);
  return {
    title: volumeName(volume),
    kind: volume.anonymous ? 'anonymous volume' : 'named volume',
    hue: 'volume',
    bytes: volume.diskBytes,
    atLeast: false,
    sentences: [
      users.length > 0
        ? `${listNames(users.map((user) => user.name))} ${users.length === 1 ? 'uses' : 'use'} it.`
        : 'No container uses it. Its data is nowhere else: a removed volume can’t be brought back.',
    ],
    rows: [
      ['Files', volume.files === null ? '–' : countOf(volume.files, 'file')],
      ['Driver', safeText(volume.driver)],
      ...(project === null ? [] : ([['Compose', project]] as const)),
      ['Created', formatAge(volume.created, nowMs)],
      ['Name', safeText(volume.name)],
    ],
    related: users,
    thing: volume.name,
  };
}

function useSentence(useUnknown: string | undefined): string {
  return useUnknown === undefined
    ? 'A build uses it just now.'
    : `Its use is not known, so it counts as used: ${safeText(useUnknown)}.`;
}

export function cacheFacts(id: string, { index, nowMs }: Wording): Facts | null {
  const record = index.buildCache.get(id);
  if (!record) return null;
  const pinnedBy = index.document.buildCache.filter((other) => other.parents.includes(id));
  return {
    title: cacheName(record),
    kind: `build cache, ${safeText(record.type)}`,
    hue: 'dangling',
    bytes: record.diskBytes,
    atLeast: false,
    sentences: [
      record.inUse
        ? useSentence(record.useUnknown)
        : record.shared
          ? 'Its bytes are an image’s layers and counted there.'
          : pinnedBy.length > 0
            ? `${countOf(pinnedBy.length, 'later record needs', 'later records need')} it: it can go with them or after them.`
            : 'Nothing needs it: it can go, and the next build does this step again.',
    ],
    rows: [
      ['Last used', formatAge(record.lastUsed, nowMs)],
      ['Used', record.usageCount === null ? '–' : countOf(record.usageCount, 'time')],
      ['Created', formatAge(record.created, nowMs)],
      ['Folder', record.path === null ? '–' : safeText(record.path)],
      ['Id', safeText(record.id)],
    ],
    related: [...record.parents.map((parent) => index.buildCache.get(parent)), ...pinnedBy].flatMap(
      (other) =>
        other ? [{ ref: { kind: 'build-cache', id: other.id } as const, name: cacheName(other) }] : [],
    ),
    thing: record.id,
  };
}

export function orphanFacts(path: string, { index, nowMs }: Wording): Facts | null {
  const orphan = index.orphans.get(path);
  if (!orphan) return null;
  return {
    title: safeText(path),
    kind: 'orphan folder',
    hue: 'orphan',
    bytes: orphan.diskBytes,
    atLeast: false,
    sentences: [
      'Nothing names this folder, so nothing will ever remove it:',
      ...orphan.evidence.map(safeText),
    ],
    rows: [
      ['Files', orphan.files === null ? '–' : countOf(orphan.files, 'file')],
      ['Changed', `${formatAge(orphan.modified, nowMs)} · ${formatTime(orphan.modified)}`],
      ['Path', safeText(path)],
    ],
    related: [],
    thing: orphan.path,
  };
}
