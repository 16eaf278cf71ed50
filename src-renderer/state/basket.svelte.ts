import type { Client } from '../../src-main/contract/api.ts';
import type { Frees, Selection } from '../../src-main/contract/store.ts';
import { StrataError } from '../../src-main/contract/errors.ts';
import { refKey, type Ref } from '../lib/ref.ts';

/** Ids by kind, the form the contract asks for. Layers and groups are never removed by themselves. */
export function selectionOf(refs: readonly Ref[]): Selection {
  const ids = (kind: Ref['kind']): string[] => refs.filter((ref) => ref.kind === kind).map((ref) => ref.id);
  return {
    images: ids('image'),
    containers: ids('container'),
    volumes: ids('volume'),
    buildCache: ids('build-cache'),
    orphans: ids('orphan'),
  };
}

/** What shall go. Nothing is deleted from here; every change asks what the set as a whole would free. */
export class BasketState {
  #client: Client;
  #past: (readonly Ref[])[] = [];
  #future: (readonly Ref[])[] = [];
  #asking: AbortController | null = null;

  items = $state.raw<readonly Ref[]>([]);
  frees = $state.raw<Frees | null>(null);
  pending = $state(false);
  problem = $state.raw<StrataError | null>(null);
  readonly keys = $derived(new Set(this.items.map(refKey)));

  constructor(client: Client) {
    this.#client = client;
  }

  has(ref: Ref): boolean {
    return this.keys.has(refKey(ref));
  }

  /** All in: takes them out. Else adds what is missing. */
  toggle(refs: readonly Ref[]): void {
    const keys = new Set(refs.map(refKey));
    const missing = refs.filter((ref) => !this.has(ref));
    const next =
      missing.length === 0 ? this.items.filter((ref) => !keys.has(refKey(ref))) : [...this.items, ...missing];
    this.#change(next);
  }

  clear(): void {
    if (this.items.length > 0) this.#change([]);
  }

  undo(): void {
    const last = this.#past.pop();
    if (last === undefined) return;
    this.#future.push(this.items);
    this.#set(last);
  }

  redo(): void {
    const next = this.#future.pop();
    if (next === undefined) return;
    this.#past.push(this.items);
    this.#set(next);
  }

  /** A new document: what is gone leaves the basket, and the rest is counted anew. */
  keepOnly(exists: (ref: Ref) => boolean): void {
    this.#set(this.items.filter(exists));
  }

  #change(items: readonly Ref[]): void {
    this.#past.push(this.items);
    this.#future = [];
    this.#set(items);
  }

  #set(items: readonly Ref[]): void {
    this.items = items;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.problem = null;
    if (this.items.length === 0) {
      this.frees = null;
      this.pending = false;
      return;
    }
    this.pending = true;
    try {
      const frees = await this.#client.call(
        'frees.get',
        { selection: selectionOf(this.items) },
        asking.signal,
      );
      if (!asking.signal.aborted) this.frees = frees;
    } catch (thrown) {
      if (asking.signal.aborted) return;
      this.frees = null;
      this.problem = StrataError.from(thrown);
    }
    if (!asking.signal.aborted) this.pending = false;
  }
}
