import { containerDiff, writableTotals, type DiffEntry } from '../../analysis/inside/container-diff.ts';
import { stackTrees } from '../../analysis/inside/stack.ts';
import { StrataError } from '../../contract/errors.ts';
import type { ContainerDiff } from '../../contract/inside.ts';
import { shortId, type CacheId } from '../../model/ids.ts';
import type { Container, StoreSnapshot } from '../../model/store.ts';
import type { LayerTree } from '../../model/tree.ts';
import { opaqueFromChanges } from '../../sources/tree/opaque-from-changes.ts';
import { diffFolder, LISTS_AT_ONCE } from '../../sources/tree/store-trees.ts';
import { eachOf } from '../../support/concurrency.ts';
import { walkTree } from '../../sources/tree/walk-tree.ts';
import { sameContent } from '../../sources/tree/same-content.ts';
import type { ServiceContext } from '../context.ts';
import type { ImageTrees, InsideImage } from './image-trees.ts';
import { mustBeLive, readable } from './store-images.ts';
import { sinceLastLook } from './since-last-look.ts';
import { problemOf } from './stacks.ts';

/** A container's writable layer: from its folder where we may read it, else what the engine says (kinds, no bytes). */
export async function diffContainer(
  context: ServiceContext,
  trees: ImageTrees,
  name: string,
  signal: AbortSignal,
): Promise<ContainerDiff> {
  mustBeLive(context);
  const snapshot = await context.scans.shown();
  const container = findContainer(snapshot, name);
  let place: { dataRoot: string };
  try {
    place = await readable(context);
  } catch (thrown) {
    if (context.source.engine() === null) throw thrown;
    return fromEngine(context, container, StrataError.from(thrown).message, signal);
  }
  if (container.mountId === null || container.chain === null) {
    throw new StrataError(
      'failed',
      `The writable layer of ${container.name} is not known: layerdb has no mount for it`,
    );
  }
  const image = await imageTrees(trees, container, snapshot, signal);
  const init = container.initId === null ? [] : [await folderTree(place.dataRoot, container.initId, signal)];
  const upper = await upperTree(
    context,
    place.dataRoot,
    { id: container.id, mountId: container.mountId },
    signal,
  );
  const stack = stackTrees([...image, ...init, upper]);
  const folders = new Map(snapshot.layers.map((layer) => [layer.chainId, layer.cacheId]));
  const folderOf = ({ hides }: DiffEntry): CacheId | null => (hides && folders.get(hides.chainId)) ?? null;
  const first = containerDiff(stack, container.chain);
  const lower = new Map(first.map((entry) => [entry.path, folderOf(entry)]));
  const same = await sameContent(place.dataRoot, {
    upper: container.mountId,
    paths: first
      .filter((entry) => entry.copyUp && entry.hides?.bytes === entry.bytes)
      .map((entry) => entry.path),
    lowerOf: (path) => lower.get(path) ?? null,
    signal,
  });
  const entries = containerDiff(stack, container.chain, same);
  return {
    container: container.id,
    totals: { ...counts(entries), ...writableTotals(stack) },
    entries,
    source: 'disk',
    ...(await sinceLastLook(await context.history(), snapshot, container)),
    notCounted: notCounted(container),
    problem: problemOf([upper]),
  };
}

export function findContainer({ containers }: StoreSnapshot, name: string): Container {
  const exact = containers.find((one) => one.id === name || one.name === name);
  if (exact !== undefined) return exact;
  const byPrefix = /^[0-9a-f]{4,64}$/.test(name) ? containers.filter((one) => one.id.startsWith(name)) : [];
  if (byPrefix.length === 1) return byPrefix[0]!;
  throw new StrataError('not-found', `There is no container ${name}: see: strata containers`);
}

