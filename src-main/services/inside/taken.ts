/** One path of a stack of layers as something that a tar or a folder can be written from. */
import { contentPlace, pick, pickedEntry, type Pick } from '../../analysis/inside/pick.ts';
import type { Stack } from '../../analysis/inside/stack.ts';
import { StrataError } from '../../contract/errors.ts';
import type { LeftOut } from '../../contract/extract.ts';
import { entryPath } from '../../model/tree.ts';
import type { Content, Extraction, TakenEntry } from '../../sources/extract/records.ts';

/** Layers stacked, and the way to their contents: `layer` counts in the stack. */
export interface TakeSource {
  /** What it is the inside of, for people. */
  readonly name: string;
  readonly stack: Stack;
  contents(layer: number, paths: ReadonlySet<string>): AsyncIterable<Content>;
}

export interface Taken extends Extraction {
  readonly name: string;
  /** The path is one regular file. */
  readonly single: boolean;
  readonly bytes: number;
  readonly counts: { readonly files: number; readonly folders: number; readonly links: number };
  readonly leftOut: readonly LeftOut[];
}

/** @throws StrataError 'not-found', or 'unsupported' for a device, fifo or socket */
export function takeOut(source: TakeSource, path: string): Taken {
  const { stack } = source;
  const picked = pick(stack, path);
  if (picked === undefined) throw new StrataError('not-found', `${path} is not in ${source.name}`);
  const { type, folders, symlinks, hardLinks, files, bytes, leftOut } = picked;
  if (type === 'device' || type === 'fifo' || type === 'socket')
    throw new StrataError('unsupported', `${path} is a ${type}: only files, folders and links are extracted`);
  const entryOf = (node: number): TakenEntry => pickedEntry(stack, picked, node);
  return {
    name: picked.name === '' ? source.name : picked.name,
    single: type === 'file' || type === 'hardlink',
    bytes,
    counts: { files: files.length, folders: folders.length, links: symlinks.length + hardLinks.length },
    leftOut: [...leftOut].map(([kind, count]) => ({ kind, count })),
    names: namesOf(stack, picked),
    folders: lazily(folders, entryOf),
    symlinks: lazily(symlinks, (node) => {
      const { linkTarget, ...entry } = pickedEntry(stack, picked, node);
      return { ...entry, target: linkTarget };
    }),
    hardLinks: lazily(hardLinks, ([node, file]) => ({ ...entryOf(node), to: entryOf(file).path })),
    files: () => contentsOf(source, files, entryOf),
  };
}

/** A million entries are numbers until one is written. */
function lazily<A, B>(all: readonly A[], make: (one: A) => B): Iterable<B> {
  return {
    *[Symbol.iterator]() {
      for (const one of all) yield make(one);
    },
  };
}

function namesOf(stack: Stack, { root, name, folders, symlinks, files, hardLinks }: Pick): string[] {
  if (root !== 0) return [name];
  const nodes = [folders, symlinks, files, hardLinks.map(([node]) => node)].flat();
  return nodes.filter((node) => node !== 0 && stack.parents[node] === 0).map((node) => stack.names[node]!);
}

/** @param files sorted by layer: each layer is read once */
async function* contentsOf(
  source: TakeSource,
  files: readonly number[],
  entryOf: (node: number) => TakenEntry,
): AsyncGenerator<{ entry: TakenEntry; content: Content }> {
  for (let at = 0; at < files.length;) {
    const { layer } = contentPlace(source.stack, files[at]!);
    const nodes = new Map<string, number>();
    for (; at < files.length; at += 1) {
      const place = contentPlace(source.stack, files[at]!);
      if (place.layer !== layer) break;
      nodes.set(entryPath(source.stack.trees[layer]!, place.entry), files[at]!);
    }
    for await (const content of source.contents(layer, new Set(nodes.keys()))) {
      yield { entry: entryOf(nodes.get(content.path)!), content };
    }
  }
}
