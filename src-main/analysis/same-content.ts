/**
 * The same file stored in several image layers. The engine keeps the CRC-64 of every file of a layer; equal size and
 * CRC say "very probably the same", and only a hash of the contents says "the same".
 */
import { ENTRY_KIND, type LayerTree } from '../model/tree.ts';

/** Smaller files are left out: they are most of all files and cost little. */
export const SMALLEST_BYTES = 64 * 1024;
/** At 32 bytes each; more copies of larger files than any store has. */
const MAX_COPIES = 4_000_000;
/** Of one content: enough to look at and to hash. */
const MAX_MEMBERS = 2_000;
const NONE = -1;

export interface SameContent {
  /** Files of at least SMALLEST_BYTES, each inode of a layer once. */
  readonly files: number;
  /** Contents that lie there more than once. */
  readonly groupCount: number;
  /** All copies but one of each. */
  readonly savesBytes: number;
  /** Of savesBytes, in layers that are themselves stored twice. */
  readonly inTwinLayersBytes: number;
  /** Those that cost most, the most first. */
  readonly groups: readonly ContentGroup[];
  /** More files than can be compared: all numbers are lower bounds. */
  readonly full: boolean;
}

export interface ContentGroup {
  /** Of one copy. */
  readonly bytes: number;
  readonly checksum: bigint;
  readonly copies: number;
  /** In the order in which layers came; the first MAX_MEMBERS. */
  readonly members: readonly ContentCopy[];
}

export interface ContentCopy {
  /** As given to `addLayer`. */
  readonly layer: number;
  /** Of its tree. */
  readonly entry: number;
}

/** All copies but one. */
export function savesBytes({ bytes, copies }: Pick<ContentGroup, 'bytes' | 'copies'>): number {
  return bytes * (copies - 1);
}

/** Collects files layer by layer, so that no tree has to stay: a hash table in columns, copies of one content chained. */
export class ContentTable {
  #files = 0;
  #twinBytes = 0;
  #full = false;
  #sizes = new Float64Array(1024);
  /** Two words each. */
  #checksums = new Uint32Array(2048);
  #layers = new Int32Array(1024);
  #entries = new Int32Array(1024);
  /** The copy of the same content that came before, and how many there are with this one. */
  #before = new Int32Array(1024);
  #counts = new Int32Array(1024);
  /** The last copy of each content, by the hash of size and checksum. */
  #slots = new Int32Array(4096).fill(NONE);
  #contents = 0;

  /** @param isTwin another layer with the same DiffID was added before */
  addLayer(layer: number, tree: LayerTree, isTwin = false): void {
    if (tree.checksums === null) return;
    const { kinds, sizes, hardLinks } = tree;
    const { buffer, byteOffset } = tree.checksums;
    const words = new Uint32Array(buffer, byteOffset, 2 * tree.length);
    for (let entry = 1; entry < tree.length; entry += 1) {
      const bytes = sizes[entry]!;
      if (bytes < SMALLEST_BYTES || kinds[entry] !== ENTRY_KIND.file || hardLinks.has(entry)) continue;
      const [low, high] = [words[2 * entry]!, words[2 * entry + 1]!];
      if (low === 0 && high === 0) continue; // none is known
      if (this.#files >= MAX_COPIES) {
        this.#full = true;
        return;
      }
      const copy = this.#next();
      this.#sizes[copy] = bytes;
      this.#checksums[2 * copy] = low;
      this.#checksums[2 * copy + 1] = high;
      this.#layers[copy] = layer;
      this.#entries[copy] = entry;
      this.#chain(copy);
      if (isTwin) this.#twinBytes += bytes;
    }
  }

  /** @param most how many groups are wanted in full */
  result(most: number): SameContent {
    const costliest: { last: number; saves: number }[] = [];
    let [groupCount, saved] = [0, 0];
    for (const last of this.#slots) {
      if (last === NONE || this.#before[last] === NONE) continue;
      const saves = savesBytes({ bytes: this.#sizes[last]!, copies: this.#counts[last]! });
      groupCount += 1;
      saved += saves;
      if (costliest.length >= most && saves <= (costliest.at(-1)?.saves ?? 0)) continue;
      const place = costliest.findIndex((other) => other.saves < saves);
      costliest.splice(place < 0 ? costliest.length : place, 0, { last, saves });
      if (costliest.length > most) costliest.pop();
    }
    return {
      files: this.#files,
      groupCount,
      savesBytes: saved,
      inTwinLayersBytes: this.#twinBytes,
      groups: costliest.map(({ last }) => this.#group(last)),
      full: this.#full,
    };
  }

  #group(last: number): ContentGroup {
    const copies: number[] = [];
    for (let copy = last; copy !== NONE; copy = this.#before[copy]!) copies.push(copy);
    return {
      bytes: this.#sizes[last]!,
      checksum: (BigInt(this.#checksums[2 * last + 1]!) << 32n) | BigInt(this.#checksums[2 * last]!),
      copies: copies.length,
      members: copies
        .reverse()
        .slice(0, MAX_MEMBERS)
        .map((copy) => ({ layer: this.#layers[copy]!, entry: this.#entries[copy]! })),
    };
  }

  #chain(copy: number): void {
    const slot = this.#slotOf(copy);
    const before = this.#slots[slot]!;
    this.#before[copy] = before;
    this.#counts[copy] = before === NONE ? 1 : this.#counts[before]! + 1;
    this.#slots[slot] = copy;
    if (before === NONE && (this.#contents += 1) * 2 > this.#slots.length) this.#spread();
  }

  /** Where the content of this copy is, or belongs. */
  #slotOf(copy: number): number {
    const bytes = this.#sizes[copy]!;
    const [low, high] = [this.#checksums[2 * copy]!, this.#checksums[2 * copy + 1]!];
    const mask = this.#slots.length - 1;
    let slot = mixed(low, high, bytes) & mask;
    for (let there = this.#slots[slot]!; there !== NONE; there = this.#slots[slot]!) {
      if (
        this.#checksums[2 * there] === low &&
        this.#checksums[2 * there + 1] === high &&
        this.#sizes[there] === bytes
      )
        break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #next(): number {
    const length = this.#sizes.length;
    if (this.#files === length) {
      this.#sizes = copied(this.#sizes, new Float64Array(2 * length));
      this.#checksums = copied(this.#checksums, new Uint32Array(4 * length));
      this.#layers = copied(this.#layers, new Int32Array(2 * length));
      this.#entries = copied(this.#entries, new Int32Array(2 * length));
      this.#before = copied(this.#before, new Int32Array(2 * length));
      this.#counts = copied(this.#counts, new Int32Array(2 * length));
    }
    return this.#files++;
  }

  #spread(): void {
    const lasts = this.#slots.filter((last) => last !== NONE);
    this.#slots = new Int32Array(this.#slots.length * 2).fill(NONE);
    for (const last of lasts) this.#slots[this.#slotOf(last)] = last;
  }
}

/** All bits of all three, so that files of one size or with like checksums do not crowd one place. */
function mixed(low: number, high: number, bytes: number): number {
  const hash = Math.imul(low ^ Math.imul(high ^ (bytes | 0), 0x85ebca6b), 0x9e3779b1);
  return hash ^ (hash >>> 15);
}

function copied<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
