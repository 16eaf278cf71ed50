/**
 * Lines of a tar-split list exactly as engines write them (Go's encoding/json of tar-split's `Entry`), read without a
 * JSON parser: a million of them take longest. What looks any different is left to JSON.parse.
 */
const RAW_LINE = Buffer.from('{"type":2,"payload":"');
const TYPE_AT = 8;
const AFTER_RAW = Buffer.from('","position":');
const ENTRY_LINE = Buffer.from('{"type":1,"name":"');
const POSITION = Buffer.from(',"position":');
const NO_CONTENT = Buffer.from('"payload":null');
/** `"payload":"` and eight bytes as base64 and `"`. */
const PAYLOAD = Buffer.from('"payload":"');
const CHECKSUM_CHARS = 12;
const SIZE = Buffer.from('"size":');
const QUOTE = 0x22;
const CLOSING = 0x7d;
const COMMA = 0x2c;

/** Where the base64 of a line of raw tar bytes stands; undefined when it is no such line. */
export function rawPayload(
  lines: Buffer,
  start: number,
  end: number,
): { from: number; to: number } | undefined {
  const from = start + RAW_LINE.length;
  if (lines[start + TYPE_AT] !== 0x32 || from >= end || !stands(RAW_LINE, lines, start)) return undefined;
  const to = lines.indexOf(QUOTE, from);
  if (to < 0 || to + AFTER_RAW.length >= end) return undefined;
  return stands(AFTER_RAW, lines, to) && lines[end - 1] === CLOSING ? { from, to } : undefined;
}

export interface EntryLine {
  /** Bytes of content. */
  readonly size: number;
  /** Eight bytes, good until the next line; undefined when the entry has none. */
  readonly checksum: Uint8Array | undefined;
}

const checksum = Buffer.alloc(CHECKSUM_CHARS);

/** Read from its end: `…,"size":12,"payload":"…","position":3}`. A quote inside the name has a backslash before it. */
export function entryLine(lines: Buffer, start: number, end: number): EntryLine | undefined {
  if (lines[start + TYPE_AT] !== 0x31 || !stands(ENTRY_LINE, lines, start) || lines[end - 1] !== CLOSING)
    return undefined;
  const least = start + ENTRY_LINE.length;
  let at = beforeDigits(lines, end - 2, least) + 1 - POSITION.length;
  if (at < least || !stands(POSITION, lines, at)) return undefined;
  if (stands(NO_CONTENT, lines, at - NO_CONTENT.length)) {
    at -= NO_CONTENT.length;
    return at > least && lines[at - 1] === COMMA && lines[at - 2] === QUOTE
      ? { size: 0, checksum: undefined }
      : undefined;
  }
  const text = at - 1 - CHECKSUM_CHARS;
  at = text - PAYLOAD.length;
  if (at <= least || lines[text + CHECKSUM_CHARS] !== QUOTE || !stands(PAYLOAD, lines, at)) return undefined;
  const digitsEnd = at - 1;
  const before = beforeDigits(lines, digitsEnd - 1, least);
  if (lines[digitsEnd] !== COMMA || before === digitsEnd - 1 || digitsEnd - before > 16) return undefined;
  if (!stands(SIZE, lines, before + 1 - SIZE.length)) return undefined;
  let size = 0;
  for (let digit = before + 1; digit < digitsEnd; digit += 1) size = size * 10 + lines[digit]! - 0x30;
  const read = checksum.write(lines.toString('latin1', text, text + CHECKSUM_CHARS), 'base64');
  return { size, checksum: read === 8 ? checksum.subarray(0, 8) : undefined };
}

/** The place before the digits that end at `at`. */
function beforeDigits(lines: Buffer, at: number, least: number): number {
  let before = at;
  while (before >= least && lines[before]! >= 0x30 && lines[before]! <= 0x39) before -= 1;
  return before;
}

function stands(what: Buffer, lines: Buffer, at: number): boolean {
  if (at < 0 || at + what.length > lines.length) return false;
  for (let i = 0; i < what.length; i += 1) if (lines[at + i] !== what[i]) return false;
  return true;
}
