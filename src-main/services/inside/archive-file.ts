/** An archive by its path: opened at the first question, and anew when somebody asks for that. */
import { StrataError } from '../../contract/errors.ts';
import { known, unknown, type Measured } from '../../model/measured.ts';
import { ENTRY_KIND, type LayerTree } from '../../model/tree.ts';
import { ImageArchive } from '../../sources/archive/open-archive.ts';
import type { ArchiveLayer } from '../../sources/archive/records.ts';
import { KEPT_TREE_ENTRIES, KeptByEntries } from './kept-by-entries.ts';

/** What is known of a layer since it was read. */
export interface LayerFacts {
  /** Of all entries that are no folders, hard links once; unknown for a layer that is damaged. */
  readonly bytes: Measured;
  /** Entries that are no folders. */
  readonly files: number | null;
  /** Digests that are not those of the bytes, and damage; null while only its file list was read. */
  readonly problems: readonly string[] | null;
}

export class ArchiveFile {
  readonly path: string;
  /** Called when more is known of a layer. */
  onLearnt: () => void = () => undefined;
  #opened: Promise<OpenedArchive> | null = null;
  #edition = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** @throws StrataError not found, no permission, no archive, damaged; the next call tries again */
  async open(): Promise<OpenedArchive> {
    const opening = (this.#opened ??= this.#open());
    try {
      return await opening;
    } catch (thrown) {
      if (this.#opened === opening) this.#opened = null;
      throw thrown;
    }
  }

  /** Whatever lies there now; nothing that was read before counts. */
  async openAgain(): Promise<OpenedArchive> {
    await this.close();
    return this.open();
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    // One that could not be opened has nothing open; the call that asked for it was told why.
    await opened?.then(
      ({ archive }) => archive.close(),
      () => undefined,
    );
  }

  async #open(): Promise<OpenedArchive> {
    this.#edition += 1;
    const edition = this.#edition;
    return new OpenedArchive(await ImageArchive.open(this.path), edition, () => this.onLearnt());
  }
}

/** One opening of an archive, with what was learnt of its layers. Trees stay: reading a packed layer is slow. */
export class OpenedArchive {
  readonly archive: ImageArchive;
  readonly edition: number;
  readonly #onLearnt: () => void;
  readonly #trees = new KeptByEntries<LayerTree>(KEPT_TREE_ENTRIES);
  readonly #facts = new Map<string, LayerFacts>();

  constructor(archive: ImageArchive, edition: number, onLearnt: () => void) {
    this.archive = archive;
    this.edition = edition;
    this.#onLearnt = onLearnt;
  }

  /** Every layer once: images share theirs. */
  layers(): ArchiveLayer[] {
    const all = this.archive.images.flatMap(({ layers }) => layers);
    return [...new Map(all.map((layer) => [keyOf(layer), layer])).values()];
  }

  /** Undefined until it was read. */
  factsOf(layer: ArchiveLayer): LayerFacts | undefined {
    return this.#facts.get(keyOf(layer));
  }

  async tree(layer: ArchiveLayer, signal: AbortSignal): Promise<LayerTree> {
    const kept = this.#trees.get(keyOf(layer));
    if (kept !== undefined) return kept;
    const tree = await whileOpen(signal, () => this.archive.tree(layer, signal));
    this.#learn(layer, tree, this.factsOf(layer)?.problems ?? null);
    return tree;
  }

  /** Reads all of it unless that was done. `see` hears of the stored bytes as they are read. */
  async verify(layer: ArchiveLayer, signal: AbortSignal, see: (bytes: number) => void): Promise<LayerFacts> {
    const before = this.factsOf(layer);
    if (before !== undefined && before.problems !== null) return before;
    const { tree, problems } = await whileOpen(signal, () =>
      this.archive.readWhole(layer, (bytes) => {
        signal.throwIfAborted();
        see(bytes);
      }),
    );
    return this.#learn(layer, tree, problems);
  }

  #learn(layer: ArchiveLayer, tree: LayerTree, problems: readonly string[] | null): LayerFacts {
    this.#trees.keep(keyOf(layer), tree, tree.length);
    const facts = { ...measured(tree), problems };
    this.#facts.set(keyOf(layer), facts);
    this.#onLearnt();
    return facts;
  }
}

/** The same bytes for the same promises. */
function keyOf({ member, diffId, digest }: ArchiveLayer): string {
  return `${member} ${diffId} ${digest}`;
}

function measured(tree: LayerTree): Pick<LayerFacts, 'bytes' | 'files'> {
  const [problem] = tree.problems;
  if (problem !== undefined) {
    return {
      bytes: unknown(`not all of the layer could be read: ${problem.path}: ${problem.what}`),
      files: null,
    };
  }
  let [bytes, files] = [0, 0];
  for (let entry = 1; entry < tree.length; entry += 1) {
    const kind = tree.kinds[entry];
    if (kind === ENTRY_KIND.folder || kind === ENTRY_KIND.whiteout || tree.hardLinks.has(entry)) continue;
    files += 1;
    bytes += tree.sizes[entry]!;
  }
  return { bytes: known(bytes), files };
}

async function whileOpen<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (signal.aborted) throw new StrataError('cancelled', 'Cancelled', { cause: thrown });
    throw thrown;
  }
}
