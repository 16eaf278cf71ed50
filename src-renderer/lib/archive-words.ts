import type { ArchiveReport, ArchiveReportLayer } from '../../src-main/contract/archive.ts';
import { shortId } from '../../src-main/model/ids.ts';
import { formatAge, formatTime } from './ages.ts';
import { sumOf, verdictOf, verdictOfImage, type IndexRow, type Verdict } from './archive-rows.ts';
import { countOf, formatCount } from './bytes.ts';
import type { GridColumn } from './grid.ts';
import { stepWords } from './paths.ts';
import { safeText } from './safe-text.ts';

/** What stands in a cell. Escaped. */
export interface Words {
  readonly text: string;
  readonly title?: string | undefined;
  readonly look?: 'dim' | 'mono' | 'mono dim' | 'number' | Verdict;
}

/** How sizes and ages are said. */
export interface Saying {
  bytes(bytes: number | null): string;
  readonly nowMs: number;
}

export const INDEX_COLUMNS: readonly GridColumn[] = [
  { key: 'name', title: 'Listed', width: 'minmax(160px, 2fr)' },
  { key: 'platform', title: 'Platform', width: 'minmax(80px, 110px)' },
  { key: 'created', title: 'Created', width: '104px' },
  { key: 'manifest', title: 'Manifest', width: '98px', hint: 'The digest of its manifest' },
  { key: 'config', title: 'Config', width: '98px', hint: 'The digest of its config: the image’s id' },
  { key: 'layers', title: 'Layers', width: '48px', align: 'end' },
  { key: 'stored', title: 'Stored', width: '76px', align: 'end', hint: 'As stored, compressed or not' },
  { key: 'verdict', title: 'Digests', width: '112px' },
];

export function indexWords({ image, note }: IndexRow, column: string, say: Saying): Words {
  if (image === null) {
    if (column === 'name') return { text: safeText(note.what), title: safeText(note.what), look: 'dim' };
    if (column === 'manifest') return digestWords(note.digest);
    return { text: column === 'verdict' ? 'not an image' : '', look: 'dim' };
  }
  const [tag, ...more] = image.tags.map(safeText);
  switch (column) {
    case 'name':
      return {
        text: `${tag ?? `untagged ${shortId(image.id)}`}${more.length > 0 ? ` +${more.length}` : ''}`,
        title: [tag, ...more].join('\n'),
      };
    case 'platform':
      return { text: safeText(image.platform) || '–' };
    case 'created':
      return { text: formatAge(image.created, say.nowMs), title: formatTime(image.created), look: 'dim' };
    case 'manifest':
      return digestWords(image.manifestDigest);
    case 'config':
      return digestWords(image.id);
    case 'layers':
      return { text: formatCount(image.layers.length), look: 'number' };
    case 'stored':
      return {
        text: say.bytes(image.layers.reduce((sum, layer) => sum + layer.storedBytes, 0)),
        look: 'number',
      };
    default:
      return verdictWords(verdictOfImage(image));
  }
}

export const LAYER_COLUMNS: readonly GridColumn[] = [
  { key: 'place', title: 'Layer', width: '40px', align: 'end' },
  { key: 'step', title: 'Build step', width: 'minmax(140px, 1fr)' },
  { key: 'diffId', title: 'DiffID', width: '98px' },
  { key: 'digest', title: 'Digest', width: '98px', hint: 'Of the layer as it is stored' },
  { key: 'packed', title: 'Packed', width: '52px' },
  { key: 'stored', title: 'Stored', width: '72px', align: 'end' },
  { key: 'bytes', title: 'Files', width: '72px', align: 'end', hint: 'The sizes of its files' },
  { key: 'verdict', title: 'Digests', width: '112px' },
];

export interface LayerRow {
  readonly layer: ArchiveReportLayer;
  /** Base = 0. */
  readonly place: number;
}

