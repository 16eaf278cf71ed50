import { diffLines } from 'diff';
import { StrataError } from '../../contract/errors.ts';
import type { Preview, PreviewParams, TextDiff } from '../../contract/inside.ts';
import { findNode, stackTrees } from '../../analysis/inside/stack.ts';
import { readFileInside } from '../../sources/tree/read-inside.ts';
import { diffFolder } from '../../sources/tree/store-trees.ts';
import type { ServiceContext } from '../context.ts';
import { findContainer, imageTrees } from './diff-container.ts';
import type { ImageTrees } from './image-trees.ts';
import { readable } from './store-images.ts';

/** What a screen shows of one file. */
const PREVIEW_BYTES = 1 << 20;

/** The first megabyte of one regular file, as text. A binary one says so instead. */
export async function previewFile(
  context: ServiceContext,
  trees: ImageTrees,
  params: PreviewParams,
): Promise<Preview> {
  const { path } = params;
  if (params.container !== null) {
    const { snapshot, dataRoot } = await readable(context);
    const { mountId, name } = findContainer(snapshot, params.container);
    if (mountId === null) throw new StrataError('failed', `The writable layer of ${name} is not known`);
    return shown(path, await readFileInside(diffFolder(dataRoot, mountId), path, PREVIEW_BYTES));
  }
  if (params.image === null) throw new StrataError('bad-request', 'a preview needs an image or a container');
  const image = await trees.find(params.image);
  let found: { size: number; bytes: Buffer } | undefined;
  const unread = await trees.readFiles(
    image,
    params.layer ?? image.chain.length - 1,
    (one, size) => {
      if (one === path) found = { size, bytes: Buffer.alloc(0) };
      return one === path ? PREVIEW_BYTES : 0;
    },
    (_, bytes) => (found = { size: found!.size, bytes: Buffer.from(bytes) }),
  );
  if (found === undefined)
    throw new StrataError('not-found', `${path} is no regular file of this layer of ${image.name}`);
  if (unread[0] !== undefined) throw new StrataError('failed', unread[0]);
  return shown(path, found);
}

/** A file of the writable layer against the image's, line by line. */
export async function textDiff(
  context: ServiceContext,
  trees: ImageTrees,
  { container: name, path, signal }: { container: string; path: string; signal: AbortSignal },
): Promise<TextDiff> {
  const { snapshot, dataRoot } = await readable(context);
  const container = findContainer(snapshot, name);
  if (container.mountId === null)
    throw new StrataError('failed', `The writable layer of ${container.name} is not known`);
  const now = shown(path, await readFileInside(diffFolder(dataRoot, container.mountId), path, PREVIEW_BYTES));
  const lower = await lowerFolder(trees, { container, snapshot, path, signal });
  const before =
    lower === undefined
      ? { text: '', problem: null, truncated: false }
      : shown(path, await readFileInside(diffFolder(dataRoot, lower), path, PREVIEW_BYTES));
  if (now.text === null || before.text === null)
    return { path, lines: [], problem: now.problem ?? before.problem };
  const lines = diffLines(before.text, now.text).flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({ mark: added ? ('+' as const) : removed ? ('-' as const) : (' ' as const), text })),
  );
  const cut = now.truncated || before.truncated ? 'Only the first megabyte is compared' : null;
  return { path, lines, problem: lower === undefined ? 'The image has no such file: all of it is new' : cut };
}

/** The folder of the image layer whose copy the writable layer hides. */
async function lowerFolder(
  trees: ImageTrees,
  {
    container,
    snapshot,
    path,
    signal,
  }: {
    container: ReturnType<typeof findContainer>;
    snapshot: Parameters<typeof findContainer>[0];
    path: string;
    signal: AbortSignal;
  },
) {
  const stack = stackTrees(await imageTrees(trees, container, snapshot, signal));
  const node = findNode(stack, path);
  if (node === undefined || !stack.visible[node]) return undefined;
  const layer = stack.copies.layer[stack.current[node]!];
  const chainId = layer === undefined ? undefined : container.chain?.[layer];
  return snapshot.layers.find((one) => one.chainId === chainId)?.cacheId ?? undefined;
}

function shown(path: string, { size, bytes }: { size: number; bytes: Buffer }): Preview {
  const truncated = size > bytes.length;
  if (bytes.subarray(0, 8192).includes(0)) {
    return { path, bytes: size, text: null, truncated, problem: 'A binary file: not shown as text' };
  }
  return {
    path,
    bytes: size,
    text: bytes.toString('utf8'),
    truncated,
    problem: truncated ? 'Only the first megabyte is shown' : null,
  };
}
