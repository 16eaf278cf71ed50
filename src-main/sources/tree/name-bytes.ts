import { isUtf8 } from 'node:buffer';

/**
 * File names are bytes. Valid UTF-8 becomes text; each byte that is not becomes a lone surrogate U+DC80..U+DCFF, as
 * PEP 383 does it, so that every name has exactly one string and can be turned back.
 */
export function nameFromBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  let text = '';
  for (let at = 0; at < buffer.length;) {
    const length = utf8Length(buffer, at);
    if (length === 0) text += String.fromCharCode(0xdc00 + buffer[at++]!);
    else {
      text += buffer.toString('utf8', at, at + length);
      at += length;
    }
  }
  return text;
}

/** The bytes of a name made by `nameFromBytes`. */
export function bytesFromName(name: string): Buffer {
  if (!/[\udc80-\udcff]/.test(name)) return Buffer.from(name, 'utf8');
  const parts: Buffer[] = [];
  for (const char of name) {
    const code = char.codePointAt(0)!;
    parts.push(code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code - 0xdc00]) : Buffer.from(char, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** Bytes of the valid UTF-8 character at `at`; 0 when there is none. */
function utf8Length(buffer: Buffer, at: number): number {
  const first = buffer[at]!;
  const length =
    first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  return length > 0 && at + length <= buffer.length && isUtf8(buffer.subarray(at, at + length)) ? length : 0;
}
