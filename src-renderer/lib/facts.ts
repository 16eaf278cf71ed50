import { formatAge, formatTime } from './ages.ts';
import { countOf } from './bytes.ts';
import { isRunning, STATE_WORDS, type Hue } from './hue.ts';
import { cacheName, composeProject, containerName, imageName, volumeName } from './names.ts';
import type { Ref } from './ref.ts';
import { safeText } from './safe-text.ts';
import { layerBytes, type StoreIndex } from './store-index.ts';

/** What the inspector says about one thing. All texts are escaped. */
export interface Facts {
  readonly title: string;
  readonly kind: string;
  readonly hue: Hue;
  readonly bytes: number | null;
  readonly atLeast: boolean;
  readonly sentences: readonly string[];
  readonly rows: readonly (readonly [name: string, value: string])[];
  /** Things it stands with, to click on. */
  readonly related: readonly { readonly ref: Ref; readonly name: string }[];
  /** What `why.get` is asked for. */
  readonly thing: string | null;
}

interface Wording {
  readonly index: StoreIndex;
  readonly bytes: (bytes: number | null) => string;
  readonly nowMs: number;
}

/** Null when the thing is not in this document. */
export function factsOf(ref: Ref, wording: Wording): Facts | null {
  switch (ref.kind) {
    case 'image':
      return imageFacts(ref.id, wording);
    case 'layer':
      return layerFacts(ref.id, wording);
    case 'group':
      return groupFacts(ref.id, wording);
    case 'container':
      return containerFacts(ref.id, wording);
    case 'volume':
      return volumeFacts(ref.id, wording);
    case 'build-cache':
      return cacheFacts(ref.id, wording);
    case 'orphan':
      return orphanFacts(ref.id, wording);
    default:
      return ref.kind satisfies never;
  }
}

function imageFacts(id: string, { index, bytes, nowMs }: Wording): Facts | null {
  const image = index.images.get(id);
  if (!image) return null;
  const state = index.stateOfImage.get(id) ?? 'unused';
  const sharers = new Set(
    image.chain
      .flatMap((chainId) => index.groupOfLayer.get(chainId)?.images ?? [])
      .filter((other) => other !== id),
  );
  const users = image.containers.map((user) => index.containers.get(user));
  const sentences: string[] = [];
  if (image.intermediate) {
    sentences.push('An intermediate image of a build: it goes with the last image made from it.');
  } else if (users.length > 0) {
    const names = users.map((user) => (user ? containerName(user) : 'a container not listed'));
    sentences.push(`It can’t go now: ${list(names)} ${names.length === 1 ? 'stands' : 'stand'} on it.`);
    sentences.push(`Without them it would free ${bytes(image.uniqueDiskBytes)}.`);
  } else {
    sentences.push(`Deleting it alone frees ${bytes(image.freesDiskBytes)}.`);
  }
  sentences.push(
    sharers.size === 0
      ? 'It shares nothing with other images.'
      : `${bytes(image.sharedDiskBytes)} is shared with ${countOf(sharers.size, 'other image')}.`,
  );
  if (!image.intermediate && !image.hasDigest) {
    sentences.push('Local only: it has no digest of a registry, so it may not be possible to pull it again.');
  }
  const { docker } = image;
  return {
    title: imageName(image),
    kind: `image, ${STATE_WORDS[state]}`,
    hue: state,
    bytes: image.diskBytes ?? image.bytes,
    atLeast: false,
    sentences,
    rows: [
      ['Unique', bytes(image.uniqueDiskBytes)],
      ['Shared', bytes(image.sharedDiskBytes)],
      ['Docker says', docker.bytes === null ? '–' : `${bytes(docker.bytes)} of file sizes`],
      ['Layers', String(image.chain.length)],
      ['Created', `${formatAge(image.created, nowMs)} · ${formatTime(image.created)}`],
      ['Platform', safeText(image.platform)],
      ['Id', image.id],
      ...image.tags.slice(0, 20).map((tag) => ['Tag', safeText(tag)] as const),
      ...image.digests.slice(0, 10).map((digest) => ['Digest', safeText(digest)] as const),
    ],
    related: [
      ...image.containers.map((user) => containerRef(user, index)),
      ...[...sharers].slice(0, 12).map((other) => imageRef(other, index)),
    ],
    thing: image.id,
  };
}

