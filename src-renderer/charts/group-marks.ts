import { countOf } from '../lib/bytes.ts';
import { STATE_WORDS, type Hue, type ImageState } from '../lib/hue.ts';
import { imageName } from '../lib/names.ts';
import type { SharingGroup } from '../lib/sharing-groups.ts';
import { layerBytes, type StoreIndex } from '../lib/store-index.ts';
import type { Mark } from './mark.ts';
import { layoutTreemap } from './treemap.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Every byte of image layers drawn once: a cell per sharing group; zoomed in, a cell per layer of one group. */
export function groupMarks(
  index: StoreIndex,
  options: { readonly only: ReadonlySet<Hue>; readonly zoom: string | null; readonly size: Size },
): readonly Mark[] {
  const zoomed = options.zoom === null ? undefined : index.groupOfLayer.get(options.zoom);
  if (zoomed) return layerMarks(index, zoomed, options.size);
  const shown =
    options.only.size === 0 ? index.groups : index.groups.filter((group) => options.only.has(group.hue));
  const { cells, small } = layoutTreemap(shown, options.size);
  const marks: Mark[] = cells.map(({ item: group, ...box }) => ({
    ...box,
    key: `group:${group.id}`,
    ref: { kind: 'group', id: group.id },
    hue: group.hue,
    users: group.images.length,
    // Words only for what is written or asked about: most of thousands of cells never are.
    get label() {
      return groupName(index, group);
    },
    bytes: group.bytes,
    atLeast: group.unmeasured > 0,
    get detail() {
      return groupDetail(index, group);
    },
  }));
  if (small) marks.push(smallMark(small.cell, small.items.length, small.bytes));
  return marks;
}

function layerMarks(index: StoreIndex, group: SharingGroup, size: Size): readonly Mark[] {
  const layers = group.layers.map((id) => {
    const layer = index.layers.get(id);
    return { id, bytes: (layer && layerBytes(layer, index.measure)) ?? 0 };
  });
  const { cells, small } = layoutTreemap(layers, size);
  const marks: Mark[] = cells.map(({ item, ...box }) => ({
    ...box,
    key: `layer:${item.id}`,
    ref: { kind: 'layer', id: item.id },
    hue: group.hue,
    users: group.images.length,
    label: `Layer ${item.id.slice(7, 19)}`,
    bytes: item.bytes,
    detail: groupDetail(index, group),
  }));
  if (small) marks.push(smallMark(small.cell, small.items.length, small.bytes));
  return marks;
}

function smallMark(
  box: Size & { readonly x: number; readonly y: number },
  count: number,
  bytes: number,
): Mark {
  const { x, y, width, height } = box;
  const label = countOf(count, 'small item');
  const detail = 'Too small to draw one by one; the table has them.';
  return { x, y, width, height, key: 'small', ref: null, hue: 'meta', users: 0, label, bytes, detail };
}

export function groupName(index: StoreIndex, group: SharingGroup): string {
  const first = index.images.get(group.images[0] ?? '');
  if (!first) return group.containers.length > 0 ? 'Under a container only' : 'Layers without an image';
  const short = imageName(first).split('/').at(-1) ?? '';
  return group.images.length === 1 ? short : `${short} +${group.images.length - 1}`;
}

export function groupDetail(index: StoreIndex, group: SharingGroup): string {
  const count = group.images.length;
  const state = index.archive ? '' : `; ${STATE_WORDS[group.hue as ImageState]}`;
  if (count === 0) return 'Layers no image stands on.';
  const names = group.images.slice(0, 3).map((id) => {
    const image = index.images.get(id);
    return image ? imageName(image) : id.slice(7, 19);
  });
  const more = count > 3 ? ` and ${countOf(count - 3, 'other')}` : '';
  return count === 1
    ? `Unique to ${names.join('')}${state}.`
    : `Shared by ${countOf(count, 'image')}: ${names.join(', ')}${more}${state}.`;
}
