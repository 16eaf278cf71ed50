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
import { RawBytes } from './raw-bytes.ts';
import { entryLine, rawPayload, type EntryLine } from './tar-split-lines.ts';
import { TreeBuilder } from './tree-builder.ts';

/** Unpacked, a million entries are about 1.2 GB of JSON; more is an attack. */
const MAX_UNPACKED_BYTES = 4 * 2 ** 30 - 1;

/** @throws RangeError when it is no tar-split: then the layer's own folder is the way. */
export function treeOfTarSplit(packed: Uint8Array): LayerTree {
  const lines = unpack(packed);
  const builder = new TreeBuilder({ knowsDisk: false });
  const raw = new RawBytes();
  for (let start = 0; start < lines.length && !builder.full;) {
    const found = lines.indexOf(0x0a, start);
    const end = found < 0 ? lines.length : found;
    const payload = rawPayload(lines, start, end);
    const known = payload === undefined ? entryLine(lines, start, end) : undefined;
    const line = payload ?? known ?? parseLine(lines.toString('utf8', start, end));
    start = end + 1;
    if (line === undefined) continue;
    if ('from' in line) raw.add(lines, line.from, line.to);
    else if ('base64' in line) raw.addText(line.base64);
    else {
      const header = lastHeader(raw.take());
      if (header === undefined) throw new RangeError('an entry without its tar header');
      raw.expectPadding((BLOCK - (line.size % BLOCK)) % BLOCK);
      addHeader(builder, header, line.size > 0 ? line.checksum : undefined);
    }
  }
  if (builder.full) builder.problem('/', 'more entries than any image has: the rest is not read');
  return builder.finish();
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

function parseLine(text: string): EntryLine | { readonly base64: string } | undefined {
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new RangeError(`a line that is no JSON: ${text.slice(0, 60)}`, { cause: thrown });
  }
  const { type, size = 0, payload } = (value ?? {}) as Record<string, unknown>;
  const fits =
    (type === 1 || type === 2) &&
    typeof size === 'number' &&
    Number.isSafeInteger(size) &&
    size >= 0 &&
    (payload === undefined || payload === null || typeof payload === 'string');
  if (!fits) throw new RangeError(`a line of another kind: ${text.slice(0, 60)}`);
  const base64 = payload ?? '';
  if (type === 2) return { base64 };
  const bytes = Buffer.from(base64, 'base64');
  return { size, checksum: bytes.length === 8 ? bytes : undefined };
}

/** The header that the raw bytes end with, PAX and GNU long names put in. */
function lastHeader(bytes: Buffer): TarHeader | undefined {
  let pax: Map<string, Uint8Array> | undefined;
  let [longName, longLink] = [undefined as string | undefined, undefined as string | undefined];
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const header = parseHeader(bytes, at);
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

/** Regular files of a tree; what the layer's own `size` is compared with. */
export function bytesOfTree(tree: LayerTree): number {
  let bytes = 0;
  for (let entry = 1; entry < tree.length; entry += 1) {
    if (tree.kinds[entry] !== ENTRY_KIND.folder && !tree.hardLinks.has(entry)) bytes += tree.sizes[entry]!;
  }
  return bytes;
}
