/**
 * Headers of a GNU tar: names are bytes there, so that those that are no UTF-8 survive, and sizes, owners and times have
 * no bounds that matter. Every common tar reads it. Source: GNU tar manual, "Basic Tar Format". The reader's half is tar/header.ts.
 */
import { bytesFromName } from '../tree/name-bytes.ts';

const BLOCK = 512;
const NAME_BYTES = 100;

export interface TarFields {
  /** As model/tree.ts has names; a folder's ends in `/`. */
  readonly name: string;
  /** Regular file, hard link, symbolic link, folder. */
  readonly flag: '0' | '1' | '2' | '5';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
  /** Bytes of content that follow: files only. */
  readonly size?: number;
  readonly linkName?: string;
}

/** The end of a tar: two blocks of zeros. */
export const TAR_END: Uint8Array = Buffer.alloc(2 * BLOCK);

/** One header, after those that carry names longer than it has room for. */
export function tarHeader({ name, linkName = '', flag, size = 0, ...fields }: TarFields): Uint8Array {
  const [nameBytes, linkBytes] = [bytesFromName(name), bytesFromName(linkName)];
  const own = block(nameBytes, linkBytes, { flag, size, ...fields });
  return Buffer.concat([...longName('K', linkBytes), ...longName('L', nameBytes), own]);
}

/** Zeros up to the next block. */
export function tarPadding(size: number): Uint8Array {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

function longName(flag: 'K' | 'L', bytes: Buffer): Buffer[] {
  if (bytes.length <= NAME_BYTES) return [];
  const size = bytes.length + 1;
  const fields = { flag, size, mode: 0o644, uid: 0, gid: 0, mtimeMs: 0 };
  const head = block(Buffer.from('././@LongLink'), Buffer.alloc(0), fields);
  return [head, bytes, Buffer.alloc(1), Buffer.from(tarPadding(size))];
}

interface Numbers {
  readonly flag: string;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
}

function block(name: Buffer, linkName: Buffer, { flag, size, mode, uid, gid, mtimeMs }: Numbers): Buffer {
  const header = Buffer.alloc(BLOCK);
  name.copy(header, 0, 0, NAME_BYTES);
  number(header, mode, 100, 8);
  number(header, uid, 108, 8);
  number(header, gid, 116, 8);
  number(header, size, 124, 12);
  number(header, Math.floor(mtimeMs / 1000), 136, 12);
  header.write(flag, 156);
  linkName.copy(header, 157, 0, NAME_BYTES);
  header.write('ustar  \0', 257, 'latin1');
  // The sum counts its own field as blanks.
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** Octal with a NUL; what does not fit, and what is negative, in base 256 with the first bit set. */
function number(header: Buffer, value: number, at: number, length: number): void {
  if (value >= 0 && value < 8 ** (length - 1)) {
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at);
    return;
  }
  let rest = BigInt(value);
  for (let place = at + length - 1; place >= at; place -= 1) {
    header[place] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  header[at]! |= 0x80;
}
