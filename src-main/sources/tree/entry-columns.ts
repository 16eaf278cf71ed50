import { ENTRY_KIND, type EntryKind, type LayerTree } from '../../model/tree.ts';

const FIRST_CAPACITY = 1024;
/** Which half of a 64-bit number comes first in memory here. */
const LOW_FIRST = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

export interface EntryFacts {
  readonly kind: EntryKind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly diskBytes?: number | undefined;
  readonly mtimeMs: number;
  /** CRC-64 of the content, eight bytes, big endian; read at once, so the caller may use them again. */
  readonly checksum?: Uint8Array | undefined;
}

/** The numeric columns of a LayerTree while it grows. Entry 0, the root, is there from the start. */
export class EntryColumns {
  length = 1;
  parents = new Int32Array(FIRST_CAPACITY);
  kinds = new Uint8Array(FIRST_CAPACITY);
  sizes = new Float64Array(FIRST_CAPACITY);
  #modes = new Uint16Array(FIRST_CAPACITY);
  #uids = new Uint32Array(FIRST_CAPACITY);
  #gids = new Uint32Array(FIRST_CAPACITY);
  #mtimes = new Float64Array(FIRST_CAPACITY);
  #disk: Float64Array<ArrayBuffer> | null;
  /** Two words an entry; null until the first checksum comes. */
  #checksums: Uint32Array<ArrayBuffer> | null = null;

  constructor({ knowsDisk }: { knowsDisk: boolean }) {
    this.#disk = knowsDisk ? new Float64Array(FIRST_CAPACITY) : null;
    this.parents[0] = -1;
    this.#modes[0] = 0o755;
  }

  /** A folder that nobody described yet. */
  add(parent: number): number {
    const at = this.length;
    if (at === this.parents.length) this.#grow();
    this.length += 1;
    this.parents[at] = parent;
    this.kinds[at] = ENTRY_KIND.folder;
    this.#modes[at] = 0o755;
    return at;
  }

  describe(at: number, entry: EntryFacts): void {
    this.kinds[at] = entry.kind;
    this.#modes[at] = entry.mode & 0o7777;
    this.#uids[at] = entry.uid;
    this.#gids[at] = entry.gid;
    this.sizes[at] = entry.kind === ENTRY_KIND.folder ? 0 : entry.size;
    this.#mtimes[at] = entry.mtimeMs;
    if (this.#disk !== null) this.#disk[at] = entry.diskBytes ?? 0;
    if (entry.checksum !== undefined) this.#keepChecksum(at, entry.checksum);
  }

  finish(): Omit<LayerTree, 'names' | 'linkTargets' | 'hardLinks' | 'opaque' | 'problems'> {
    const { length } = this;
    return {
      length,
      parents: this.parents.slice(0, length),
      kinds: this.kinds.slice(0, length),
      modes: this.#modes.slice(0, length),
      uids: this.#uids.slice(0, length),
      gids: this.#gids.slice(0, length),
      sizes: this.sizes.slice(0, length),
      diskBytes: this.#disk?.slice(0, length) ?? null,
      mtimesMs: this.#mtimes.slice(0, length),
      checksums: this.#checksums && new BigUint64Array(this.#checksums.slice(0, 2 * length).buffer),
    };
  }

  #keepChecksum(at: number, bytes: Uint8Array): void {
    const words = (this.#checksums ??= new Uint32Array(2 * this.parents.length));
    const high = (bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!;
    const low = (bytes[4]! << 24) | (bytes[5]! << 16) | (bytes[6]! << 8) | bytes[7]!;
    words[2 * at] = LOW_FIRST ? low : high;
    words[2 * at + 1] = LOW_FIRST ? high : low;
  }

  #grow(): void {
    const capacity = 2 * this.parents.length;
    this.parents = larger(this.parents, new Int32Array(capacity));
    this.kinds = larger(this.kinds, new Uint8Array(capacity));
    this.sizes = larger(this.sizes, new Float64Array(capacity));
    this.#modes = larger(this.#modes, new Uint16Array(capacity));
    this.#uids = larger(this.#uids, new Uint32Array(capacity));
    this.#gids = larger(this.#gids, new Uint32Array(capacity));
    this.#mtimes = larger(this.#mtimes, new Float64Array(capacity));
    if (this.#disk !== null) this.#disk = larger(this.#disk, new Float64Array(capacity));
    if (this.#checksums !== null) this.#checksums = larger(this.#checksums, new Uint32Array(2 * capacity));
  }
}

function larger<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
