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

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A folder's cell of at least this size shows what lies in it instead of itself. */
const OPENED = { width: 150, height: 60 };
const DEEPEST = 5;

/** What lies in a folder as a treemap, big folders opened: every byte is in one mark. */
export function fileMarks(
  folder: FolderNode,
  hue: Hue,
  size: { readonly width: number; readonly height: number },
): readonly Mark[] {
  const marks: Mark[] = [];
  const place = (within: FolderNode, box: Box, above: string, depth: number): void => {
    const { cells, small } = layoutTreemap(within.children, box);
    for (const { item, ...cell } of cells) {
      const at = { ...cell, x: box.x + cell.x, y: box.y + cell.y };
      const label = `${above}${safeText(item.name)}${item.kind === 'folder' ? '/' : ''}`;
      const opens = item.children.length > 0 && depth < DEEPEST;
      if (opens && at.width >= OPENED.width && at.height >= OPENED.height) {
        place(item, at, label, depth + 1);
        continue;
      }
      const { bytes, users } = item;
      const what = { key: pathKey(item.path), ref: null, hue, users, label, bytes, detail: nodeDetail(item) };
      marks.push({ ...what, ...at });
    }
    if (small === null) return;
    const { x, y, width, height } = small.cell;
    marks.push({
      key: `${within.path} small`,
      ref: null,
      ...{ x: box.x + x, y: box.y + y, width, height },
      hue: 'meta',
      users: 1,
      label: `${above}${countOf(small.items.length, 'small item')}`,
      bytes: small.bytes,
      detail: 'too small to draw one by one',
    });
  };
  place(folder, { x: 0, y: 0, ...size }, '', 1);
  return marks;
}

/** The node of a path below a folder. */
export function nodeAt(folder: FolderNode, path: string): FolderNode | null {
  let at: FolderNode | undefined = folder;
  while (at !== undefined && at.path !== path) {
    at = at.children.find((child) => child.path === path || path.startsWith(`${child.path}/`));
  }
  return at ?? null;
}

/** The marks that can stand for a folder: of what lies in it. */
export function keysWithin(folder: FolderNode): ReadonlySet<string> {
  const keys = new Set<string>();
  const collect = (node: FolderNode, depth: number): void => {
    keys.add(pathKey(node.path));
    keys.add(`${node.path} small`);
    if (depth < DEEPEST) for (const child of node.children) collect(child, depth + 1);
  };
  collect(folder, 0);
  return keys;
}
