/**
 * The file list of an image layer from `layerdb/…/tar-split.json.gz`, without walking it: gzip of JSON lines in tar
 * order. Type 2 = raw tar bytes (headers, PAX records, padding), type 1 = one entry, `payload` the CRC-64 (ISO, big
 * endian) of its content. Source: vbatts/tar-split `tar/storage`, checked on real engines (store-formats 2.8).
 */
import { gunzipSync } from 'node:zlib';
import { ENTRY_KIND, type LayerTree } from '../../model/tree.ts';
import { applyPax, BLOCK, parseHeader, parsePax, type TarHeader } from '../tar/header.ts';
import { addHeader } from '../tar/layer-tree.ts';
import { nameFromBytes } from './name-bytes.ts';
import { TreeBuilder } from './tree-builder.ts';

/** Unpacked, a million entries are about 1.2 GB of JSON; more is an attack. */
const MAX_UNPACKED_BYTES = 4 * 2 ** 30 - 1;
/** Between two entries stand a header, PAX records and padding: kilobytes. */
const MAX_RAW_BYTES = 4 << 20;

/** @throws RangeError when it is no tar-split: then the layer's own folder is the way. */
export function treeOfTarSplit(packed: Uint8Array): LayerTree {
  const lines = unpack(packed);
  const builder = new TreeBuilder({ knowsDisk: false });
  const raw = new RawBytes();
  let padding = 0;
  for (let start = 0; start < lines.length && !builder.full;) {
    const found = lines.indexOf(0x0a, start);
    const end = found < 0 ? lines.length : found;
    const payload = rawPayload(lines, start, end);
    const line = payload === undefined ? parseLine(lines.toString('utf8', start, end)) : undefined;
    start = end + 1;
    if (payload !== undefined) raw.add(payload);
    else if (line?.type === 2) raw.add(line.payload ?? '');
    if (line?.type !== 1) continue;
    const header = lastHeader(raw.take().subarray(padding));
    if (header === undefined) throw new RangeError('an entry without its tar header');
    const size = line.size ?? 0;
    padding = (BLOCK - (size % BLOCK)) % BLOCK;
    addHeader(builder, header, size > 0 ? checksumOf(line.payload) : undefined);
  }
  if (builder.full) builder.problem('/', 'more entries than any image has: the rest is not read');
  return builder.finish();
}

/** Raw tar bytes between two entries, in one buffer for the whole list. */
class RawBytes {
  #buffer = Buffer.alloc(64 << 10);
  #used = 0;

  add(base64: string): void {
    const most = this.#used + Math.ceil((base64.length * 3) / 4);
    if (most > MAX_RAW_BYTES) throw new RangeError('an extended header of megabytes: refused');
    if (most > this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], 2 * most);
    this.#used += this.#buffer.write(base64, this.#used, 'base64');
  }

  /** What was added; good until the next `add`. */
  take(): Buffer {
    const used = this.#used;
    this.#used = 0;
    return this.#buffer.subarray(0, used);
  }
}

const RAW_LINE = Buffer.from('{"type":2,"payload":"');
const TYPE_AT = 8;
const AFTER_RAW = Buffer.from('","position":');

/** The payload of a line exactly as engines write raw bytes: most of the list, and JSON would take longest for it. */
function rawPayload(lines: Buffer, start: number, end: number): string | undefined {
  const from = start + RAW_LINE.length;
  if (lines[start + TYPE_AT] !== 0x32 || from >= end || RAW_LINE.compare(lines, start, from) !== 0)
    return undefined;
  const to = lines.indexOf(0x22, from);
  if (to < 0 || to + AFTER_RAW.length >= end) return undefined;
  if (AFTER_RAW.compare(lines, to, to + AFTER_RAW.length) !== 0 || lines[end - 1] !== 0x7d) return undefined;
  return lines.toString('latin1', from, to);
}

function unpack(packed: Uint8Array): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES, chunkSize: chunkFor(packed) });
  } catch (thrown) {
    throw new RangeError(`damaged tar-split.json.gz: ${(thrown as Error).message}`, { cause: thrown });
  }
}

/** So much that most lists unpack into one chunk: gzip ends with the unpacked size, which nobody has to believe. */
function chunkFor(packed: Uint8Array): number {
  const { byteOffset, byteLength } = packed;
  if (byteLength < 18) return 1024;
  const said = new DataView(packed.buffer, byteOffset, byteLength).getUint32(byteLength - 4, true);
  return Math.min(Math.max(said + 1, 1024), 1024 * byteLength, 64 << 20);
}

interface Line {
  readonly type: 1 | 2;
  readonly size: number | undefined;
  readonly payload: string | undefined;
}

function parseLine(text: string): Line | undefined {
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new RangeError(`a line that is no JSON: ${text.slice(0, 60)}`, { cause: thrown });
  }
  const { type, size, payload } = (value ?? {}) as Record<string, unknown>;
  const fits =
    (type === 1 || type === 2) &&
    (size === undefined || (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0)) &&
    (payload === undefined || payload === null || typeof payload === 'string');
  if (!fits) throw new RangeError(`a line of another kind: ${text.slice(0, 60)}`);
  return { type, size: size as number | undefined, payload: (payload as string | null) ?? undefined };
}

/** The header that the raw bytes end with, PAX and GNU long names put in. */
function lastHeader(bytes: Buffer): TarHeader | undefined {
  let pax: Map<string, Uint8Array> | undefined;
  let [longName, longLink] = [undefined as string | undefined, undefined as string | undefined];
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const header = parseHeader(bytes.subarray(at, at + BLOCK));
    at += BLOCK;
    if (header === undefined) continue;
    if (!'xgLK'.includes(header.flag)) {
      if (longName !== undefined) header.name = longName;
      if (longLink !== undefined) header.linkName = longLink;
      if (pax !== undefined) applyPax(header, pax);
      return header;
    }
    const body = bytes.subarray(at, at + header.size);
    at += Math.ceil(header.size / BLOCK) * BLOCK;
    if (header.flag === 'x') pax = parsePax(body);
    else if (header.flag === 'L') longName = nameFromBytes(untilNul(body));
    else if (header.flag === 'K') longLink = nameFromBytes(untilNul(body));
  }
  return undefined;
}

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

function checksumOf(payload: string | undefined): bigint | undefined {
  const bytes = Buffer.from(payload ?? '', 'base64');
  return bytes.length === 8 ? bytes.readBigUInt64BE() : undefined;
}

/** Regular files of a tree; what the layer's own `size` is compared with. */
export function bytesOfTree(tree: LayerTree): number {
  let bytes = 0;
  for (let entry = 1; entry < tree.length; entry += 1) {
    if (tree.kinds[entry] !== ENTRY_KIND.folder && !tree.hardLinks.has(entry)) bytes += tree.sizes[entry]!;
  }
  return bytes;
}
