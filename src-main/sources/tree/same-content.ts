import type { CacheId } from '../../model/ids.ts';
import { readFileInside } from './read-inside.ts';
import { diffFolder } from './store-trees.ts';

/** Comparing content reads it: beyond this much the question stays open, which is shown as "changed". */
const MAX_COMPARED_BYTES = 64 << 20;
const MAX_FILE_BYTES = 16 << 20;

export interface SameContentQuestion {
  readonly upper: CacheId;
  readonly paths: readonly string[];
  /** The folder of the image layer that holds the file below. */
  readonly lowerOf: (path: string) => CacheId | null;
  readonly signal: AbortSignal;
}

/** Those paths whose content is the same in the writable layer and below: copied up for mode, owner or time only. */
export async function sameContent(dataRoot: string, question: SameContentQuestion): Promise<Set<string>> {
  const same = new Set<string>();
  let left = MAX_COMPARED_BYTES;
  for (const path of question.paths) {
    question.signal.throwIfAborted();
    const lower = question.lowerOf(path);
    if (lower === null || left <= 0) continue;
    try {
      const [a, b] = await Promise.all([
        readFileInside(diffFolder(dataRoot, question.upper), path, MAX_FILE_BYTES),
        readFileInside(diffFolder(dataRoot, lower), path, MAX_FILE_BYTES),
      ]);
      left -= a.bytes.length + b.bytes.length;
      if (a.size === a.bytes.length && a.size === b.size && a.bytes.equals(b.bytes)) same.add(path);
    } catch {
      // Gone or changed meanwhile: then it is not known to be the same, which is what the set says.
    }
  }
  return same;
}
