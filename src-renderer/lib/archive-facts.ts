import { formatAge, formatTime } from './ages.ts';
import { countOf } from './bytes.ts';
import { imageRef, type Facts, type Wording } from './facts-shape.ts';
import { imageName } from './names.ts';
import type { Ref } from './ref.ts';
import { safeText } from './safe-text.ts';
import { sharesOf } from './store-index.ts';

/** What the inspector says of a thing in an archive: nothing there goes, and nobody knows who uses it. */
export function archiveFacts(ref: Ref, wording: Wording): Facts | null {
  if (ref.kind === 'image') return imageFacts(ref.id, wording);
  if (ref.kind === 'layer') return layerFacts(ref.id, wording);
  return ref.kind === 'group' ? groupFacts(ref.id, wording) : null;
}

const NOT_READ = 'Sizes are known when its layers were read.';

function imageFacts(id: string, { index, bytes, nowMs }: Wording): Facts | null {
  const image = index.images.get(id);
  if (!image) return null;
  const { unique, shared } = sharesOf(index, image);
  const sharers = [
    ...new Set(image.chain.flatMap((chainId) => index.layers.get(chainId)?.images ?? [])),
  ].filter((other) => other !== id);
  return {
    title: imageName(image),
    kind: 'image in the archive',
    hue: 'unused',
    bytes: image.bytes,
    atLeast: false,
    sentences: [
      sharers.length === 0
        ? 'It shares no layer with other images of the archive.'
        : `It shares layers with ${countOf(sharers.length, 'other image')} of the archive.`,
      ...(image.bytes === null ? [NOT_READ] : []),
    ],
    rows: [
      ['Unique', bytes(unique)],
      ['Shared', bytes(shared)],
      ['Layers', String(image.chain.length)],
      ['Created', `${formatAge(image.created, nowMs)} · ${formatTime(image.created)}`],
      ['Platform', safeText(image.platform)],
      ['Id', image.id],
      ...image.tags.slice(0, 20).map((tag) => ['Tag', safeText(tag)] as const),
    ],
    related: sharers.slice(0, 12).map((other) => imageRef(other, index)),
    thing: null,
  };
}

function layerFacts(id: string, { index, bytes }: Wording): Facts | null {
  const layer = index.layers.get(id);
  if (!layer) return null;
  const users = layer.images.length;
  return {
    title: `Layer ${id.slice(7, 19)}`,
    kind: users > 1 ? `layer, in ${countOf(users, 'image')}` : 'layer',
    hue: 'unused',
    bytes: layer.bytes,
    atLeast: false,
    sentences: layer.bytes === null ? ['Its size is known when it was read whole and undamaged.'] : [],
    rows: [
      ['Files', layer.files === null ? '–' : countOf(layer.files, 'file')],
      ['Size', bytes(layer.bytes)],
      ['ChainID', layer.chainId],
      ['DiffID', layer.diffId ?? '–'],
    ],
    related: layer.images.slice(0, 16).map((image) => imageRef(image, index)),
    thing: null,
  };
}

function groupFacts(id: string, { index }: Wording): Facts | null {
  const group = index.groupOfLayer.get(id);
  if (!group) return null;
  const count = group.images.length;
  return {
    title: count === 1 ? 'Only in one image' : `In ${countOf(count, 'image')}`,
    kind: countOf(group.layers.length, 'layer'),
    hue: group.hue,
    bytes: group.unmeasured === group.layers.length ? null : group.bytes,
    atLeast: group.unmeasured > 0,
    sentences: [
      count === 1 ? 'Layers that no other image of the archive has.' : 'All these images stand on them.',
    ],
    rows: [['Layers', String(group.layers.length)]],
    related: group.images.slice(0, 24).map((image) => imageRef(image, index)),
    thing: null,
  };
}
