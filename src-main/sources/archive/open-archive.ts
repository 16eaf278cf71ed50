import type { LayerTree } from '../../model/tree.ts';
import { StrataError } from '../../contract/errors.ts';
import { treeOfTar } from '../tar/layer-tree.ts';
import { readTar } from '../tar/read-tar.ts';
import type { Content } from '../extract/records.ts';
import { cleanPath } from '../tree/tree-builder.ts';
import { openArchiveFiles, type ArchiveFiles } from './archive-files.ts';
import { layerSource, readWhole, type WholeLayer } from './layer-stream.ts';
import { readManifests } from './manifests.ts';
import type { ArchiveImage, ArchiveLayer, ArchiveNote } from './records.ts';

/** A docker save tar (old or OCI layout inside), an OCI layout tar or folder, open for reading. */
export class ImageArchive {
  readonly images: readonly ArchiveImage[];
  readonly notes: readonly ArchiveNote[];
  readonly #files: ArchiveFiles;

  private constructor(files: ArchiveFiles, images: readonly ArchiveImage[], notes: readonly ArchiveNote[]) {
    this.#files = files;
    this.images = images;
    this.notes = notes;
  }

  /** @throws StrataError: not found, no image archive, damaged; each with what to do */
  static async open(path: string): Promise<ImageArchive> {
    const files = await openArchiveFiles(path);
    try {
      const { images, notes } = await readManifests(files);
      return new ImageArchive(files, images, notes);
    } catch (thrown) {
      await files.close();
      throw thrown;
    }
  }

  /** The layer's file tree; damage inside the layer is a problem of the tree. */
  async tree(layer: ArchiveLayer, signal?: AbortSignal): Promise<LayerTree> {
    return treeOfTar(await layerSource(await this.#member(layer)), signal);
  }

  /** The content of regular files, one pass: `wanted` says how many bytes of which path (0 = none). */
  async readFiles(
    layer: ArchiveLayer,
    wanted: (path: string, bytes: number) => number,
    take: (path: string, bytes: Uint8Array) => void,
  ): Promise<void> {
    for await (const entry of readTar(await layerSource(await this.#member(layer)))) {
      const path = entry.header.flag === '0' ? cleanPath(entry.header.name) : undefined;
      const limit = path === undefined ? 0 : wanted(`/${path}`, entry.header.size);
      if (limit > 0) take(`/${path}`, await entry.content(limit));
    }
  }

  /**
   * Whole contents of one layer's files, one pass, in the tar's order. A path that the tar names twice is refused: the
   * last one counts, and which is the last is known too late.
   */
  async *contents(layer: ArchiveLayer, wanted: ReadonlySet<string>): AsyncGenerator<Content> {
    const seen = new Set<string>();
    const entries = readTar(await layerSource(await this.#member(layer)));
    for await (const { header, chunks } of damageTold(layer, entries)) {
      const clean = header.flag === '0' || header.flag === '7' ? cleanPath(header.name) : undefined;
      const path = `/${clean ?? ''}`;
      if (clean === undefined || !wanted.has(path)) continue;
      if (seen.has(path)) throw damaged(layer, `${path} is in it twice`);
      seen.add(path);
      yield { path, size: header.size, chunks: damageTold(layer, chunks()) };
    }
    for (const path of wanted) {
      if (!seen.has(path)) yield { path, problem: 'it is not in the layer’s tar' };
    }
  }

  /** What does not match in a layer's digests; empty when all is well. Reads the whole layer. */
  async verify(layer: ArchiveLayer): Promise<readonly string[]> {
    return wrongIn(layer, await readWhole(await this.#member(layer), () => Promise.resolve(null)));
  }

  /** The same, and its tree from the same bytes. `see` hears of each chunk of stored bytes; what it throws ends it. */
  async readWhole(
    layer: ArchiveLayer,
    see: (bytes: number) => void,
  ): Promise<{ readonly tree: LayerTree; readonly problems: readonly string[] }> {
    const whole = await readWhole(await this.#member(layer), (tar) => treeOfTar(tar), see);
    return { tree: whole.result, problems: wrongIn(layer, whole) };
  }

  close(): Promise<void> {
    return this.#files.close();
  }

  async #member(layer: ArchiveLayer) {
    const member = await this.#files.find(layer.member);
    if (member === undefined) throw new StrataError('failed', `${layer.member} is gone from the archive`);
    return member;
  }
}

async function* damageTold<T>(layer: ArchiveLayer, parts: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* parts;
  } catch (thrown) {
    throw thrown instanceof RangeError ? damaged(layer, thrown.message, thrown) : thrown;
  }
}

function damaged({ member }: ArchiveLayer, what: string, cause?: RangeError): StrataError {
  return new StrataError('failed', `The layer ${member} is damaged: ${what}`, { cause });
}

function wrongIn(layer: ArchiveLayer, { stored, diffId, damage }: WholeLayer<unknown>): string[] {
  const wrong: string[] = [];
  if (layer.digest !== null && stored !== layer.digest)
    wrong.push(`stored as ${layer.digest}, but its bytes are ${stored}`);
  if (damage !== null) wrong.push(damage);
  else if (diffId !== layer.diffId)
    wrong.push(`the config says DiffID ${layer.diffId}, the tar is ${diffId}`);
  return wrong;
}
