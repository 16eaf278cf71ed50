/** What is kept of a scan beyond this run: its account for the history, and what was seen in use. */
import type { HistoryStore } from '../history/index.ts';
import { StrataError } from '../contract/errors.ts';
import { imageNamed } from '../contract/image-named.ts';
import type { Issue } from '../model/issue.ts';
import type { StoreSnapshot } from '../model/store.ts';
import { documentOf } from './views.ts';

/** A program that watches scans after every change; the history needs no more points than this of an unchanged store. */
const KEEP_EVERY_MS = 10 * 60_000;

export interface Kept {
  readonly atMs: number;
  readonly wholeBytes: number | null;
}

/** Keeps the scan unless the last one kept says the same; null when all went well. */
export async function remember(
  history: HistoryStore,
  snapshot: StoreSnapshot,
  last: Kept | null,
): Promise<{ readonly kept: Kept | null; readonly issue: Issue | null }> {
  if (history.problem !== null) return { kept: null, issue: { where: 'history', what: history.problem } };
  const { takenAtMs: atMs } = snapshot;
  const document = documentOf(snapshot);
  const wholeBytes = document.account.dataRootDiskBytes;
  const isNews =
    last === null || last.wholeBytes !== wholeBytes || Math.abs(atMs - last.atMs) >= KEEP_EVERY_MS;
  try {
    await history.noteUsed('image', imagesInUse(snapshot), atMs);
    await history.noteUsed('layer', layersInUse(snapshot), atMs);
    if (!isNews) return { kept: last, issue: null };
    await history.addSnapshot(document);
    return { kept: { atMs, wholeBytes }, issue: null };
  } catch (thrown) {
    const what = `this scan is not kept: ${StrataError.from(thrown).message}`;
    return { kept: last, issue: { where: 'history', what } };
  }
}

/**
 * A container that came and went between two scans was a use, too. Nothing is kept where the name is not one image of
 * the last account.
 */
export async function rememberUse(
  history: HistoryStore,
  { images }: Pick<StoreSnapshot, 'images'>,
  use: { readonly image: string; readonly atMs: number },
): Promise<void> {
  const image = imageNamed(images, use.image);
  if (typeof image === 'string') return;
  await history.noteUsed('image', [image.id], use.atMs);
  await history.noteUsed('layer', image.chain, use.atMs);
}

/** Images that a container stands on, running or not. */
function imagesInUse({ containers }: StoreSnapshot): string[] {
  return [...new Set(containers.flatMap(({ imageId }) => (imageId === null ? [] : [imageId])))];
}

function layersInUse({ containers }: StoreSnapshot): string[] {
  return [...new Set(containers.flatMap(({ chain }) => chain ?? []))];
}
