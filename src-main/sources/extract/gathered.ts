/** Small chunks put together into parts of `bytes`, the last one less. A part is good until the next one is asked for. */
export async function* gathered(
  chunks: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array> {
  const part = Buffer.allocUnsafe(bytes);
  let used = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const taken = chunk.subarray(at, at + bytes - used);
      part.set(taken, used);
      used += taken.length;
      at += taken.length;
      if (used < bytes) continue;
      yield part;
      used = 0;
    }
  }
  if (used > 0) yield part.subarray(0, used);
}