function layerFacts(id: string, { index, bytes }: Wording): Facts | null {
  const layer = index.layers.get(id);
  if (!layer) return null;
  const users = layer.images.length;
  return {
    title: `Layer ${id.slice(7, 19)}`,
    kind: users > 1 ? `layer, shared by ${countOf(users, 'image')}` : 'layer',
    hue: index.groupOfLayer.get(id)?.hue ?? 'unused',
    bytes: layerBytes(layer, index.measure),
    atLeast: false,
    sentences: [
      users === 0
        ? 'No image stands on it; build cache or a container may keep it.'
        : `It goes when ${users === 1 ? 'its image goes' : `all ${countOf(users, 'image')} on it go`}${
            layer.containers.length > 0 ? ' and no container stands on it any more' : ''
          }.`,
    ],
    rows: [
      ['File sizes', bytes(layer.bytes)],
      ['On disk', bytes(layer.diskBytes)],
      ['Files', layer.files === null ? '–' : countOf(layer.files, 'file')],
      ['ChainID', layer.chainId],
      ['DiffID', layer.diffId ?? '–'],
      ['Folder', layer.path === null ? '–' : safeText(layer.path)],
    ],
    related: [
      ...layer.images.slice(0, 16).map((image) => imageRef(image, index)),
      ...layer.containers.slice(0, 8).map((user) => containerRef(user, index)),
    ],
    thing: layer.chainId,
  };
}

function groupFacts(id: string, { index, bytes }: Wording): Facts | null {
  const group = index.groupOfLayer.get(id);
  if (!group) return null;
  const count = group.images.length;
  const first = index.images.get(group.images[0] ?? '');
  const only = count === 1 && first ? `Only in ${imageName(first)}` : null;
  const sentences = [
    count === 0
      ? 'No image stands on these layers.'
      : count === 1
        ? 'Bytes that nothing else shares.'
        : `These bytes stand once on disk and ${countOf(count, 'image')} use them. They go when the last of them goes.`,
  ];
  if (group.containers.length > 0) {
    sentences.push(`${countOf(group.containers.length, 'container stands', 'containers stand')} on them.`);
  }
  return {
    title: only ?? (count === 0 ? 'Layers without an image' : `Shared by ${countOf(count, 'image')}`),
    kind: `${countOf(group.layers.length, 'layer')}`,
    hue: group.hue,
    bytes: group.bytes,
    atLeast: group.unmeasured > 0,
    sentences,
    rows: [
      ['Layers', String(group.layers.length)],
      ...(count > 1 ? ([['Saved by sharing', bytes(group.bytes * (count - 1))]] as const) : []),
    ],
    related: [
      ...group.images.slice(0, 24).map((image) => imageRef(image, index)),
      ...group.containers.slice(0, 8).map((user) => containerRef(user, index)),
    ],
    thing: null,
  };
}

function containerFacts(id: string, { index, bytes, nowMs }: Wording): Facts | null {
  const container = index.containers.get(id);
  if (!container) return null;
  const running = isRunning(container.state);
  const project = composeProject(container.labels);
  return {
    title: containerName(container),
    kind: `container, ${safeText(container.state)}`,
    hue: running ? 'running' : 'stopped',
    bytes: container.freesDiskBytes,
    atLeast: false,
    sentences: [
      running
        ? `It is running. Stopped and removed, it would free ${bytes(container.freesDiskBytes)}.`
        : `Removing it frees ${bytes(container.freesDiskBytes)}, and what it wrote is lost.`,
      `${bytes(container.logDiskBytes)} of that is its log.`,
    ],
    rows: [
      ['Wrote', bytes(container.writableDiskBytes)],
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

function volumeFacts(id: string, { index, nowMs }: Wording): Facts | null {
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
        ? `${list(users.map((user) => user.name))} ${users.length === 1 ? 'uses' : 'use'} it.`
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

function cacheFacts(id: string, { index, nowMs }: Wording): Facts | null {
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
        ? 'A build uses it just now.'
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

function orphanFacts(path: string, { index, nowMs }: Wording): Facts | null {
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

function imageRef(id: string, index: StoreIndex): { ref: Ref; name: string } {
  const image = index.images.get(id);
  return { ref: { kind: 'image', id }, name: image ? imageName(image) : id.slice(0, 19) };
}

function containerRef(id: string, index: StoreIndex): { ref: Ref; name: string } {
  const container = index.containers.get(id);
  return { ref: { kind: 'container', id }, name: container ? containerName(container) : id.slice(0, 12) };
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${countOf(names.length - 3, 'other')}` : shown;
}
