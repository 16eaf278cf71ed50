import { countOf } from '../lib/bytes.ts';
import { imageName } from '../lib/names.ts';
import { layerBytes, type StoreIndex } from '../lib/store-index.ts';
import { icicleTree, layoutIcicle, type IcicleLayout, type IcicleTree } from './icicle.ts';
import type { Mark } from './mark.ts';

/** Below this a layer is a seam: it holds a few names, hardly any data. */
const SEAM_BYTES = 65_536;
/** No image has more layers than 127; a loop of parents ends here. */
const MAX_DEPTH = 200;
const MIN_ROW = 20;
const MAX_ROW = 84;
/** Narrower columns nobody could point at. */
const MIN_WIDTH = 1.5;

const made = new WeakMap<StoreIndex, Strata>();

/** Tree and flags, made once per document. */
export interface Strata {
  readonly tree: IcicleTree;
  /** Images whose topmost layer it is, by ChainID. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** Layers that stand for more bytes than are known: theirs, or some above, are not measured. */
  readonly partial: ReadonlySet<string>;
}

export function strataOf(index: StoreIndex): Strata {
  const strata = made.get(index) ?? makeStrata(index);
  made.set(index, strata);
  return strata;
}

function makeStrata(index: StoreIndex): Strata {
  const tree = icicleTree(
    index.document.layers.map((layer) => {
      const bytes = layerBytes(layer, index.measure) ?? 0;
      return { id: layer.chainId, parent: layer.parent, bytes, seam: bytes < SEAM_BYTES };
    }),
  );
  const flags = new Map<string, string[]>();
  for (const image of index.heads) {
    const top = image.chain.at(-1);
    if (top === undefined) continue;
    const list = flags.get(top);
    if (list) list.push(image.id);
    else flags.set(top, [image.id]);
  }
  const partial = new Set<string>();
  for (const layer of index.document.layers) {
    if (layerBytes(layer, index.measure) !== null) continue;
    let at: string | null = layer.chainId;
    while (at !== null && !partial.has(at)) {
      partial.add(at);
      at = tree.byId.get(at)?.parent ?? null;
    }
  }
  return { tree, flags, partial };
}

/** The strata as marks, bases at the bottom; rows grow to fill the place. */
export function icicleMarks(
  index: StoreIndex,
  strata: Strata,
  options: { readonly width: number; readonly height: number; readonly focus: string | null },
): { readonly marks: readonly Mark[]; readonly height: number } {
  const layout = (rowHeight: number) =>
    layoutIcicle(strata.tree, {
      width: options.width,
      rowHeight,
      seamHeight: Math.round(rowHeight / 4),
      focus: options.focus,
      minWidth: MIN_WIDTH,
    });
  const lowest = layout(MIN_ROW);
  const room = lowest.height === 0 ? 1 : options.height / lowest.height;
  const drawn = room > 1 ? layout(Math.floor(Math.min(MAX_ROW, MIN_ROW * room))) : lowest;
  const height = Math.max(drawn.height, options.height);
  const flagsOf = visibleFlags(strata, drawn);
  const marks = drawn.cells.map((cell) => {
    const layer = index.layers.get(cell.id);
    const group = index.groupOfLayer.get(cell.id);
    const flags = flagsOf.get(cell.id) ?? [];
    return {
      key: `layer:${cell.id}`,
      ref: { kind: 'layer', id: cell.id },
      x: cell.x,
      y: height - cell.bottom - cell.height,
      width: cell.width,
      height: cell.height,
      hue: group?.hue ?? 'unused',
      users: group?.images.length ?? 0,
      // Words only for what is written or asked about: most of thousands of cells never are.
      get label() {
        const [first] = flags;
        const more = flags.length > 1 ? ` +${flags.length - 1}` : '';
        return first === undefined ? cell.id.slice(7, 15) : `⚑ ${shortName(index, first)}${more}`;
      },
      bytes: cell.totalBytes,
      atLeast: strata.partial.has(cell.id),
      get detail() {
        const names = flags.slice(0, 3).map((id) => shortName(index, id));
        const measured = layer !== undefined && layerBytes(layer, index.measure) !== null;
        return describe({ names, users: group?.images.length ?? 0, measured });
      },
    } satisfies Mark;
  });
  return { marks, height };
}

/** An image whose topmost layers are too narrow to draw has its flag on the first layer below that is drawn. */
function visibleFlags(strata: Strata, drawn: IcicleLayout): ReadonlyMap<string, readonly string[]> {
  const path = new Set(drawn.cells.slice(0, drawn.below).map((cell) => cell.id));
  const shown = new Set(drawn.cells.map((cell) => cell.id));
  const visible = new Map<string, string[]>();
  for (const [top, images] of strata.flags) {
    let at: string | null = top;
    for (let steps = 0; at !== null && !shown.has(at) && steps < MAX_DEPTH; steps += 1) {
      at = strata.tree.byId.get(at)?.parent ?? null;
    }
    if (at === null || !shown.has(at) || (path.has(at) && at !== top)) continue;
    const list = visible.get(at);
    if (list) for (const image of images) list.push(image);
    else visible.set(at, [...images]);
  }
  return visible;
}

function describe(facts: {
  readonly names: readonly string[];
  readonly users: number;
  readonly measured: boolean;
}): string {
  const flags = facts.names.length === 0 ? '' : `${facts.names.join(', ')} ends here. `;
  const users = facts.users === 0 ? 'No image stands on it.' : `${countOf(facts.users, 'image')} on it.`;
  return `${flags}${users} The width counts it and all above it.${facts.measured ? '' : ' Its own size is not measured.'}`;
}

function shortName(index: StoreIndex, id: string): string {
  const image = index.images.get(id);
  return image ? (imageName(image).split('/').at(-1) ?? '') : id.slice(7, 19);
}
