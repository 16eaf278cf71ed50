/**
 * The file list of an image layer from `layerdb/…/tar-split.json.gz`, without walking it: gzip of JSON lines in tar
 * order. Type 2 = raw tar bytes (headers, PAX records, padding), type 1 = one entry, `payload` the CRC-64 (ISO, big
 * endian) of its content. Source: vbatts/tar-split `tar/storage`, checked on real engines (store-formats 2.8).
 */
import { createGunzip } from 'node:zlib';
import { ENTRY_KIND, type LayerTree } from '../../model/tree.ts';
import { applyPax, BLOCK, headerAt, parsePax, type TarHeader } from '../tar/header.ts';
import { addHeader } from '../tar/layer-tree.ts';
import { nameFromBytes } from './name-bytes.ts';
import { MAX_RAW_BYTES, RawBytes } from './raw-bytes.ts';
import { entryLine, rawPayload, type EntryLine } from './tar-split-lines.ts';
import { TreeBuilder } from './tree-builder.ts';

const UNPACKED_AT_ONCE = 512 << 10;
/** Unpacked, a million entries are about 1.3 GB of JSON: five million stay below, more is an attack. */
const MAX_UNPACKED_BYTES = 8 * 2 ** 30;
/** Base64 takes four bytes for three. */
const MAX_LINE_BYTES = 2 * MAX_RAW_BYTES;
const NEWLINE = 0x0a;

/**
 * @param options `passing`: the tree is packed at once and forgotten, so its names may keep longer texts alive
 * @throws RangeError when it is no tar-split: then the layer's own folder is the way
 */
export async function treeOfTarSplit(
  packed: Uint8Array,
  { passing = false }: { readonly passing?: boolean } = {},
): Promise<LayerTree> {
  const list = new TarSplitList(passing);
  const unpacking = createGunzip({ chunkSize: UNPACKED_AT_ONCE });
  unpacking.end(packed);
  try {
    for await (const chunk of unpacking) if (!list.push(chunk as Buffer)) break;
  } catch (thrown) {
    if (thrown instanceof RangeError) throw thrown;
    throw new RangeError(`damaged tar-split.json.gz: ${(thrown as Error).message}`, { cause: thrown });
  }
  return list.finish();
}

/** Takes the unpacked list in pieces, so that a list of any length costs the memory of its tree. */
class TarSplitList {
  readonly #builder: TreeBuilder;
  readonly #raw = new RawBytes();
  /** The beginning of a line that the last piece ended in. */
  #cut: Buffer[] = [];
  #cutBytes = 0;
  #taken = 0;

  constructor(passing: boolean) {
    this.#builder = new TreeBuilder({ knowsDisk: false, passing });
  }

  /** False when nothing more is taken. */
  push(piece: Buffer): boolean {
    let start = 0;
    if (this.#cutBytes > 0) {
      const end = piece.indexOf(NEWLINE);
      this.#keep(piece.subarray(0, end < 0 ? piece.length : end));
      if (end < 0) return true;
      this.#endCutLine();
      start = end + 1;
    }
    for (let end = piece.indexOf(NEWLINE, start); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      this.#line(piece, start, end);
      start = end + 1;
    }
    if (start < piece.length) this.#keep(piece.subarray(start));
    this.#taken += piece.length;
    if (this.#taken > MAX_UNPACKED_BYTES)
      this.#builder.problem('/', 'a file list of gigabytes: the rest is not read');
    return !this.#builder.full && this.#taken <= MAX_UNPACKED_BYTES;
  }

  finish(): LayerTree {
    if (this.#builder.full)
      this.#builder.problem('/', 'more entries than any image has: the rest is not read');
    else if (this.#cutBytes > 0) this.#endCutLine();
    return this.#builder.finish();
  }

  #keep(part: Buffer): void {
    this.#cut.push(part);
    this.#cutBytes += part.length;
    if (this.#cutBytes > MAX_LINE_BYTES) throw new RangeError('a line of megabytes: refused');
  }

  #endCutLine(): void {
    const line = Buffer.concat(this.#cut, this.#cutBytes);
    this.#cut = [];
    this.#cutBytes = 0;
    this.#line(line, 0, line.length);
  }

  #line(lines: Buffer, start: number, end: number): void {
    if (this.#builder.full) return;
    const payload = rawPayload(lines, start, end);
    const known = payload === undefined ? entryLine(lines, start, end) : undefined;
    const line = payload ?? known ?? parseLine(lines.toString('utf8', start, end));
    if (line === undefined) return;
    if ('from' in line) return this.#raw.add(lines, line.from, line.to);
    if ('base64' in line) return this.#raw.addText(line.base64);
    const header = lastHeader(this.#raw.take());
    if (header === undefined) throw new RangeError('an entry without its tar header');
    this.#raw.expectPadding((BLOCK - (line.size % BLOCK)) % BLOCK);
    addHeader(this.#builder, header, line.size > 0 ? line.checksum : undefined);
  }
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
    const header = headerAt(bytes, at);
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
