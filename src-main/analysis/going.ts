/** What of a selection really goes: users that stay keep what they use, and intermediates go with their last child. */
import type { BuildCacheRecord, Image } from '../model/store.ts';
import type { StoreGraph } from './graph.ts';
import { orphansOf } from './orphans.ts';

/** Ids and names as in the scan document; orphans by path. Absent = none of that kind. */
export interface Going {
  readonly images?: readonly string[];
  readonly containers?: readonly string[];
  readonly volumes?: readonly string[];
  readonly buildCache?: readonly string[];
  readonly orphans?: readonly string[];
}

export interface Stay {
  readonly kind: 'image' | 'container' | 'volume' | 'build-cache' | 'orphan';
  readonly id: string;
  readonly name: string;
  readonly because: string;
}

/** Places in the graph's lists. */
export interface Leaving {
  /** The selected images, and the intermediates that go with them. */
  readonly images: ReadonlySet<number>;
  readonly containers: ReadonlySet<number>;
  readonly records: ReadonlySet<number>;
  readonly volumes: ReadonlySet<number>;
  /** In `snapshot.folders`. */
  readonly orphans: ReadonlySet<number>;
  readonly stays: readonly Stay[];
}

export function leavingOf(graph: StoreGraph, going: Going): Leaving {
  const stays: Stay[] = [];
  const containers = found('container', going.containers, graph.containerAt, stays);
  return {
    containers,
    images: images(graph, found('image', going.images, graph.imageAt, stays), containers, stays),
    records: records(graph, found('build-cache', going.buildCache, graph.recordAt, stays), stays),
    volumes: volumes(graph, found('volume', going.volumes, graph.volumeAt, stays), containers, stays),
    orphans: orphans(graph, going.orphans ?? [], stays),
    stays,
  };
}

/** The name people know an image by: its first tag, else a digest name, else the short id. */
export function imageName(image: Image): string {
  return image.tags[0] ?? image.digests[0] ?? image.id.slice('sha256:'.length, 'sha256:'.length + 12);
}

function found(
  kind: Stay['kind'],
  ids: readonly string[] | undefined,
  at: ReadonlyMap<string, number>,
  stays: Stay[],
): Set<number> {
  const places = new Set<number>();
  for (const id of ids ?? []) {
    const place = at.get(id);
    if (place === undefined) stays.push({ kind, id, name: id, because: 'it is not in this scan' });
    else places.add(place);
  }
  return places;
}

/** An image goes when it was selected, or is intermediate, and no child of it and no container made of it stays. */
function images(
  graph: StoreGraph,
  selected: ReadonlySet<number>,
  containers: ReadonlySet<number>,
  stays: Stay[],
): Set<number> {
  const { images: all, containers: allContainers } = graph.snapshot;
  const gone = new Set<number>();
  const queue = [...selected];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    const parent = graph.imageParent[at]!;
    if (gone.has(at) || !(selected.has(at) || all[at]!.intermediate)) continue;
    if (graph.children[at]!.some((child) => !gone.has(child))) continue;
    if (graph.imageContainers[at]!.some((user) => !containers.has(user))) continue;
    gone.add(at);
    if (parent >= 0) queue.push(parent);
  }
  for (const at of selected) {
    if (gone.has(at)) continue;
    const user = graph.imageContainers[at]!.find((one) => !containers.has(one));
    const child = graph.children[at]!.find((one) => !gone.has(one));
    const because =
      user !== undefined
        ? `container ${allContainers[user]!.name || allContainers[user]!.id.slice(0, 12)} is made of it`
        : `image ${imageName(all[child ?? at]!)} was built on it and stays`;
    stays.push({ kind: 'image', id: all[at]!.id, name: imageName(all[at]!), because });
  }
  return gone;
}

/** BuildKit lets a record go when it is not in use and no record that stays stands on it. */
function records(graph: StoreGraph, selected: ReadonlySet<number>, stays: Stay[]): Set<number> {
  const all = graph.snapshot.buildCache;
  const gone = new Set<number>();
  const queue = [...selected];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (gone.has(at) || !selected.has(at) || all[at]!.inUse) continue;
    if (graph.recordChildren[at]!.some((child) => !gone.has(child))) continue;
    gone.add(at);
    for (const parent of all[at]!.parents) {
      const place = graph.recordAt.get(parent);
      if (place !== undefined) queue.push(place);
    }
  }
  for (const at of selected) {
    if (gone.has(at)) continue;
    const record = all[at]!;
    const child = graph.recordChildren[at]!.find((one) => !gone.has(one));
    const on = child === undefined ? '' : `build record ${all[child]!.id} stands on it and stays`;
    const because = record.inUse ? whyInUse(record) : on;
    stays.push({ kind: 'build-cache', id: record.id, name: record.description || record.id, because });
  }
  return gone;
}

/** Unknown means in use; which of both it is, is said. */
export function whyInUse({ useUnknown }: BuildCacheRecord): string {
  return useUnknown === undefined ? 'a build uses it' : `a build may use it: ${useUnknown}`;
}

function volumes(
  graph: StoreGraph,
  selected: ReadonlySet<number>,
  containers: ReadonlySet<number>,
  stays: Stay[],
): Set<number> {
  const gone = new Set<number>();
  const { usersIncomplete } = graph.snapshot;
  for (const at of selected) {
    const { name, containers: users } = graph.snapshot.volumes[at]!;
    if (usersIncomplete != null) {
      const because = `not all containers could be read (${usersIncomplete}), so one may use it`;
      stays.push({ kind: 'volume', id: name, name, because });
      continue;
    }
    const user = users.find((id) => !containers.has(graph.containerAt.get(id) ?? -1));
    if (user === undefined) gone.add(at);
    else stays.push({ kind: 'volume', id: name, name, because: `container ${nameOf(graph, user)} uses it` });
  }
  return gone;
}

function nameOf(graph: StoreGraph, containerId: string): string {
  const at = graph.containerAt.get(containerId);
  return (at === undefined ? '' : graph.snapshot.containers[at]!.name) || containerId.slice(0, 12);
}

function orphans(graph: StoreGraph, selected: readonly string[], stays: Stay[]): Set<number> {
  const gone = new Set<number>();
  if (selected.length === 0) return gone;
  const judged = new Map(orphansOf(graph.snapshot).map((orphan) => [orphan.path, orphan.folder.name]));
  for (const path of selected) {
    const at = graph.folderAt.get(judged.get(path) ?? '');
    if (at !== undefined) gone.add(at);
    else stays.push({ kind: 'orphan', id: path, name: path, because: 'it is not proven to be an orphan' });
  }
  return gone;
}
