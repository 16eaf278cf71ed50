import type { Client } from '../../src-main/contract/api.ts';
import { StrataError } from '../../src-main/contract/errors.ts';
import type { FolderListing, Preview, TreeEntry, WasteReport } from '../../src-main/contract/inside.ts';
import type { ImageDetail } from '../../src-main/contract/store.ts';
import { below, parentPath } from '../lib/paths.ts';
import { Latest } from './latest.svelte.ts';

/** Which tree is looked at. */
export interface TreePlace {
  readonly image: string;
  /** Null is the topmost. */
  readonly layer: number | null;
  readonly view: 'own' | 'stacked';
}

/** The files of one image: folders are asked for when they are opened. */
export class FilesState {
  #client: Client;
  #place: TreePlace | null = null;
  #asking = new AbortController();
  #measured: string | null = null;

  readonly detail = new Latest<ImageDetail>();
  readonly waste = new Latest<WasteReport>();
  readonly found = new Latest<FolderListing>();
  /** The biggest entries below the folder on screen, for pictures. */
  readonly biggest = new Latest<FolderListing>();
  readonly preview = new Latest<Preview>();
  listings = $state.raw<ReadonlyMap<string, FolderListing>>(new Map());
  open = $state.raw<ReadonlySet<string>>(new Set());
  problem = $state.raw<StrataError | null>(null);

  constructor(client: Client) {
    this.#client = client;
  }

  /** The steps of an image, at once. */
  load(image: string): void {
    this.#measured = null;
    this.waste.clear();
    this.detail.ask((signal) => this.#client.call('image.get', { imageId: image }, signal), true);
  }

  /** The waste of an image, once; asked after the tree, which it would only hold up. */
  measure(image: string): void {
    if (this.#measured === image && this.waste.problem === null) return;
    this.#measured = image;
    this.waste.ask((signal) => this.#client.call('inside.waste', { image }, signal), true);
  }

  /** Shows a folder of a tree; another tree forgets the folders of the one before. */
  go(place: TreePlace, path: string): void {
    const before = this.#place;
    const same = before?.image === place.image && before.layer === place.layer && before.view === place.view;
    if (!same) {
      this.#asking.abort();
      this.#asking = new AbortController();
      this.#place = place;
      this.listings = new Map();
      this.open = new Set();
    }
    this.problem = null;
    void this.#read(path);
  }

  /** Opens or shuts a folder in the tree. */
  toggle(path: string): void {
    const open = new Set(this.open);
    if (!open.delete(path)) open.add(path);
    this.open = open;
    if (open.has(path)) void this.#read(path);
  }

  /** Opens all folders between one that is shown and a path in it. */
  reveal(from: string, path: string): void {
    const open = new Set(this.open);
    for (let above = parentPath(path); above !== from && above !== '/'; above = parentPath(above)) {
      open.add(above);
      void this.#read(above);
    }
    this.open = open;
  }

  find(place: TreePlace, glob: string): void {
    this.found.ask((signal) => this.#client.call('inside.find', { ...place, glob }, signal));
  }

  /** A folder whose name reads as a pattern has a picture of its own entries alone. */
  draw(place: TreePlace, path: string): void {
    const glob = below(path);
    this.biggest.ask((signal) =>
      glob === null
        ? this.#client.call('inside.list', { ...place, path }, signal)
        : this.#client.call('inside.find', { ...place, glob }, signal),
    );
  }

  read(image: string, entry: TreeEntry): void {
    const params = { image, container: null, layer: entry.layer, path: entry.path };
    this.preview.ask((signal) => this.#client.call('inside.preview', params, signal), true);
  }

  stop(): void {
    this.#asking.abort();
    for (const one of [this.detail, this.waste, this.found, this.biggest, this.preview]) one.stop();
  }

  async #read(path: string): Promise<void> {
    const place = this.#place;
    const { signal } = this.#asking;
    if (place === null || this.listings.has(path)) return;
    try {
      const listing = await this.#client.call('inside.list', { ...place, path }, signal);
      if (!signal.aborted) this.listings = new Map(this.listings).set(path, listing);
    } catch (thrown) {
      if (!signal.aborted) this.problem = StrataError.from(thrown);
    }
  }
}