export function layerWords({ layer, place }: LayerRow, column: string, say: Saying): Words {
  switch (column) {
    case 'place':
      return { text: String(place), look: 'number' };
    case 'step': {
      const step = stepWords(layer.createdBy);
      return { text: step, title: step.slice(0, 2000), look: 'mono' };
    }
    case 'diffId':
      return digestWords(layer.diffId);
    case 'digest':
      return digestWords(layer.digest);
    case 'packed':
      return { text: layer.compression === 'none' ? 'no' : layer.compression, look: 'dim' };
    case 'stored':
      return { text: say.bytes(layer.storedBytes), look: 'number' };
    case 'bytes':
      return { text: say.bytes(layer.bytes), title: whyNoSize(layer), look: 'number' };
    default:
      return verdictWords(verdictOf(layer));
  }
}

function whyNoSize({ bytes, problems }: ArchiveReportLayer): string | undefined {
  if (bytes !== null) return undefined;
  return `Not measured: ${problems === null ? 'it was not read yet' : 'not all of it could be read'}`;
}

function digestWords(digest: string | null): Words {
  if (digest === null) return { text: 'none', title: 'This layout names none', look: 'dim' };
  const escaped = safeText(digest);
  return { text: shortId(escaped), title: escaped, look: 'mono dim' };
}

function verdictWords(verdict: Verdict): Words {
  return { text: verdict === 'pending' ? 'not verified' : verdict, look: verdict };
}

/** What the pane says of the chosen line, or of a layer of it. Escaped. */
export function chosenWords(
  { image, note }: IndexRow,
  place: number | null,
): {
  readonly title: string;
  readonly text: string;
  readonly problems: readonly string[];
  readonly facts: readonly (readonly [name: string, value: string])[];
} {
  const layer = place === null ? undefined : image?.layers[place];
  const given = (value: string | null): string => (value === null ? 'none in this layout' : safeText(value));
  if (layer !== undefined)
    return {
      title: `Layer ${place}`,
      text: stepWords(layer.createdBy),
      problems: (layer.problems ?? []).map(safeText),
      facts: [
        ['DiffID', layer.diffId],
        ['Digest', given(layer.digest)],
        ['ChainID', layer.chainId],
        ['Media type', given(layer.mediaType)],
        ['Files', formatCount(layer.files)],
      ],
    };
  if (image === null)
    return {
      title: 'Not an image',
      text: safeText(note.what),
      problems: [],
      facts: [['Digest', safeText(note.digest)]],
    };
  return {
    title: given(image.tags[0] ?? `untagged ${shortId(image.id)}`),
    text: '',
    problems: image.problems.map(safeText),
    facts: [
      ['Config', image.id],
      ['Manifest', given(image.manifestDigest)],
      ...image.tags.map((tag) => ['Tag', safeText(tag)] as const),
    ],
  };
}

/** Whether what was read is what the digests say. Escaped. */
export function readingWords(
  report: ArchiveReport,
  problem: string | null,
): { readonly verdict: Verdict; readonly text: string } {
  const { layers, read, wrong } = sumOf(report);
  const misnamed = report.images.filter(({ problems }) => problems.length > 0).length;
  const sentences = [
    wrong > 0 ? `${countOf(wrong, 'layer is', 'layers are')} not what the digests say.` : '',
    misnamed > 0
      ? `The manifest or config of ${countOf(misnamed, 'image')} is not what its digest says.`
      : '',
    read < layers ? `${formatCount(read)} of ${countOf(layers, 'layer')} verified.` : '',
    problem === null ? '' : safeText(problem),
  ].filter((sentence) => sentence !== '');
  if (sentences.length === 0)
    return {
      verdict: 'verified',
      text: `${layers === 1 ? 'The one layer is' : `All ${formatCount(layers)} layers are`} what the digests say.`,
    };
  return { verdict: wrong + misnamed > 0 ? 'wrong' : 'pending', text: sentences.join(' ') };
}
