import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { FileSource, StreamSource, type ByteSource } from '../tar/byte-source.ts';
import type { ArchiveMember } from './archive-files.ts';

/** gzip can't do better than 1,030 : 1 on zeros; a whole layer near that is a bomb, not a layer. */
const MAX_RATIO = 200;
const ALWAYS_ALLOWED = 1 << 30;
const CHUNK = 1 << 20;

/** A layer as an uncompressed tar. Plain ones are read by seeking, so that their bodies cost nothing. */
export async function layerSource(member: ArchiveMember): Promise<ByteSource> {
  const magic = await magicOf(member);
  if (magic === 'plain') return new FileSource(member.file, member.start, member.end);
  return new StreamSource(bounded(unpacked(member, magic), member.end - member.start));
}

/** sha256 of the layer as stored and of its uncompressed tar (its DiffID), in one pass. */
export async function layerDigests(member: ArchiveMember): Promise<{ stored: string; diffId: string }> {
  const [stored, diff] = [createHash('sha256'), createHash('sha256')];
  const magic = await magicOf(member);
  const raw = rawChunks(member, (chunk) => stored.update(chunk));
  if (magic === 'plain') for await (const chunk of raw) diff.update(chunk);
  else {
    const chunks = Readable.from(raw).pipe(magic === 'gzip' ? createGunzip() : createZstdDecompress());
    for await (const chunk of bounded(chunks as AsyncIterable<Uint8Array>, member.end - member.start))
      diff.update(chunk);
  }
  return { stored: `sha256:${stored.digest('hex')}`, diffId: `sha256:${diff.digest('hex')}` };
}

function unpacked(member: ArchiveMember, magic: 'gzip' | 'zstd'): AsyncIterable<Uint8Array> {
  const unpack = magic === 'gzip' ? createGunzip() : createZstdDecompress();
  const raw = Readable.from(rawChunks(member), { objectMode: false });
  raw.on('error', (error) => unpack.destroy(error));
  return raw.pipe(unpack) as AsyncIterable<Uint8Array>;
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

async function magicOf(member: ArchiveMember): Promise<'plain' | 'gzip' | 'zstd'> {
  const head = Buffer.alloc(4);
  await member.file.read(head, 0, Math.min(4, member.end - member.start), member.start);
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return head.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'plain';
}
