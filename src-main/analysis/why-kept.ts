/** The shortest chain of users that keeps a thing, nearest first; where several are as short, the firmest hold. */
import type { WhyLink } from '../contract/store.ts';
import { shortId } from '../model/ids.ts';
import type { Container } from '../model/store.ts';
import { imageName, whyInUse } from './going.ts';
import type { StoreGraph } from './graph.ts';

/** A container made of it; else, child by child, the image built on it; else nothing. */
export function keepersOfImage(graph: StoreGraph, image: number): WhyLink[] {
  const kept: WhyLink[] = [];
  const seen = new Set<number>();
  let at: number | undefined = image;
  while (at !== undefined && !seen.has(at)) {
    seen.add(at);
    const user = firmest(graph, graph.imageContainers[at]!);
    if (user !== undefined) return [...kept, containerKeeper(user, 'it was made of it')];
    const child: number | undefined = graph.children[at]!.find((one) => !seen.has(one));
    if (child === undefined) return kept;
    const below = graph.snapshot.images[child]!;
    kept.push({ kind: 'image', id: below.id, name: imageName(below), because: 'it was built on it' });
    at = child;
  }
  return kept;
}

/** A container on it, through its image; else a head image; else a build record; else an unreferenced layer above. */
export function keepersOfLayer(graph: StoreGraph, layer: number): WhyLink[] {
  const { images, containers, layers } = graph.snapshot;
  const on = (stacks: readonly Int32Array[]): number[] =>
    stacks.flatMap((stack, at) => (stack.includes(layer) ? [at] : []));

  const user = firmest(graph, on(graph.containerLayers));
  if (user !== undefined) {
    const image = graph.imageAt.get(user.imageId ?? '');
    const through = image !== undefined && graph.imageLayers[image]!.includes(layer);
    return through
      ? [imageKeeper(graph, image, layer), containerKeeper(user, 'it was made of it')]
      : [containerKeeper(user, 'it stands on this layer')];
  }
  const standing = on(graph.imageLayers);
  const head = standing.find((at) => !images[at]!.intermediate) ?? standing[0];
  if (head !== undefined) return [imageKeeper(graph, head, layer), ...keepersOfImage(graph, head)];
  const record = on(graph.recordLayers)[0];
  if (record !== undefined) return keepersOfRecord(graph, record, true);
  const unlisted = layers[layer]!.buildCache.find((id) => !graph.recordAt.has(id));
  if (unlisted !== undefined)
    return [
      { kind: 'build-cache', id: unlisted, name: unlisted, because: 'BuildKit’s books say it stands on it' },
    ];
  const because = 'what it stands on is not known, so it may be this';
  const any = containers[graph.anyContainers[0] ?? -1];
  if (any !== undefined) return [containerKeeper(any, because)];
  const anyImage = images[graph.anyImages[0] ?? -1];
  if (anyImage !== undefined) return [{ kind: 'image', id: anyImage.id, name: imageName(anyImage), because }];
  const above = layers.find(({ parent }) => parent.kind === 'parent' && parent.id === layers[layer]!.chainId);
  if (above === undefined) return [];
  return [
    { kind: 'layer', id: above.chainId, name: shortId(above.chainId), because: 'it stands on this layer' },
  ];
}

/** `itself`: start with the record, for a folder or layer that it holds. */
export function keepersOfRecord(graph: StoreGraph, record: number, itself = false): WhyLink[] {
  const { buildCache } = graph.snapshot;
  const keeper = (at: number, because: string): WhyLink => {
    const { id, description } = buildCache[at]!;
    return { kind: 'build-cache', id, name: description || id, because };
  };
  const kept = itself ? [keeper(record, 'the build cache stands on it')] : [];
  const seen = new Set([record]);
  let at = record;
  for (;;) {
    if (buildCache[at]!.inUse)
      return [
        ...kept,
        {
          kind: 'build',
          id: buildCache[at]!.id,
          name: 'a build',
          because: buildCache[at]!.useUnknown === undefined ? 'it uses this now' : whyInUse(buildCache[at]!),
        },
      ];
    const child = graph.recordChildren[at]!.find((one) => !seen.has(one));
    if (child === undefined) return kept;
    seen.add(child);
    kept.push(keeper(child, 'it stands on this record'));
    at = child;
  }
}

export function keepersOfContainer(one: Container): WhyLink[] {
  const live = one.state === 'running' || one.state === 'paused' || one.state === 'restarting';
  return live ? [{ kind: 'process', id: one.id, name: one.state, because: 'it is running' }] : [];
}

function imageKeeper(graph: StoreGraph, image: number, layer: number): WhyLink {
  const one = graph.snapshot.images[image]!;
  const step = one.chain.indexOf(graph.snapshot.layers[layer]!.chainId) + 1;
  const because = `it is layer ${step} of ${one.chain.length} of this image`;
  return { kind: 'image', id: one.id, name: imageName(one), because };
}

function containerKeeper(one: Container, because: string): WhyLink {
  return { kind: 'container', id: one.id, name: one.name || shortId(one.id), because };
}

function firmest(graph: StoreGraph, users: readonly number[]): Container | undefined {
  const all = users.map((at) => graph.snapshot.containers[at]!);
  return all.find((one) => keepersOfContainer(one).length > 0) ?? all[0];
}
