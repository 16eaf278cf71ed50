import { stackTrees, type Stack } from '../../analysis/inside/stack.ts';
import { totalsOf, type Totals, type View } from '../../analysis/inside/tree-view.ts';
import { StrataError } from '../../contract/errors.ts';
import type { LayerTree } from '../../model/tree.ts';
import { LISTS_AT_ONCE } from '../../sources/tree/store-trees.ts';
import { eachOf } from '../../support/concurrency.ts';
import type { ImageTrees, InsideImage, InsideTree } from './image-trees.ts';
import { KEPT_STACK_ENTRIES, KeptByEntries } from './kept-by-entries.ts';

export interface StackedImage {
  readonly image: InsideImage;
  readonly stack: Stack;
  /** Where the trees came from; `disk` as soon as one had to be walked. */
  readonly source: InsideTree['source'];
  /** What could not be read or was refused, for people; null when nothing was. */
  readonly problem: string | null;
  totals(view: View): Totals;
}

/** The stacked tree of an image, up to a layer (null = all). Throws `not-found`, and what reading trees throws. */
export type StackOf = (name: string, upTo: number | null, signal: AbortSignal) => Promise<StackedImage>;

/**
 * Stacked trees of images up to a layer (null = all), remembered for the next question: a stack of a million entries
 * takes seconds.
 */
export function createStacks(trees: ImageTrees, keptEntries = KEPT_STACK_ENTRIES): StackOf {
  const kept = new KeptByEntries<StackedImage>(keptEntries);
  const reading = new Map<string, Promise<StackedImage>>();
  /** One reading for all who ask at the same time (a screen asks for tree and waste at once). */
  const readOnce = (key: string, image: InsideImage, top: number): Promise<StackedImage> => {
    const running = reading.get(key);
    if (running !== undefined) return running;
    const started = readStack(trees, image, top).finally(() => reading.delete(key));
    reading.set(key, started);
    return started;
  };
  return async function stackOf(
    name: string,
    upTo: number | null,
    signal: AbortSignal,
  ): Promise<StackedImage> {
    const image = await trees.find(name);
    const top = upTo ?? image.chain.length - 1;
    if (upTo !== null && (upTo < 0 || upTo >= image.chain.length)) {
      throw new StrataError(
        'not-found',
        `${image.name} has no layer ${upTo}: it has ${image.chain.length}, counted from 0`,
      );
    }
    const key = `${image.id} ${top} ${image.isLayer ?? false} ${image.edition ?? 0}`;
    const known = kept.get(key);
    const stacked = known ?? (await readOnce(key, image, top));
    if (known === undefined) kept.keep(key, stacked, entriesOf(stacked));
    if (signal.aborted) throw new StrataError('cancelled', 'Cancelled');
    return stacked;
  };
}

/** For all who ask meanwhile, so nobody's cancel ends it. */
async function readStack(trees: ImageTrees, image: InsideImage, top: number): Promise<StackedImage> {
  const { signal } = new AbortController();
  const read: InsideTree[] = [];
  await eachOf([...Array(top + 1).keys()], LISTS_AT_ONCE, async (layer) => {
    read[layer] = await trees.tree(image, layer, signal);
  });
  return describe(image, read);
}

/** An empty stack has its price too, or there could be any number of them. */
function entriesOf({ stack }: StackedImage): number {
  return stack.trees.reduce((entries, tree) => entries + tree.length, 1_000);
}

function describe(image: InsideImage, read: readonly InsideTree[]): StackedImage {
  const stack = stackTrees(read.map(({ tree }) => tree));
  const totals = new Map<View, Totals>();
  return {
    image,
    stack,
    source: read.find(({ source }) => source === 'disk')?.source ?? read[0]?.source ?? 'tar-split',
    problem: problemOf(read.map(({ tree }) => tree)),
    totals(view) {
      const known = totals.get(view) ?? totalsOf(stack, view);
      totals.set(view, known);
      return known;
    },
  };
}

/** All problems of some trees in one sentence, the first in full. */
export function problemOf(trees: readonly LayerTree[]): string | null {
  const all = trees.flatMap((tree) => tree.problems);
  const [first] = all;
  if (first === undefined) return null;
  const more = all.length > 1 ? ` (and ${all.length - 1} more)` : '';
  return `${first.path || '/'}: ${first.what}${more}`;
}
