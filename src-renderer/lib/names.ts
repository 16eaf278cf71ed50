import type {
  ScanBuildCache,
  ScanContainer,
  ScanImage,
  ScanVolume,
} from '../../src-main/contract/scan-document.ts';
import { shortId } from '../../src-main/model/ids.ts';
import { safeShort, safeText } from './safe-text.ts';

/** What people call a thing. All names leave here escaped. */
export function imageName(image: ScanImage): string {
  const tag = image.tags[0];
  if (tag !== undefined) return safeText(tag);
  const digest = image.digests[0];
  if (digest !== undefined) return `${safeText(digest.split('@')[0] ?? digest)}@${shortId(image.id)}`;
  return `untagged ${shortId(image.id)}`;
}

/** Of images by id; those that are gone by their short id. */
export function imageNames(
  { images }: { readonly images: ReadonlyMap<string, ScanImage> },
  ids: readonly string[],
): readonly string[] {
  return ids.map((id) => {
    const image = images.get(id);
    return image === undefined ? shortId(id) : imageName(image);
  });
}

/** `registry:5000/team/api` of `registry:5000/team/api:1.4@sha256:…`. */
export function repositoryOf(reference: string): string {
  const name = reference.split('@')[0] ?? reference;
  const slash = name.lastIndexOf('/');
  const colon = name.indexOf(':', slash + 1);
  return colon === -1 ? name : name.slice(0, colon);
}

/** The repository an image is listed under; null for one without any name. */
export function imageRepository(image: ScanImage): string | null {
  const reference = image.tags[0] ?? image.digests[0];
  return reference === undefined ? null : safeText(repositoryOf(reference));
}

/** A name cut to `length` characters: first the registry and the folders go, then the middle. */
export function fitImageName(name: string, length: number): string {
  let fitting = name;
  while (fitting.length > length && fitting.includes('/')) fitting = fitting.slice(fitting.indexOf('/') + 1);
  return safeShort(fitting, length);
}

/** The part after the repository: `1.4`, or a short digest. */
export function tagOf(reference: string): string {
  const repository = repositoryOf(reference);
  const rest = reference.slice(repository.length);
  if (rest.startsWith('@')) return `@${shortId(rest.slice(1))}`;
  return safeText(rest.split('@')[0]?.slice(1) ?? '') || 'latest';
}

export function containerName(container: ScanContainer): string {
  return safeText(container.name.replace(/^\//, '')) || shortId(container.id);
}

export function volumeName(volume: ScanVolume): string {
  return volume.anonymous ? `anonymous ${safeText(volume.name).slice(0, 12)}` : safeText(volume.name);
}

export function cacheName(record: ScanBuildCache): string {
  return safeText(record.description) || `${safeText(record.type)} ${record.id.slice(0, 12)}`;
}

/** The compose project a thing belongs to, when its labels say so. */
export function composeProject(labels: Readonly<Record<string, string>>): string | null {
  const project = labels['com.docker.compose.project'];
  return project === undefined ? null : safeText(project);
}