/** The layers that the container's writable one stands on; its image may be gone by name, but not they. */
export async function imageTrees(
  trees: ImageTrees,
  container: Container,
  snapshot: StoreSnapshot,
  signal: AbortSignal,
): Promise<LayerTree[]> {
  const chain = container.chain ?? [];
  const image: InsideImage = {
    id: container.imageId ?? '',
    name: container.name,
    chain,
    history: [],
    env: [],
    labels: {},
  };
  const missing = chain.find((chainId) => !snapshot.layers.some((one) => one.chainId === chainId));
  if (missing !== undefined) {
    throw new StrataError(
      'failed',
      `Layer ${shortId(missing)} of ${container.name}'s image is not in layerdb`,
    );
  }
  const read: LayerTree[] = [];
  await eachOf([...chain.keys()], LISTS_AT_ONCE, async (layer) => {
    read[layer] = (await trees.tree(image, layer, signal)).tree;
  });
  return read;
}

/** Opaque folders need an extended attribute; where it can't be read, the engine's own list of deletions tells them. */
async function upperTree(
  context: ServiceContext,
  dataRoot: string,
  { id, mountId }: { id: string; mountId: CacheId },
  signal: AbortSignal,
): Promise<LayerTree> {
  const tree = await folderTree(dataRoot, mountId, signal);
  const engine = context.source.engine();
  const blind = tree.problems.some(({ what }) => what.includes('getfattr'));
  if (!blind || engine === null) return tree;
  return opaqueFromChanges(tree, await engine.changes(id, signal));
}

/** A container's own folder, walked. */
export async function folderTree(
  dataRoot: string,
  cacheId: CacheId,
  signal: AbortSignal,
): Promise<LayerTree> {
  try {
    return await walkTree(diffFolder(dataRoot, cacheId), { signal });
  } catch (thrown) {
    if (signal.aborted) throw new StrataError('cancelled', 'Cancelled');
    throw new StrataError('failed', `The writable layer can't be read: ${(thrown as Error).message}`, {
      cause: thrown,
    });
  }
}

async function fromEngine(
  context: ServiceContext,
  container: Container,
  why: string,
  signal: AbortSignal,
): Promise<ContainerDiff> {
  const changes = (await context.source.engine()?.changes(container.id, signal)) ?? [];
  const folders = foldersAbove(changes.map(({ path }) => path));
  const entries = changes.map(({ path, kind }) => ({
    path,
    change: kind === 'added' ? ('A' as const) : kind === 'deleted' ? ('D' as const) : ('C' as const),
    type: folders.has(path) ? ('folder' as const) : ('file' as const),
    bytes: null,
    diskBytes: null,
    copyUp: false,
    metadataOnly: false,
    opaque: false,
    hides: null,
  }));
  return {
    container: container.id,
    totals: { ...counts(entries), bytes: null, diskBytes: null, copyUpBytes: null },
    entries,
    source: 'engine',
    sinceLastLook: null,
    sinceUnknown: 'its size is not measured',
    notCounted: notCounted(container),
    problem: `Sizes are not measured: ${why}`,
  };
}

/** The engine does not say what a path is; one with others below it is a folder. */
function foldersAbove(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}

function counts(entries: readonly { change: 'A' | 'C' | 'D' }[]) {
  const count = (change: string) => entries.filter((entry) => entry.change === change).length;
  return { added: count('A'), changed: count('C'), deleted: count('D') };
}

function notCounted(container: Container): ContainerDiff['notCounted'] {
  const mounts = container.mounts.map(({ type, name, source, destination }) => ({
    kind: type,
    path: destination,
    note:
      type === 'volume' ? `in volume ${name}` : type === 'bind' ? `on the host at ${source}` : 'in memory',
  }));
  const { logDiskBytes } = container;
  const log =
    logDiskBytes.state === 'known'
      ? `${logDiskBytes.bytes} bytes on disk`
      : `not measured: ${logDiskBytes.why}`;
  return [...mounts, { kind: 'log', path: 'the container’s log', note: log }];
}
