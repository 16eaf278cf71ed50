/** How many terminal columns a text takes: East Asian wide characters and emoji two, combining marks none. */

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NARROW_ONLY = /^[\x20-\x7e]*$/;

export function textWidth(text: string): number {
  if (NARROW_ONLY.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

/** Padded to exactly `width` columns, or cut in the middle with `…`. */
export function fit(text: string, width: number, align: 'left' | 'right'): string {
  const cut = textWidth(text) > width ? cutMiddle(text, width) : text;
  const padding = ' '.repeat(Math.max(0, width - textWidth(cut)));
  return align === 'right' ? padding + cut : cut + padding;
}

/** Broken between words into lines of at most `width` columns; a longer word has a line of its own. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > width - indent.length) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  if (line !== '') lines.push(line);
  return lines.map((each) => `${indent}${each}\n`).join('');
}

/** Both ends of a name tell more than its middle. */
function cutMiddle(text: string, width: number): string {
  if (width < 1) return '';
  const chars = [...text];
  const tail = take(chars.toReversed(), Math.floor((width - 1) / 2)).toReversed();
  const head = take(chars, width - 1 - tail.reduce((sum, char) => sum + charWidth(char), 0));
  return `${head.join('')}…${tail.join('')}`;
}

function take(chars: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let left = width;
  for (const char of chars) {
    left -= charWidth(char);
    if (left < 0) break;
    taken.push(char);
  }
  return taken;
}

function charWidth(char: string): number {
  if (WIDE.test(char)) return 2;
  return /\p{Mn}|\p{Me}/u.test(char) ? 0 : 1;
}
