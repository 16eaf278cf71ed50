import type { ContainerDiff } from '../../src-main/contract/inside.ts';
import { formatAge, formatTime } from './ages.ts';
import { safeText } from './safe-text.ts';

export interface GrowthWords {
  /** `+12 MB`, `−3 KiB`, `no change`; `not known:` where nobody measured. */
  readonly by: string;
  /** `since 3 days ago (21 Nov 2026, 14:02)`, or why it is not known. */
  readonly since: string;
}

/** How much a container grew since the last look, its log included. */
export function growthWords(
  { sinceLastLook, sinceUnknown }: Pick<ContainerDiff, 'sinceLastLook' | 'sinceUnknown'>,
  bytes: (bytes: number) => string,
  nowMs: number,
): GrowthWords {
  if (sinceLastLook === null)
    return { by: 'not known:', since: safeText(sinceUnknown ?? 'nobody measured it') };
  const { at, byDiskBytes } = sinceLastLook;
  const by =
    byDiskBytes === 0 ? 'no change' : byDiskBytes > 0 ? `+${bytes(byDiskBytes)}` : bytes(byDiskBytes);
  return { by, since: `since ${formatAge(at, nowMs)} (${formatTime(at)})` };
}
