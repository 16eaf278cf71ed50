import { countOf } from '../lib/bytes.ts';
import type { Hue } from '../lib/hue.ts';
import { pathKey } from '../lib/paths.ts';
import { safeText } from '../lib/safe-text.ts';
import type { FolderNode } from './folder-tree.ts';
import type { Mark } from './mark.ts';
import { layoutTreemap } from './treemap.ts';

/** What a node is and who else has it, in words. Escaped. */
export function nodeDetail(node: FolderNode): string {
  const shared =
    node.users > 1 ? `in layers of ${countOf(node.users, 'image')}` : 'in a layer of this image alone';
  if (node.kind === 'folder') return `folder, ${countOf(node.files, 'file')}`;
  return node.kind === 'rest' ? countOf(node.files, 'smaller file') : `file ${shared}`;
}

/** What lies in one folder as a treemap. */
export function fileMarks(
  folder: FolderNode,
  hue: Hue,
  size: { readonly width: number; readonly height: number },
): readonly Mark[] {
  const { cells, small } = layoutTreemap(folder.children, size);
  const marks = cells.map(({ item, x, y, width, height }) => ({
    key: pathKey(item.path),
    ref: null,
    ...{ x, y, width, height },
    hue,
    users: item.users,
    label: item.kind === 'folder' ? `${safeText(item.name)}/` : safeText(item.name),
    bytes: item.bytes,
    detail: nodeDetail(item),
  }));
  if (small === null) return marks;
  const { x, y, width, height } = small.cell;
  const words = countOf(small.items.length, 'small item');
  return [
    ...marks,
    {
      key: `${folder.path} small`,
      ref: null,
      ...{ x, y, width, height },
      hue: 'meta',
      users: 1,
      label: words,
      bytes: small.bytes,
      detail: 'too small to draw one by one',
    },
  ];
}
