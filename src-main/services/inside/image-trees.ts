/** Images whose inside can be looked at, wherever they lie: a data root or an archive. */
import type { BuildStep } from '../../model/store.ts';
import type { ChainId } from '../../model/ids.ts';
import type { LayerTree } from '../../model/tree.ts';
import type { Content } from '../../sources/extract/records.ts';

export interface InsideImage {
  readonly id: string;
  /** Its first tag, else the short id. */
  readonly name: string;
  readonly chain: readonly ChainId[];
  /** Asked for by a ChainID: the layer is meant, what lies below it only carries it. */
  readonly isLayer?: true;
  /** Counts how often its archive was opened: ids stay, what lies under them may be other bytes then. */
  readonly edition?: number;
  readonly history: readonly BuildStep[];
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface InsideTree {
  readonly tree: LayerTree;
  readonly source: 'tar-split' | 'disk' | 'archive';
}

/** A regular file's content in one layer: `path` absolute inside it. */
export type TakeFile = (path: string, bytes: Uint8Array) => void;

export interface ImageTrees {
  /** Tag, digest, id or a beginning of one. Throws `not-found`. */
  find(name: string): Promise<InsideImage>;
  all(): Promise<readonly InsideImage[]>;
  tree(image: InsideImage, layer: number, signal: AbortSignal): Promise<InsideTree>;
  /**
   * Content of the files asked for: `wanted` answers how many bytes of each (0 = none). Answers with a line for each
   * that vanished or could not be read.
   */
  readFiles(
    image: InsideImage,
    layer: number,
    wanted: (path: string, bytes: number) => number,
    take: TakeFile,
  ): Promise<readonly string[]>;
  /** Whole contents of files of one layer, by absolute path, in the order that reads fastest. */
  contents(image: InsideImage, layer: number, paths: ReadonlySet<string>): AsyncIterable<Content>;
}

/** The step that made each layer, base first: history entries that made no layer are left out. */
export function stepsOf(image: Pick<InsideImage, 'chain' | 'history'>): string[] {
  const steps = image.history
    .filter((step) => !step.emptyLayer)
    .map((step) => step.createdBy || step.comment);
  return image.chain.map((_, layer) => steps[layer] ?? '');
}
