/** What the user pinned: no rule takes it, and no selection before it is unpinned. PURE. */
import {
  fitsGlob,
  hasLabel,
  isStopped,
  repositoriesOf,
  type Candidate,
  type ItemKind,
  type World,
} from './items.ts';
import type { Image } from '../model/store.ts';

/** Why this thing is pinned, or null. */
export function pinnedBecause(candidate: Candidate, world: World): string | null {
  const { find, pins } = world;
  switch (candidate.kind) {
    case 'image': {
      const image = find.image.get(candidate.id);
      return image === undefined ? null : imagePinned(image, world);
    }
    case 'tag': {
      const image = find.imageByName.get(candidate.id);
      return image === undefined ? null : imagePinned(image, world);
    }
    case 'container': {
      const container = find.container.get(candidate.id);
      return container === undefined ? null : labelPinned(container.labels, pins.labels);
    }
    case 'volume': {
      if (pins.volumes.includes(candidate.id)) return 'pinned by name';
      const volume = find.volume.get(candidate.id);
      return volume === undefined ? null : labelPinned(volume.labels, pins.labels);
    }
    case 'build-cache':
    case 'orphan':
      return null;
    default:
      return candidate.kind satisfies never;
  }
}

/** Neither pinned nor a container that runs, or that the engine does not know. */
export function mayBeTaken(kind: ItemKind, id: string, world: World): boolean {
  if (pinnedBecause({ kind, id, because: '' }, world) !== null) return false;
  const container = kind === 'container' ? world.find.container.get(id) : undefined;
  return container === undefined || (container.listed && isStopped(container));
}

function imagePinned(image: Image, { pins }: World): string | null {
  if (pins.images.includes(image.id)) return 'pinned by its id';
  const name = [...image.tags, ...image.digests].find((one) => pins.images.includes(one));
  if (name !== undefined) return `pinned as ${name}`;
  const repositories = repositoriesOf(image);
  const glob = pins.repositories.find((one) => repositories.some((repository) => fitsGlob(repository, one)));
  if (glob !== undefined) return `repository pinned by ${glob}`;
  return labelPinned(image.labels, pins.labels);
}

function labelPinned(labels: Readonly<Record<string, string>>, pins: readonly string[]): string | null {
  const label = pins.find((one) => hasLabel(labels, one));
  return label === undefined ? null : `pinned by the label ${label}`;
}
