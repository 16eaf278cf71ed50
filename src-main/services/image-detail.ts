/** One image's layers with the build step that made each, base first. */
import { maskSecrets } from '../analysis/secrets/find-secrets.ts';
import type { ScanLayer } from '../contract/scan-document.ts';
import { StrataError } from '../contract/errors.ts';
import type { ImageDetail, StackEntry } from '../contract/store.ts';
import type { BuildStep, StoreSnapshot } from '../model/store.ts';
import { documentOf } from './views.ts';

/** Said of a layer that has no step: `docker import`, squashed images, damaged configs. */
const NO_STEP = '(no build step is recorded)';

export function imageDetail(snapshot: StoreSnapshot, imageId: string): ImageDetail {
  const image = snapshot.images.find(({ id }) => id === imageId);
  if (!image)
    throw new StrataError('not-found', `There is no image ${imageId} in this account; it may be gone since`);
  const layers = new Map<string, ScanLayer>(
    documentOf(snapshot).layers.map((layer) => [layer.chainId, layer]),
  );
  const chain = [...image.chain];
  const entry = (step: BuildStep | null, chainId: string | undefined): StackEntry => ({
    createdBy: step === null ? NO_STEP : maskSecrets(step.createdBy),
    created: step?.createdAtMs == null ? null : new Date(step.createdAtMs).toISOString(),
    layer: chainId === undefined ? null : stackLayer(chainId, layers.get(chainId), imageId),
  });
  const steps = image.history.map((step) => entry(step, step.emptyLayer ? undefined : chain.shift()));
  return {
    imageId,
    os: image.platform.split('/')[0] ?? '',
    stack: [...steps, ...chain.map((chainId) => entry(null, chainId))],
  };
}

function stackLayer(chainId: string, layer: ScanLayer | undefined, imageId: string): StackEntry['layer'] {
  return {
    chainId,
    diffId: layer?.diffId ?? null,
    cacheId: layer?.cacheId ?? null,
    path: layer?.path ?? null,
    bytes: layer?.bytes ?? null,
    diskBytes: layer?.diskBytes ?? null,
    files: layer?.files ?? null,
    sharedWith: (layer?.images ?? []).filter((id) => id !== imageId),
  };
}
