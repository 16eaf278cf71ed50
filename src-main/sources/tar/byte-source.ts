import type { FileHandle } from 'node:fs/promises';

/** Bytes in order, pulled; at once where they are there already, because a turn of the event loop costs more than they do. `read` gives fewer than asked only at the end; what it gives is valid until the next call. */
export interface ByteSource {
  read(bytes: number): Promise<Uint8Array> | Uint8Array;
  /** False when the end came first. */
  skip(bytes: number): Promise<boolean> | boolean;
}

const CHUNK = 1 << 20;
const NEAR = 256 << 10;
const SHORT = 32 << 10;

/** Part of a file. Skips by moving on, so that the bodies of a tar are never read. */
export class FileSource implements ByteSource {
  readonly #file: FileHandle;
  readonly #end: number;
  readonly #buffer = Buffer.allocUnsafe(1 << 20);
  #at: number;
  #bufferStart = 0;
  #bufferEnd = 0;

  constructor(file: FileHandle, start: number, end: number) {
    this.#file = file;
    this.#at = start;
    this.#end = end;
  }

  /** Where the next byte is read, from the start of the file. */
  get position(): number {
    return this.#at;
  }

  read(bytes: number): Promise<Uint8Array> | Uint8Array {
    const wanted = Math.min(bytes, this.#end - this.#at);
    if (this.#at >= this.#bufferStart && this.#at + wanted <= this.#bufferEnd) return this.#buffered(wanted);
    return wanted > SHORT ? this.#readLarge(wanted) : this.#fill().then(() => this.#buffered(wanted));
  }

  skip(bytes: number): boolean {
    this.#at += bytes;
    return this.#at <= this.#end;
  }

  #buffered(wanted: number): Uint8Array {
    const from = this.#at - this.#bufferStart;
    const result = this.#buffer.subarray(from, Math.min(from + wanted, this.#bufferEnd - this.#bufferStart));
    this.#at += result.length;
    return result;
  }

  /** Small bodies: what comes next is soon wanted too, so read far. Large ones: only the header is wanted. */
  async #fill(): Promise<void> {
    const near = this.#at - this.#bufferEnd < NEAR;
    this.#bufferStart = this.#at;
    const length = near ? this.#buffer.length : SHORT;
    const { bytesRead } = await this.#file.read(this.#buffer, 0, length, this.#at);
    this.#bufferEnd = this.#bufferStart + bytesRead;
  }

  async #readLarge(bytes: number): Promise<Uint8Array> {
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(bytes), 0, bytes, this.#at);
    this.#at += bytesRead;
    return buffer.subarray(0, bytesRead);
  }
}

/** Chunks as they come: a gunzipped layer, an answer of the engine. */
export class StreamSource implements ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #left: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async read(bytes: number): Promise<Uint8Array> {
    if (this.#left.length >= bytes) return this.#take(bytes);
    const parts: Uint8Array[] = [];
    let have = 0;
    while (have < bytes) {
      if (this.#left.length === 0 && !(await this.#next())) break;
      const part = this.#take(bytes - have);
      parts.push(part);
      have += part.length;
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  async skip(bytes: number): Promise<boolean> {
    let left = bytes;
    while (left > 0) {
      if (this.#left.length === 0 && !(await this.#next())) return false;
      left -= this.#take(Math.min(left, CHUNK)).length;
    }
    return true;
  }

  async #next(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done === true) return false;
    this.#left = value;
    return true;
  }

  #take(bytes: number): Uint8Array {
    const part = this.#left.subarray(0, bytes);
    this.#left = this.#left.subarray(part.length);
    return part;
  }
}
