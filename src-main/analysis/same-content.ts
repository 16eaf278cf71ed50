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

export function savesBytes({ bytes, copies }: Pick<ContentGroup, 'bytes' | 'copies'>): number {
  return bytes * (copies - 1);
}

/** Collects files layer by layer, so that no tree has to stay: a hash table in columns, copies of one content chained. */
export class ContentTable {
  #files = 0;
  #twinBytes = 0;
  #full = false;
  #sizes = new Float64Array(1024);
  #checksums = new BigUint64Array(1024);
  #layers = new Int32Array(1024);
  #entries = new Int32Array(1024);
  /** The copy of the same content that came before. */
  #before = new Int32Array(1024);
  /** The last copy of each content, by the hash of size and checksum. */
  #slots = new Int32Array(4096).fill(NONE);
  #contents = 0;

  /** @param isTwin another layer with the same DiffID was added before */
  addLayer(layer: number, tree: LayerTree, isTwin = false): void {
    const { checksums, kinds, sizes, hardLinks } = tree;
    if (checksums === null) return;
    for (let entry = 1; entry < tree.length; entry += 1) {
      const bytes = sizes[entry]!;
      if (bytes < SMALLEST_BYTES || kinds[entry] !== ENTRY_KIND.file || hardLinks.has(entry)) continue;
      const checksum = checksums[entry]!;
      if (checksum === 0n) continue; // none is known
      if (this.#files >= MAX_COPIES) {
        this.#full = true;
        return;
      }
      this.#add({ bytes, checksum, layer, entry });
      if (isTwin) this.#twinBytes += bytes;
    }
  }

  /** @param most how many groups are wanted in full */
  result(most: number): SameContent {
    const heads: { last: number; copies: number; saves: number }[] = [];
    let saved = 0;
    for (const last of this.#slots) {
      if (last === NONE || this.#before[last] === NONE) continue;
      const copies = this.#chain(last).length;
      const saves = savesBytes({ bytes: this.#sizes[last]!, copies });
      saved += saves;
      heads.push({ last, copies, saves });
    }
    heads.sort((a, b) => b.saves - a.saves || a.last - b.last);
    return {
      files: this.#files,
      groupCount: heads.length,
      savesBytes: saved,
      inTwinLayersBytes: this.#twinBytes,
      groups: heads.slice(0, most).map(({ last, copies }) => ({
        bytes: this.#sizes[last]!,
        checksum: this.#checksums[last]!,
        copies,
        members: this.#chain(last)
          .reverse()
          .slice(0, MAX_MEMBERS)
          .map((copy) => ({ layer: this.#layers[copy]!, entry: this.#entries[copy]! })),
      })),
      full: this.#full,
    };
  }

  #add(file: { bytes: number; checksum: bigint; layer: number; entry: number }): void {
    const copy = this.#files++;
    if (copy === this.#sizes.length) this.#grow();
    this.#sizes[copy] = file.bytes;
    this.#checksums[copy] = file.checksum;
    this.#layers[copy] = file.layer;
    this.#entries[copy] = file.entry;
    const slot = this.#slotOf(copy);
    const before = this.#slots[slot]!;
    this.#before[copy] = before;
    this.#slots[slot] = copy;
    if (before === NONE && (this.#contents += 1) * 2 > this.#slots.length) this.#spread();
  }

  /** Where the content of this copy is, or belongs. */
  #slotOf(copy: number): number {
    const [bytes, checksum] = [this.#sizes[copy]!, this.#checksums[copy]!];
    const mask = this.#slots.length - 1;
    let slot = mixed(checksum, bytes) & mask;
    for (let there = this.#slots[slot]!; there !== NONE; there = this.#slots[slot]!) {
      if (this.#checksums[there] === checksum && this.#sizes[there] === bytes) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Copies of one content, the last first. */
  #chain(last: number): number[] {
    const chain: number[] = [];
    for (let copy = last; copy !== NONE; copy = this.#before[copy]!) chain.push(copy);
    return chain;
  }

  #grow(): void {
    const length = this.#sizes.length * 2;
    this.#sizes = copied(this.#sizes, new Float64Array(length));
    this.#checksums = copied(this.#checksums, new BigUint64Array(length));
    this.#layers = copied(this.#layers, new Int32Array(length));
    this.#entries = copied(this.#entries, new Int32Array(length));
    this.#before = copied(this.#before, new Int32Array(length));
  }

  #spread(): void {
    const lasts = this.#slots.filter((last) => last !== NONE);
    this.#slots = new Int32Array(this.#slots.length * 2).fill(NONE);
    for (const last of lasts) this.#slots[this.#slotOf(last)] = last;
  }
}

/** All bits of both, so that files of one size or with like checksums do not crowd one place. */
function mixed(checksum: bigint, bytes: number): number {
  const low = Number(BigInt.asUintN(32, checksum));
  const high = Number(checksum >> 32n);
  const hash = Math.imul(low ^ Math.imul(high ^ (bytes | 0), 0x85ebca6b), 0x9e3779b1);
  return hash ^ (hash >>> 15);
}

function copied<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
