/**
 * What each step of an order frees. A folder of overlay2/ leaves with its last user, so its blocks belong to the step
 * that removes that one; the sum over the steps is what the whole set frees. PURE.
 *
 * Every image counts here, intermediate ones too: we delete without letting the engine prune parents.
 */
import type { StoreGraph } from '../analysis/graph.ts';
import { sum, unknown, type Measured } from '../model/measured.ts';
import type { StoreSnapshot } from '../model/store.ts';
import { itemKey } from './items.ts';

export interface StepFrees {
  readonly diskBytes: Measured;
  /** What leaves the disk, below the data root. */
  readonly paths: readonly string[];
}

interface Leaving {
  readonly sizes: Measured[];
  readonly paths: string[];
}

/** `order`: the key of the item that each step removes, null for a step that only takes a name away. */
export function freesInOrder(order: readonly (string | null)[], graph: StoreGraph): readonly StepFrees[] {
  const world = new Shrinking(graph);
  return order.map((key) => {
    const leaving: Leaving = { sizes: [], paths: [] };
    if (key !== null) world.remove(key, leaving);
    return { diskBytes: sum(leaving.sizes), paths: leaving.paths };
  });
}

/** The store while one item after the other goes. */
class Shrinking {
  readonly #graph: StoreGraph;
  readonly #holders: Int32Array;
  /** Items whose chain is not known, and one for those that could not be read: while one is there, no layer leaves for sure. */
  #anyHolders: number;
  readonly #links: ReadonlyMap<string, string | null>;
  readonly #cacheFolders: ReadonlyMap<string, readonly CacheFolder[]>;

  constructor(graph: StoreGraph) {
    this.#graph = graph;
    this.#holders = graph.holders.slice();
    const unseen = graph.snapshot.usersIncomplete == null ? 0 : 1;
    this.#anyHolders = graph.anyContainers.length + graph.anyImages.length + unseen;
    this.#links = new Map(graph.snapshot.folders.map((folder) => [folder.name, folder.link]));
    this.#cacheFolders = cacheFolders(graph.snapshot);
  }

  remove(key: string, leaving: Leaving): void {
    const colon = key.indexOf(':');
    const id = key.slice(colon + 1);
    const { snapshot, ...graph } = this.#graph;
    switch (key.slice(0, colon)) {
      case 'container': {
        const at = graph.containerAt.get(id);
        const container = at === undefined ? undefined : snapshot.containers[at];
        if (at === undefined || container === undefined) return;
        leaving.sizes.push(container.writableDiskBytes, container.linkDiskBytes, container.logDiskBytes);
        const folders = [...this.#paths(container.mountId), ...this.#paths(container.initId)];
        leaving.paths.push(...folders, `containers/${id}`);
        if (container.chain === null) this.#anyHolders--;
        return this.#release(graph.containerLayers[at], leaving);
      }
      case 'image': {
        const at = graph.imageAt.get(id);
        if (at === undefined) return;
        if (snapshot.images[at]?.chainUnknown !== undefined) {
          this.#anyHolders--;
          leaving.sizes.push(unknown('the layers of an image are not known'));
        }
        return this.#release(graph.imageLayers[at], leaving);
      }
      case 'build-cache': {
        const at = graph.recordAt.get(id);
        const record = at === undefined ? undefined : snapshot.buildCache[at];
        if (at === undefined || record === undefined) return;
        if (record.cacheId === null && !record.shared) leaving.sizes.push(record.diskBytes);
        for (const folder of this.#cacheFolders.get(id) ?? []) {
          folder.records.delete(id);
          if (folder.records.size > 0) continue;
          leaving.sizes.push(...folder.sizes);
          leaving.paths.push(...this.#paths(folder.name));
        }
        return this.#release(graph.recordLayers[at], leaving);
      }
      case 'volume': {
        const volume = snapshot.volumes.find((one) => one.name === id);
        if (volume === undefined) return;
        leaving.sizes.push(volume.diskBytes);
        leaving.paths.push(`volumes/${id}`);
        return;
      }
      default: {
        // It leaves overlay2/ for the quarantine; the purge frees the disk.
        const folder = snapshot.folders.find((one) => `overlay2/${one.name}` === id);
        if (folder === undefined) return;
        leaving.sizes.push(folder.diskBytes, folder.linkDiskBytes);
        leaving.paths.push(...this.#paths(folder.name));
      }
    }
  }

  #release(layers: Int32Array | undefined, leaving: Leaving): void {
    for (const at of layers ?? []) {
      const holders = this.#holders[at] ?? 0;
      this.#holders[at] = holders - 1;
      const layer = this.#graph.snapshot.layers[at];
      if (holders !== 1 || layer === undefined) continue;
      if (this.#anyHolders > 0) {
        leaving.sizes.push(unknown('a container or image may stand on any layer: not all are known'));
        continue;
      }
      leaving.sizes.push(layer.diskBytes, layer.linkDiskBytes);
      leaving.paths.push(...this.#paths(layer.cacheId));
    }
  }

  /** A folder of overlay2/ and its short name. */
  #paths(name: string | null): string[] {
    if (name === null) return [];
    const link = this.#links.get(name);
    return [`overlay2/${name}`, ...(link === undefined || link === null ? [] : [`overlay2/l/${link}`])];
  }
}

interface CacheFolder {
  readonly name: string;
  readonly sizes: readonly Measured[];
  readonly records: Set<string>;
}

/** By record: the folders that no image layer has. Two records may be one folder's. */
function cacheFolders(snapshot: StoreSnapshot): ReadonlyMap<string, readonly CacheFolder[]> {
  const byRecord = new Map<string, CacheFolder[]>();
  for (const { name, owner, diskBytes, linkDiskBytes } of snapshot.folders) {
    if (owner.kind !== 'build-cache') continue;
    const folder = { name, sizes: [diskBytes, linkDiskBytes], records: new Set(owner.recordIds) };
    for (const id of owner.recordIds) byRecord.set(id, [...(byRecord.get(id) ?? []), folder]);
  }
  return byRecord;
}

/** Key of what a step removes, for `freesInOrder`. */
export function removedKey(step: { readonly item: string; readonly last: boolean }): string | null {
  return step.last && !step.item.startsWith(itemKey('tag', '')) ? step.item : null;
}
