/** Pins as the screens show them: what can be pinned here, and why something is. The plan decides; this is the mark. */
import type { ScanImage } from '../../src-main/contract/scan-document.ts';
import type { Pins } from '../../src-main/contract/reclaim.ts';
import { repositoryOf } from './names.ts';
import type { Ref } from './ref.ts';
import type { StoreIndex } from './store-index.ts';

export interface Pinnable {
  readonly kind: keyof Pins;
  /** What a new pin is made of. */
  readonly name: string;
  /** Every exact pin that holds it; unpinning takes them all. */
  readonly names: readonly string[];
}

/** The thing itself; null for what has no pins (layers, cache, orphans, containers without a label). */
export function pinnableOf(ref: Ref, index: StoreIndex): Pinnable | null {
  if (ref.kind === 'volume') return { kind: 'volumes', name: ref.id, names: [ref.id] };
  const image = ref.kind === 'image' ? index.images.get(ref.id) : undefined;
  if (!image || image.intermediate) return null;
  return { kind: 'images', name: image.id, names: [image.id, ...image.tags, ...image.digests] };
}

/** The repository an image is known by; null without a name. */
export function repositoryOfRef(ref: Ref, index: StoreIndex): string | null {
  const image = ref.kind === 'image' ? index.images.get(ref.id) : undefined;
  const reference = image?.tags[0] ?? image?.digests[0];
  return reference === undefined ? null : repositoryOf(reference);
}

/** Why no rule takes it, in words; null when one may. */
export function pinnedBecause(ref: Ref, index: StoreIndex, pins: Pins | null): string | null {
  if (pins === null) return null;
  if (ref.kind === 'image') {
    const image = index.images.get(ref.id);
    return image ? imagePinned(image, pins) : null;
  }
  if (ref.kind === 'volume') {
    if (pins.volumes.includes(ref.id)) return 'pinned by name';
    return labelPinned(index.volumes.get(ref.id)?.labels, pins);
  }
  return ref.kind === 'container' ? labelPinned(index.containers.get(ref.id)?.labels, pins) : null;
}

function imagePinned(image: ScanImage, pins: Pins): string | null {
  if (pins.images.includes(image.id)) return 'pinned';
  const references = [...image.tags, ...image.digests];
  const name = references.find((reference) => pins.images.includes(reference));
  if (name !== undefined) return `pinned as ${name}`;
  const repositories = references.map(repositoryOf);
  const glob = pins.repositories.find((one) => repositories.some(globMatcher(one)));
  return glob === undefined ? labelPinned(image.labels, pins) : `repository pinned by ${glob}`;
}

function labelPinned(labels: Readonly<Record<string, string>> | undefined, pins: Pins): string | null {
  const held = Object.entries(labels ?? {}).flatMap(([key, value]) => [key, `${key}=${value}`]);
  const label = pins.labels.find((one) => held.includes(one));
  return label === undefined ? null : `pinned by the label ${label}`;
}

/** `*` any text, `?` one character. The globs are the user's own. */
function globMatcher(glob: string): (text: string) => boolean {
  const source = [...glob].map((one) => {
    if (one === '*') return '.*';
    return one === '?' ? '.' : one.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&');
  });
  const pattern = new RegExp(`^${source.join('')}$`, 'su');
  return (text) => pattern.test(text);
}
