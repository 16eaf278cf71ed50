/** What is derived from a snapshot, once for each: the graph of users, things by id, the document. */
import { worldOf, type World } from '../actions/items.ts';
import { storeGraph, type StoreGraph } from '../analysis/graph.ts';
import type { ScanDocument } from '../contract/scan-document.ts';
import type { StoreSnapshot } from '../model/store.ts';
import { NO_PINS } from './pins.ts';
import { scanDocument } from './scan-document.ts';

const graphs = new WeakMap<StoreSnapshot, StoreGraph>();
const worlds = new WeakMap<StoreSnapshot, World>();
const documents = new WeakMap<StoreSnapshot, ScanDocument>();

export function graphOf(snapshot: StoreSnapshot): StoreGraph {
  return kept(graphs, snapshot, () => storeGraph(snapshot));
}

/** Without pins: they change without a scan. */
export function worldIn(snapshot: StoreSnapshot): World {
  return kept(worlds, snapshot, () => worldOf(snapshot, NO_PINS, snapshot.takenAtMs));
}

export function documentOf(snapshot: StoreSnapshot): ScanDocument {
  return kept(documents, snapshot, () => scanDocument(snapshot, graphOf(snapshot)));
}

function kept<T>(memory: WeakMap<StoreSnapshot, T>, snapshot: StoreSnapshot, make: () => T): T {
  const there = memory.get(snapshot);
  if (there !== undefined) return there;
  const made = make();
  memory.set(snapshot, made);
  return made;
}
