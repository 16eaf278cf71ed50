import type {
  ArchiveReport,
  ArchiveReportImage,
  ArchiveReportLayer,
} from '../../src-main/contract/archive.ts';

/** A line of an archive's index: an image, or what is listed there and is none. */
export type IndexRow =
  | { readonly key: string; readonly image: ArchiveReportImage; readonly note: null }
  | { readonly key: string; readonly image: null; readonly note: ArchiveReport['notes'][number] };

/** In the order of the index. The same image may be listed twice: lines are called by their place. */
export function indexRows({ images, notes }: ArchiveReport): readonly IndexRow[] {
  return [
    ...images.map((image, place) => ({ key: `image-${place}`, image, note: null })),
    ...notes.map((note, place) => ({ key: `note-${place}`, image: null, note })),
  ];
}

export type Verdict = 'wrong' | 'verified' | 'pending';

export function verdictOf({ problems }: Pick<ArchiveReportLayer, 'problems'>): Verdict {
  if (problems === null) return 'pending';
  return problems.length > 0 ? 'wrong' : 'verified';
}

/** Of an image: wrong as soon as anything in it is, verified when all was read. */
export function verdictOfImage({ problems, layers }: ArchiveReportImage): Verdict {
  const verdicts = layers.map(verdictOf);
  if (problems.length > 0 || verdicts.includes('wrong')) return 'wrong';
  return verdicts.includes('pending') ? 'pending' : 'verified';
}

export interface ArchiveSum {
  readonly layers: number;
  readonly read: number;
  readonly wrong: number;
  readonly storedBytes: number;
}

/** Every layer once, by its ChainID: images share theirs. */
export function sumOf({ images }: ArchiveReport): ArchiveSum {
  const layers = new Map(images.flatMap((image) => image.layers.map((layer) => [layer.chainId, layer])));
  const verdicts = [...layers.values()].map(verdictOf);
  return {
    layers: layers.size,
    read: verdicts.filter((verdict) => verdict !== 'pending').length,
    wrong: verdicts.filter((verdict) => verdict === 'wrong').length,
    storedBytes: [...layers.values()].reduce((bytes, layer) => bytes + layer.storedBytes, 0),
  };
}
