/** Between two entries stand a header, PAX records and padding: kilobytes. */
export const MAX_RAW_BYTES = 4 << 20;

/** The raw tar bytes between two entries of a tar-split list, decoded into one buffer for the whole list. */
export class RawBytes {
  #buffer = Buffer.alloc(64 << 10);
  #used = 0;
  #padding = 0;

  /** Base64 as it stands in the list. @throws RangeError when it would be megabytes */
  add(lines: Buffer, from: number, to: number): void {
    this.#makeRoom(to - from);
    // The padding of the entry before is zeros that nobody needs: whole groups of it are not decoded.
    const owed = Math.max(0, this.#padding - this.#used);
    const skipped = Math.min(Math.floor(owed / 3), Math.max(0, ((to - from) >> 2) - 1));
    this.#padding -= 3 * skipped;
    const base64 = lines.toString('latin1', from + 4 * skipped, to);
    this.#used += this.#buffer.write(base64, this.#used, 'base64');
  }

  addText(base64: string): void {
    const bytes = Buffer.from(base64, 'latin1');
    this.add(bytes, 0, bytes.length);
  }

  /** What was added, without the padding that it begins with; good until the next `add`. */
  take(): Buffer {
    const raw = this.#buffer.subarray(Math.min(this.#padding, this.#used), this.#used);
    this.#used = 0;
    this.#padding = 0;
    return raw;
  }

  /** What is added next begins with so many bytes that belong to the entry before. */
  expectPadding(bytes: number): void {
    this.#padding = bytes;
  }

  #makeRoom(chars: number): void {
    const most = this.#used + Math.ceil((chars * 3) / 4) + 3;
    if (most > MAX_RAW_BYTES) throw new RangeError('an extended header of megabytes: refused');
    if (most > this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], 2 * most);
  }
}
