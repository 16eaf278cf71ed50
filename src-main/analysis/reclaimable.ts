/** What the usual sets would free, each exact for its own set removed alone. */
import { unknown } from '../model/measured.ts';
import type { Measured } from '../model/measured.ts';
import type { ContainerState } from '../model/store.ts';
import { freedBy } from './freed-by.ts';
import type { Going } from './freed-by.ts';
import type { StoreGraph } from './graph.ts';
import { orphansOf } from './orphans.ts';

export type ReclaimableSet = 'dangling' | 'unused' | 'stoppedContainers' | 'buildCache' | 'orphans';

/** Of these the engine removes without force. */
const STOPPED: ReadonlySet<ContainerState> = new Set<ContainerState>(['created', 'exited', 'dead']);

/** The members of each set: what a user selects by "all dangling images" and so on. */
export function reclaimableSets(graph: StoreGraph): Record<ReclaimableSet, Going> {
  const { snapshot } = graph;
  const { images, containers, buildCache } = snapshot;
  const unused = images.filter((image, at) => !image.intermediate && graph.imageContainers[at]!.length === 0);
  return {
    dangling: { images: images.filter((image) => image.dangling).map((image) => image.id) },
    unused: { images: unused.map((image) => image.id) },
    stoppedContainers: {
      containers: containers.filter((one) => STOPPED.has(one.state)).map((one) => one.id),
    },
    buildCache: { buildCache: buildCache.filter((record) => !record.inUse).map((record) => record.id) },
    orphans: { orphans: orphansOf(snapshot).map((orphan) => orphan.path) },
  };
}

/** Unknown for all while the data root was not read: an empty set frees nothing only when we know that it is empty. */
export function reclaimable(graph: StoreGraph): Record<ReclaimableSet, Measured> {
  const sets = reclaimableSets(graph);
  const read = graph.snapshot.ledger.length > 0;
  const freed = (set: Going): Measured =>
    read ? freedBy(graph, set).diskBytes : unknown('the data root was not read');
  const { usersIncomplete, ownersIncomplete, folders } = graph.snapshot;
  const unjudged = ownersIncomplete !== null && folders.some((folder) => folder.owner.kind === 'unowned');
  const unsure = graph.snapshot.buildCache.find((one) => one.useUnknown !== undefined)?.useUnknown;
  const freedLayers = (set: Going): Measured =>
    usersIncomplete == null ? freed(set) : unknown(`not all users could be read: ${usersIncomplete}`);
  return {
    dangling: freedLayers(sets.dangling),
    unused: freedLayers(sets.unused),
    stoppedContainers: freed(sets.stoppedContainers),
    buildCache: unsure === undefined ? freedLayers(sets.buildCache) : unknown(unsure),
    orphans: unjudged ? unknown(`not all owners could be read: ${ownersIncomplete}`) : freed(sets.orphans),
  };
}
