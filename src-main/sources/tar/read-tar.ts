import { applyPax, BLOCK, parseHeader, parsePax, type TarHeader } from './header.ts';
import type { ByteSource } from './byte-source.ts';
import { nameFromBytes } from '../tree/name-bytes.ts';

/** A PAX or long-name header larger than this is an attack: the real ones are a few hundred bytes. */
const MAX_EXTRA_BYTES = 1 << 20;
const CHUNK = 1 << 20;

export interface TarEntry {
  readonly header: TarHeader;
  /** The content, at most `limit` bytes of it. At most once, and before the next entry is asked for. */
  content(limit: number): Promise<Uint8Array>;
  /** The same, whole, in parts of 1 MiB at most; a part is good until the next one is asked for. */
  chunks(): AsyncGenerator<Uint8Array>;
}

/**
 * The entries of a tar, headers only unless content is asked for: bodies are skipped, by seeking where the source can.
 * @throws RangeError when it is no tar, is cut off, or a header is too large; entries before that stand.
 */
export async function* readTar(source: ByteSource): AsyncGenerator<TarEntry> {
  let pax: Map<string, Uint8Array> | undefined;
  let longName: string | undefined;
  let longLink: string | undefined;
  for (;;) {
    const read = source.read(BLOCK);
    const block = read instanceof Promise ? await read : read;
    if (block.length === 0) return;
    if (block.length < BLOCK) throw new RangeError('the archive ends inside a header');
    const header = parseHeader(block);
    if (header === undefined) return;
    if (header.flag === 'x' || header.flag === 'g' || header.flag === 'L' || header.flag === 'K') {
      const extra = await readExtra(source, header.size);
      if (header.flag === 'x') pax = parsePax(extra);
      else if (header.flag === 'L') longName = nameFromBytes(withoutNul(extra));
      else if (header.flag === 'K') longLink = nameFromBytes(withoutNul(extra));
      continue;
    }
    if (longName !== undefined) header.name = longName;
    if (longLink !== undefined) header.linkName = longLink;
    if (pax !== undefined) applyPax(header, pax);
    pax = longName = longLink = undefined;
    // Links, devices and folders have no body, whatever their size field says.
    const body = '0' === header.flag || '7' === header.flag ? header.size : 0;
    let left = body + padding(body);
    yield {
      header,
      content: async (limit) => {
        const bytes = await source.read(Math.min(limit, body));
        left -= bytes.length;
        return bytes;
      },
      async *chunks() {
        for (let rest = body; rest > 0;) {
          const bytes = await source.read(Math.min(CHUNK, rest));
          rest -= bytes.length;
          left -= bytes.length;
          if (bytes.length === 0)
            throw new RangeError(`the archive ends inside ${header.name.slice(0, 200)}`);
          yield bytes;
        }
      },
    };
    const skipped = source.skip(left);
    if (!(skipped instanceof Promise ? await skipped : skipped))
      throw new RangeError(`the archive ends inside ${header.name.slice(0, 200)}`);
  }
}

async function readExtra(source: ByteSource, size: number): Promise<Uint8Array> {
  if (size > MAX_EXTRA_BYTES) throw new RangeError(`an extended header of ${size} bytes: refused`);
  const bytes = Uint8Array.from(await source.read(size));
  if (bytes.length < size || !(await source.skip(padding(size))))
    throw new RangeError('the archive ends inside a header');
  return bytes;
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function withoutNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
