import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { FileSource, StreamSource, type ByteSource } from '../tar/byte-source.ts';
import type { ArchiveMember } from './archive-files.ts';
import type { Compression } from './records.ts';

/** gzip can't do better than 1,030 : 1 on zeros; a whole layer near that is a bomb, not a layer. */
const MAX_RATIO = 200;
const ALWAYS_ALLOWED = 1 << 30;
const CHUNK = 1 << 20;

/** A layer as an uncompressed tar. Plain ones are read by seeking, so that their bodies cost nothing. */
export async function layerSource(member: ArchiveMember): Promise<ByteSource> {
  const compression = await compressionOf(member);
  if (compression === 'none') return new FileSource(member.file, member.start, member.end);
  return new StreamSource(unpacked(member, compression));
}

export interface WholeLayer<T> {
  /** What was made of its tar. */
  readonly result: T;
  /** sha256 of the layer as stored. */
  readonly stored: string;
  /** sha256 of its tar, its DiffID; null when it can't be unpacked to its end. */
  readonly diffId: string | null;
  /** Why it can't be unpacked; null when it can. */
  readonly damage: string | null;
}

/**
 * A layer to its last byte, in one pass: its digests, and what `use` makes of its tar, which need not read all of it.
 * `see` hears of each chunk of stored bytes; what it throws ends the reading.
 */
export async function readWhole<T>(
  member: ArchiveMember,
  use: (tar: ByteSource) => Promise<T>,
  see: (bytes: number) => void = () => undefined,
): Promise<WholeLayer<T>> {
  const [stored, tar] = [createHash('sha256'), createHash('sha256')];
  const met: { bytes: number; damage: string | null } = { bytes: 0, damage: null };
  const compression = await compressionOf(member);
  const chunks = unpacked(member, compression, (chunk) => {
    stored.update(chunk);
    met.bytes += chunk.length;
    see(chunk.length);
  });
  const source = new StreamSource(
    (async function* () {
      try {
        for await (const chunk of chunks) {
          tar.update(chunk);
          yield chunk;
        }
      } catch (thrown) {
        if (thrown instanceof RangeError) met.damage = thrown.message;
        throw thrown;
      }
    })(),
  );
  const result = await use(source);
  while (met.damage === null && (await mayHaveMore(source)));
  // Unpacking ends at the damage, or before what stands behind the packed layer: the blob is all of it.
  const whole =
    met.bytes === member.end - member.start ? `sha256:${stored.digest('hex')}` : await sha256(member);
  return {
    result,
    stored: whole,
    diffId: met.damage === null ? `sha256:${tar.digest('hex')}` : null,
    damage: met.damage,
  };
}

async function sha256(member: ArchiveMember): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of rawChunks(member)) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
}

/** Reads on; false at the end. Damage is noted where it is found. */
async function mayHaveMore(source: StreamSource): Promise<boolean> {
  try {
    return await source.skip(CHUNK);
  } catch (thrown) {
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}

function unpacked(
  member: ArchiveMember,
  compression: Compression,
  see?: (chunk: Uint8Array) => void,
): AsyncIterable<Uint8Array> {
  const chunks = rawChunks(member, see);
  if (compression === 'none') return chunks;
  const unpack = compression === 'gzip' ? createGunzip() : createZstdDecompress();
  const raw = Readable.from(chunks, { objectMode: false });
  raw.on('error', (error) => unpack.destroy(error));
  return bounded(raw.pipe(unpack) as AsyncIterable<Uint8Array>, member.end - member.start);
}

async function* rawChunks(
  member: ArchiveMember,
  see: (chunk: Uint8Array) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  for (let at = member.start; at < member.end;) {
    const { buffer, bytesRead } = await member.file.read(
      Buffer.allocUnsafe(CHUNK),
      0,
      Math.min(CHUNK, member.end - at),
      at,
    );
    if (bytesRead === 0) return;
    at += bytesRead;
    const chunk = buffer.subarray(0, bytesRead);
    see(chunk);
    yield chunk;
  }
}

/** zlib's own errors (cut off, wrong checksum) become RangeErrors: damage in the archive, not in us. */
async function* bounded(chunks: AsyncIterable<Uint8Array>, storedBytes: number): AsyncGenerator<Uint8Array> {
  const limit = ALWAYS_ALLOWED + storedBytes * MAX_RATIO;
  let total = 0;
  try {
    for await (const chunk of chunks) {
      total += chunk.length;
      if (total > limit) throw new RangeError(`unpacks to more than ${MAX_RATIO} times its size: refused`);
      yield chunk;
    }
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (typeof code === 'string' && /^(?:Z_|ZSTD_|ERR_ZLIB|ERR_ZSTD)/.test(code))
      throw new RangeError(`damaged compression: ${message}`, { cause: thrown });
    throw thrown;
  }
}

/** By its first bytes: what a manifest says may be wrong. */
export async function compressionOf(member: ArchiveMember): Promise<Compression> {
  const head = Buffer.alloc(4);
  await member.file.read(head, 0, Math.min(4, member.end - member.start), member.start);
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return head.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none';
}
