/**
 * Names from images, files and engines are shown through this, in a terminal and in a page: what would move the cursor,
 * reverse the reading order or be invisible becomes a visible escape.
 */

/** C0, DEL, C1 · soft hyphen, zero-width and joiners, bidi marks and controls, BOM, line separators, tags. */
const DANGEROUS =
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

/** The text with dangerous characters as `\x1b` or `\u{202e}`; everything else as it is. */
export function safeText(text: string): string {
  return text.replace(DANGEROUS, (char) => {
    const code = char.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    return code <= 0xff ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
  });
}
