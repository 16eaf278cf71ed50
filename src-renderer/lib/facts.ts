import { formatAge, formatTime } from './ages.ts';
import { countOf } from './bytes.ts';
import { cacheFacts, containerFacts, orphanFacts, volumeFacts } from './facts-of-things.ts';
import { containerRef, imageRef, listNames, type Facts, type Wording } from './facts-shape.ts';
import { STATE_WORDS } from './hue.ts';
import { containerName, imageName } from './names.ts';
import type { Ref } from './ref.ts';
import { safeText } from './safe-text.ts';
import { layerBytes, sharesOf } from './store-index.ts';
import { seenWords } from './seen-words.ts';

/** Null when the thing is not in this document. */
export function factsOf(ref: Ref, wording: Wording): Facts | null {
  const facts = factsInStore(ref, wording);
  return facts !== null && wording.index.archive ? inArchive(facts) : facts;
}

const ONLY_IN_STORES = new Set(['Docker says', 'On disk', 'Folder', 'Saved by sharing']);

/** Of a thing in an archive: nothing there goes, and nobody knows who uses it. */
function inArchive(facts: Facts): Facts {
  const shares = facts.related.length > 0 ? 'It shares layers with the images below.' : 'It shares no layer.';
  return {
    ...facts,
    kind: `${facts.kind.split(',')[0] ?? ''} in the archive`,
    sentences: [
      ...(facts.kind.startsWith('image') ? [shares] : []),
      ...(facts.bytes === null ? ['Sizes are known when layers were read.'] : []),
    ],
    rows: facts.rows.filter(([name]) => !ONLY_IN_STORES.has(name)),
    thing: null,
  };
}

function factsInStore(ref: Ref, wording: Wording): Facts | null {
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

function imageFacts(id: string, { index, bytes, nowMs, uses }: Wording): Facts | null {
  const image = index.images.get(id);
  if (!image) return null;
  const state = index.stateOfImage.get(id) ?? 'unused';
  const sharers = new Set(
    image.chain
      .flatMap((chainId) => index.groupOfLayer.get(chainId)?.images ?? [])
      .filter((other) => other !== id),
  );
  const users = image.containers.map((user) => index.containers.get(user));
  const atLeast = image.atLeast === true;
  const sentences: string[] = [];
  if (image.intermediate) {
    sentences.push('An intermediate image of a build: it goes with the last image made from it.');
  } else if (users.length > 0) {
    const names = users.map((user) => (user ? containerName(user) : 'a container not listed'));
    sentences.push(`It can’t go now: ${listNames(names)} ${names.length === 1 ? 'stands' : 'stand'} on it.`);
    sentences.push(`Without them it would free ${bytes(image.uniqueDiskBytes, atLeast)}.`);
  } else {
    sentences.push(`Deleting it alone frees ${bytes(image.freesDiskBytes, atLeast)}.`);
  }
  sentences.push(
    sharers.size === 0
      ? 'It shares nothing with other images.'
      : `${bytes(image.sharedDiskBytes, atLeast)} is shared with ${countOf(sharers.size, 'other image')}.`,
  );
  if (!image.intermediate && !image.hasDigest) {
    sentences.push('Local only: it has no digest of a registry, so it may not be possible to pull it again.');
  }
  const use = users.length > 0 ? null : seenWords(image, uses, nowMs);
  if (use) sentences.push(use.sentence);
  const { docker } = image;
  const { unique, shared } = sharesOf(index, image);
  return {
    title: imageName(image),
    kind: `image, ${STATE_WORDS[state]}`,
    hue: state,
    bytes: image.diskBytes ?? image.bytes,
    atLeast: atLeast && image.diskBytes !== null,
    sentences,
    rows: [
      ['Unique', bytes(unique, atLeast)],
      ['Shared', bytes(shared, atLeast)],
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

function layerFacts(id: string, { index, bytes, nowMs, uses }: Wording): Facts | null {
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
      ...(layer.containers.length > 0 ? [] : [seenWords(layer, uses, nowMs)?.sentence ?? '']).filter(Boolean),
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
    // Of one image alone: what keeps the image keeps its bytes.
    thing: count === 1 ? (first?.id ?? null) : null,
  };
}
