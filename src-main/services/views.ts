/** What is derived from a snapshot, once for each: the graph of users and the document. */
import { storeGraph, type StoreGraph } from '../analysis/graph.ts';
import type { ScanDocument } from '../contract/scan-document.ts';
import type { StoreSnapshot } from '../model/store.ts';
import { scanDocument } from './scan-document.ts';

const graphs = new WeakMap<StoreSnapshot, StoreGraph>();
const documents = new WeakMap<StoreSnapshot, ScanDocument>();

export function graphOf(snapshot: StoreSnapshot): StoreGraph {
  return kept(graphs, snapshot, () => storeGraph(snapshot));
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
