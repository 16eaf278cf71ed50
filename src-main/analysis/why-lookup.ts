/** From what somebody typed to the one thing in the store that it names. */
import type { StoreGraph } from './graph.ts';

/** `at` is a place in the snapshot's list of that kind. `several`: more than one thing begins so. */
export type Found =
  | {
      readonly kind: 'image' | 'layer' | 'container' | 'volume' | 'build-cache' | 'folder';
      readonly at: number;
    }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'several'; readonly ids: readonly string[] }
  | { readonly kind: 'nothing' };

const SHORTEST_PREFIX = 4;
const SHORT_HEX = /^[a-f0-9]{4,64}$/;

/** Names first, then whole ids, then paths, then the beginning of an id if only one begins so. */
export function lookUp(graph: StoreGraph, text: string): Found {
  const thing = text.trim();
  if (thing === '') return { kind: 'nothing' };
  return byName(graph, thing) ?? byId(graph, thing) ?? byPath(graph, thing) ?? byPrefix(graph, thing);
}

function byName({ snapshot }: StoreGraph, thing: string): Found | undefined {
  const { images, containers, volumes } = snapshot;
  const name = thing.replace(/^\//, '');
  const untagged = /[:@]/.test(thing) ? thing : `${thing}:latest`;
  return (
    first('image', images, (image) => image.tags.includes(thing) || image.tags.includes(untagged)) ??
    first('image', images, (image) => image.digests.includes(thing)) ??
    first('container', containers, (one) => one.name !== '' && one.name === name) ??
    first('volume', volumes, (volume) => volume.name === thing)
  );
}

function byId(graph: StoreGraph, thing: string): Found | undefined {
  const { snapshot } = graph;
  const id = /^[a-f0-9]{64}$/.test(thing) ? `sha256:${thing}` : thing;
  return (
    place('image', graph.imageAt.get(id)) ??
    place('container', graph.containerAt.get(thing)) ??
    place('layer', graph.layerAt.get(id)) ??
    place('folder', graph.folderAt.get(thing)) ??
    first('layer', snapshot.layers, (layer) => layer.diffId === id) ??
    first('image', snapshot.images, (image) => image.digests.some((digest) => digest.endsWith(`@${id}`))) ??
    place('build-cache', graph.recordAt.get(thing)) ??
    first('folder', snapshot.folders, (folder) => folder.link === thing)
  );
}

/** A path in the data root, absolute or below it: the owner of the nearest folder that has one. */
function byPath(graph: StoreGraph, thing: string): Found | undefined {
  if (!thing.includes('/'))
    return graph.snapshot.ledger.some((one) => one.path === thing) ? pathOf(thing) : undefined;
  const root = graph.snapshot.dataRoot?.replace(/\/+$/, '');
  if (thing.startsWith('/') && (root === undefined || !`${thing}/`.startsWith(`${root}/`))) return undefined;
  const path = thing.startsWith('/') ? thing.slice((root ?? '').length) : thing;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return undefined;
  // Mount options and `lower` files name layers relative to overlay2.
  if (parts[0] === 'l' && !thing.startsWith('/')) parts.unshift('overlay2');
  const [top, name, third] = parts;
  const whole = parts.join('/');
  if (top === 'overlay2' && name === 'l' && third !== undefined)
    return first('folder', graph.snapshot.folders, (folder) => folder.link === third) ?? pathOf(whole);
  if (top === 'overlay2' && name !== undefined)
    return place('folder', graph.folderAt.get(name)) ?? pathOf(whole);
  if (top === 'volumes' && name !== undefined)
    return place('volume', graph.volumeAt.get(name)) ?? pathOf(whole);
  if (top === 'containers' && name !== undefined)
    return place('container', graph.containerAt.get(name)) ?? pathOf(whole);
  if (top === 'image') return byStorePath(graph, parts) ?? pathOf(whole);
  const entry = graph.snapshot.ledger.some((one) => whole === one.path || whole.startsWith(`${one.path}/`));
  return whole === '' || entry ? pathOf(whole === '' ? '.' : whole) : undefined;
}

/** `image/overlay2/{layerdb,imagedb}/…/<id>/…` */
function byStorePath(graph: StoreGraph, parts: readonly string[]): Found | undefined {
  for (const part of parts.slice(2)) {
    const found =
      parts[2] === 'layerdb' ? graph.layerAt.get(`sha256:${part}`) : graph.imageAt.get(`sha256:${part}`);
    if (found !== undefined) return place(parts[2] === 'layerdb' ? 'layer' : 'image', found);
    const container = graph.containerAt.get(part);
    if (container !== undefined) return place('container', container);
  }
  return undefined;
}

function byPrefix(graph: StoreGraph, thing: string): Found {
  const prefix = thing.replace(/^sha256:/, '');
  if (prefix.length < SHORTEST_PREFIX || !SHORT_HEX.test(prefix)) return { kind: 'nothing' };
  const { images, containers, layers, folders } = graph.snapshot;
  const begins = (id: string | null): boolean => id?.replace(/^sha256:/, '').startsWith(prefix) ?? false;
  for (const [kind, ids] of [
    ['image', images.map((image) => image.id)],
    ['container', containers.map((one) => one.id)],
    ['layer', layers.map((layer) => layer.chainId)],
    ['layer', layers.map((layer) => layer.diffId)],
    ['folder', folders.map((folder) => folder.name)],
  ] as const) {
    const places = ids.flatMap((id, at) => (begins(id) ? [at] : []));
    const distinct = [...new Set(places.map((at) => ids[at] ?? ''))];
    if (distinct.length > 1) return { kind: 'several', ids: distinct };
    if (places[0] !== undefined) return { kind, at: places[0] };
  }
  return { kind: 'nothing' };
}

function pathOf(path: string): Found {
  return { kind: 'path', path };
}

function place(
  kind: 'image' | 'layer' | 'container' | 'volume' | 'build-cache' | 'folder',
  at: number | undefined,
) {
  return at === undefined ? undefined : { kind, at };
}

function first<T>(
  kind: 'image' | 'layer' | 'container' | 'volume' | 'folder',
  all: readonly T[],
  test: (one: T) => boolean,
): Found | undefined {
  const at = all.findIndex(test);
  return at < 0 ? undefined : { kind, at };
}
