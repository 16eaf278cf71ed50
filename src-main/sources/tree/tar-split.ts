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
  let raw: Buffer[] = [];
  let rawBytes = 0;
  let padding = 0;
  for (let start = 0; start < lines.length && !builder.full;) {
    const end = lines.indexOf(0x0a, start);
    const line = parseLine(lines.toString('utf8', start, end < 0 ? lines.length : end));
    start = end < 0 ? lines.length : end + 1;
    if (line === undefined) continue;
    if (line.type === 2) {
      const bytes = Buffer.from(line.payload ?? '', 'base64');
      rawBytes += bytes.length;
      if (rawBytes > MAX_RAW_BYTES) throw new RangeError('an extended header of megabytes: refused');
      raw.push(bytes);
      continue;
    }
    const header = lastHeader(Buffer.concat(raw).subarray(padding));
    if (header === undefined) throw new RangeError('an entry without its tar header');
    const size = line.size ?? 0;
    padding = (BLOCK - (size % BLOCK)) % BLOCK;
    raw = [];
    rawBytes = 0;
    addHeader(builder, header, size > 0 ? checksumOf(line.payload) : undefined);
  }
  if (builder.full) builder.problem('/', 'more entries than any image has: the rest is not read');
  return builder.finish();
}

function unpack(packed: Uint8Array): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (thrown) {
    throw new RangeError(`damaged tar-split.json.gz: ${(thrown as Error).message}`, { cause: thrown });
  }
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
