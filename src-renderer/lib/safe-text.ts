/**
 * The one way for text that others wrote (names, tags, labels, paths, build steps, errors) onto the screen.
 * Control characters, ANSI, bidi marks and invisible ones become visible escapes, so nothing can reorder, hide or
 * imitate what stands around it.
 */
const HOSTILE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\u{e0000}|[\u{e0001}-\u{e0fff}]/gu;

export function safeText(text: string): string {
  return text.replace(HOSTILE, (one) => {
    if (one === '\n') return '\\n';
    if (one === '\t') return '\\t';
    const code = one.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** A text file's content for a `pre`: safe, with its lines and tabs as they are. */
export function safeLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, '').split('\t').map(safeText).join('\t'))
    .join('\n');
}

/** Safe, and cut in the middle to at most `length` characters; the start and the end tell names apart. */
export function safeShort(text: string, length: number): string {
  // Only what can be shown is escaped: a name may have a megabyte.
  const bounded =
    text.length > 4 * length + 64 ? `${text.slice(0, 2 * length)}…${text.slice(-2 * length)}` : text;
  const characters = [...safeText(bounded)];
  if (characters.length <= length) return characters.join('');
  if (length < 2) return length < 1 ? '' : '…';
  const head = Math.ceil((length - 1) * 0.6);
  const tail = length - 1 - head;
  return `${characters.slice(0, head).join('')}…${tail === 0 ? '' : characters.slice(-tail).join('')}`;
}
