import type { OpenContent, Tally } from './records.ts';

const ZEROS = Buffer.alloc(1 << 20);

/**
 * Exactly as many bytes as the content had when it was opened: what a file gains while it is read is not taken, what it
 * loses is zeros, and said. A tar's header has told the size by then.
 */
export async function* exactBytes(
  content: OpenContent,
  name: string,
  tally: Tally,
): AsyncGenerator<Uint8Array> {
  let left = content.size;
  if (left === 0) return;
  for await (const chunk of content.chunks) {
    const part = chunk.subarray(0, left);
    left -= part.length;
    tally.bytes += part.length;
    yield part;
    if (left === 0) return;
  }
  if (left > 0) tally.problem(name, `it shrank while it was read: its last ${left} bytes are zeros here`);
  for (; left > 0; left -= Math.min(left, ZEROS.length)) yield ZEROS.subarray(0, left);
}
