import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { table } from '../../src-main/cli/table.ts';
import { fit, textWidth, wrap } from '../../src-main/cli/text-width.ts';
import { formatBytes } from '../../src-main/support/bytes.ts';
import { safeText } from '../../src-main/support/safe-text.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 120 });

describe('names from images are shown safely', () => {
  test.each([
    ['\u001b[2J\u001b]0;owned\u0007', '\\x1b[2J\\x1b]0;owned\\x07'],
    ['a\nb\rc\td', 'a\\x0ab\\x0dc\\x09d'],
    ['\u009b31m', '\\x9b31m'],
    ['evil\u202egnp.exe', 'evil\\u{202e}gnp.exe'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['ünïcode 漢字 ok', 'ünïcode 漢字 ok'],
  ])('%o', (name, shown) => expect(safeText(name)).toBe(shown));

  test('no text keeps a control, bidi or invisible character', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        // eslint-disable-next-line no-control-regex -- control characters are what must not be there
        expect(safeText(text)).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/,
        );
      }),
    );
  });
});

describe('tables', () => {
  test('no line is wider than asked for, whatever the cells hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyText, anyText), { maxLength: 5 }),
        fc.integer({ min: 40, max: 120 }),
        (rows, width) => {
          const text = table(
            [
              { title: 'Name', shrinksTo: 8, cell: (row: [string, string]) => row[0] },
              { title: 'Size', align: 'right', cell: () => '1.00 MiB' },
              { title: 'What', shrinksTo: 8, cell: (row) => row[1] },
            ],
            rows,
            width,
          );
          const lines = text.split('\n');
          expect(lines).toHaveLength(rows.length + 2);
          for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  test('a name too long keeps both its ends', () => {
    expect(fit('registry.example/team/service:2024.11', 20, 'left')).toBe('registry.e…e:2024.11');
  });

  test('wide characters count for two columns', () => {
    expect(textWidth('漢字')).toBe(4);
    expect(textWidth(fit('漢字漢字漢字', 7, 'left'))).toBe(7);
  });

  test('text is broken between words', () => {
    expect(wrap('one two three', 8)).toBe('one two\nthree\n');
  });
});

describe('sizes', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '0.98 KiB'],
    [1024, '1.00 KiB'],
    [1536, '1.50 KiB'],
    [10 * 1024, '10.0 KiB'],
    [100 * 1024 ** 2, '100 MiB'],
    [1023.99 * 1024 ** 2, '1.00 GiB'],
    [5.5 * 1024 ** 4, '5.50 TiB'],
    [null, '?'],
  ])('%o bytes are %s', (bytes, shown) => expect(formatBytes(bytes)).toBe(shown));
});
