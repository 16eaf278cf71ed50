import type { TreeEntry } from '../../src-main/contract/inside.ts';
import { baseName, parentPath } from '../lib/paths.ts';

/** A folder or file of a picture: every byte of the folder looked at is in exactly one leaf. */
export interface FolderNode {
  /** Of a `rest` node the folder's with `//` behind, which no path has. */
  readonly path: string;
  readonly name: string;
  readonly kind: 'folder' | 'file' | 'rest';
  readonly bytes: number;
  readonly files: number;
  /** How many images have it; of a folder, what all that is known in it have at least. */
  readonly users: number;
  readonly children: readonly FolderNode[];
}

interface Draft extends Omit<FolderNode, 'children' | 'users'> {
  users: number;
  children: Draft[];
}

/**
 * A folder's tree from the biggest entries below it. What is not among them becomes one `rest` in its folder, so that
 * areas stay true. Removed entries and second names of a file hold no bytes here.
 * @param usersOf how many images stand on a layer
 */
export function folderTree(
  path: string,
  entries: readonly TreeEntry[],
  usersOf: (layer: number) => number,
): FolderNode {
  const drafts = new Map<string, Draft>();
  for (const entry of entries) {
    if (entry.change === 'D' || entry.type === 'hardlink' || (entry.bytes ?? 0) === 0) continue;
    const kind = entry.type === 'folder' ? 'folder' : 'file';
    const users = kind === 'folder' ? Infinity : usersOf(entry.layer);
    drafts.set(entry.path, {
      path: entry.path,
      name: entry.name,
      kind,
      bytes: entry.bytes ?? 0,
      files: entry.files,
      users,
      children: [],
    });
  }
  const root: Draft = {
    path,
    name: baseName(path) || '/',
    kind: 'folder',
    bytes: 0,
    files: 0,
    users: Infinity,
    children: [],
  };
  const ordered = new Set<Draft>([root]);
  // Parents are never smaller than what they hold: by length of path each comes before its children.
  for (const draft of [...drafts.values()].sort((a, b) => a.path.length - b.path.length)) {
    const above = parentPath(draft.path);
    const parent = above === path ? root : drafts.get(above);
    if (parent === undefined || !ordered.has(parent)) continue;
    parent.children.push(draft);
    ordered.add(draft);
  }
  for (const draft of [...ordered].reverse()) finish(draft, draft === root);
  return root;
}

function finish(draft: Draft, isRoot: boolean): void {
  if (draft.kind !== 'folder') return;
  const bytes = draft.children.reduce((sum, child) => sum + child.bytes, 0);
  const files = draft.children.reduce((sum, child) => sum + child.files, 0);
  const known = draft.children.reduce((least, child) => Math.min(least, child.users), Infinity);
  if (isRoot) Object.assign(draft, { bytes, files });
  else if (draft.bytes > bytes) {
    draft.children.push({
      path: `${draft.path}//`,
      name: 'smaller ones',
      kind: 'rest',
      bytes: draft.bytes - bytes,
      files: Math.max(0, draft.files - files),
      users: known === Infinity ? 1 : known,
      children: [],
    });
  }
  draft.users = known === Infinity ? 1 : known;
  draft.children.sort((a, b) => b.bytes - a.bytes);
}
