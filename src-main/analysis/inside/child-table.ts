/**
 * Children by parent and name, for millions of nodes: one open hash table and two links a node, instead of a Map for
 * every folder. Nodes are numbered from 0 (the root), each added once.
 */
export class ChildTable {
  readonly #names: readonly string[];
  readonly #parents: Int32Array;
  readonly #firstChild: Int32Array;
  readonly #nextSibling: Int32Array;
  /** Node numbers; 0 = free, because the root is nobody's child. */
  readonly #slots: Int32Array;
  /** So that nobody can prepare names that all land on one slot. */
  readonly #seed = Math.floor(Math.random() * 2 ** 31);

  /** @param names and parents by node: read here, filled by the owner before a node is added */
  constructor(names: readonly string[], parents: Int32Array) {
    this.#names = names;
    this.#parents = parents;
    this.#firstChild = new Int32Array(parents.length);
    this.#nextSibling = new Int32Array(parents.length);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(8, parents.length * 1.5))));
  }

  find(parent: number, name: string): number | undefined {
    const node = this.#slots[this.#slotOf(parent, name)]!;
    return node === 0 ? undefined : node;
  }

  add(node: number): void {
    const parent = this.#parents[node]!;
    this.#slots[this.#slotOf(parent, this.#names[node]!)] = node;
    this.#nextSibling[node] = this.#firstChild[parent]!;
    this.#firstChild[parent] = node;
  }

  *of(parent: number): Iterable<number> {
    for (let node = this.#firstChild[parent]!; node !== 0; node = this.#nextSibling[node]!) yield node;
  }

  /** Where it stands, or the free slot where it would. */
  #slotOf(parent: number, name: string): number {
    const mask = this.#slots.length - 1;
    let hash = this.#seed ^ Math.imul(parent, 0x9e3779b1);
    for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    for (let slot = (hash ^ (hash >>> 13)) & mask; ; slot = (slot + 1) & mask) {
      const node = this.#slots[slot]!;
      if (node === 0 || (this.#parents[node] === parent && this.#names[node] === name)) return slot;
    }
  }
}
