import { stackTrees } from '../../analysis/inside/stack.ts';
import { StrataError } from '../../contract/errors.ts';
import type { ExtractParams } from '../../contract/extract.ts';
import { folderContents } from '../../sources/extract/folder-contents.ts';
import { diffFolder } from '../../sources/tree/store-trees.ts';
import type { ServiceContext } from '../context.ts';
import { findContainer, folderTree } from './diff-container.ts';
import type { ImageTrees } from './image-trees.ts';
import type { StackOf } from './stacks.ts';
import { readable } from './store-images.ts';
import type { TakeSource } from './taken.ts';

/** Where a path is taken from: an image up to a layer, one layer alone, or a container's writable layer alone. */
export async function takeSource(
  { context, trees, stackOf }: { context: ServiceContext; trees: ImageTrees; stackOf: StackOf },
  { image: name, container, layer, view }: Omit<ExtractParams, 'path'>,
  signal: AbortSignal,
): Promise<TakeSource> {
  if (container !== null) return writableLayer(context, container, signal);
  if (name === null) throw new StrataError('bad-request', 'an extraction needs an image or a container');
  const { image, stack } = await stackOf(name, layer, signal);
  const alone = view === 'own' || (view === 'auto' && image.isLayer === true);
  if (!alone) return { name: image.name, stack, contents: (at, paths) => trees.contents(image, at, paths) };
  const top = stack.trees.length - 1;
  return {
    name: image.isLayer ? image.name : `layer ${top} of ${image.name}`,
    stack: stackTrees(stack.trees.slice(top)),
    contents: (_, paths) => trees.contents(image, top, paths),
  };
}

async function writableLayer(
  context: ServiceContext,
  container: string,
  signal: AbortSignal,
): Promise<TakeSource> {
  const { snapshot, dataRoot } = await readable(context);
  const { name, mountId } = findContainer(snapshot, container);
  if (mountId === null) throw new StrataError('failed', `The writable layer of ${name} is not known`);
  const tree = await folderTree(dataRoot, mountId, signal);
  return {
    name: `the writable layer of ${name}`,
    stack: stackTrees([tree]),
    contents: (_, paths) => folderContents(diffFolder(dataRoot, mountId), paths),
  };
}
