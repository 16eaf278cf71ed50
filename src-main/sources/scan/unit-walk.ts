/** Measures one piece of one unit: what a scan worker does for one task. */
import { type Stats, lstatSync } from 'node:fs';
import type { Issue } from '../../model/issue.ts';
import { walkFolders } from './folder-walk.ts';
import { isFolder } from './names.ts';
import type { TreeTotals } from './records.ts';
import { CONTENT, ROOT, type SeenInode, type SharedInode, TotalsVisitor } from './totals.ts';
import type { FolderToWalk, WalkEnd } from './walk-records.ts';

/** `whole`: the unit. `rest`: the unit without its content. `content`: its content only. Folders: what is in these. */
export type Part = 'whole' | 'rest' | 'content' | readonly FolderToWalk[];

/** All paths below the data root are relative to it; `hidden` are the other units and the mount points within. */
export interface PieceTask {
  readonly dataRoot: string;
  readonly unit: string;
  readonly part: Part;
  /** The name of the folder that is the content; null when the unit has none. */
  readonly content: string | null;
  readonly hidden: readonly string[];
  readonly guarded: boolean;
}

export interface Piece {
  readonly rest: TreeTotals;
  readonly content: TreeTotals;
  readonly shared: readonly SharedInode[];
  readonly incomplete: string | null;
  readonly issues: readonly Issue[];
  readonly mounts: readonly string[];
}

/** One that was walked now. */
export interface WalkedPiece extends Piece {
  readonly shared: readonly SeenInode[];
}

export interface MeasureOptions {
  /** As `WalkBounds` has it. */
  readonly mayChdir?: boolean;
  /** Called after each folder. */
  readonly onTotals?: (files: number, diskBytes: number) => void;
  /** Takes folders over for another piece of the same unit. */
  readonly onLeft?: (folders: readonly FolderToWalk[]) => void;
}

/** Trouble with files is in the piece; it never throws for them. */
export function measurePiece(task: PieceTask, options: MeasureOptions = {}): WalkedPiece {
  const { part, dataRoot } = task;
  const shown = part === 'content' && task.content !== null ? `${task.unit}/${task.content}` : task.unit;
  const found = statWithoutLinks(dataRoot, shown);
  const visitor = new TotalsVisitor(part === 'whole' ? task.content : null);
  if (typeof found === 'string') {
    return pieceOf(visitor, { incomplete: found, issues: [{ where: shown, what: found }], mounts: [] });
  }
  let folders = part;
  if (typeof folders === 'string') {
    const id = part === 'content' ? CONTENT : ROOT;
    visitor.root(found, id);
    folders = isFolder(found) ? [{ shown, ino: found.ino, size: found.size, id }] : [];
  }
  const [rest, content] = visitor.sums;
  const end = walkFolders(folders, { top: dataRoot, device: found.dev }, visitor, {
    hidden: hiddenNames(task),
    guarded: task.guarded,
    mayChdir: options.mayChdir ?? false,
    onFolder: () => options.onTotals?.(rest.files + content.files, rest.diskBytes + content.diskBytes),
    onLeft: options.onLeft ?? null,
  });
  return pieceOf(visitor, end);
}

function pieceOf(visitor: TotalsVisitor, { incomplete, issues, mounts }: WalkEnd): WalkedPiece {
  const [rest, content] = visitor.sums;
  return { rest, content, shared: visitor.shared(), incomplete, issues, mounts };
}

function hiddenNames(task: PieceTask): Map<string, Set<string>> {
  const hidden = new Map<string, Set<string>>();
  const paths = task.part === 'rest' && task.content !== null ? [`${task.unit}/${task.content}`] : [];
  for (const path of [...paths, ...task.hidden]) {
    const cut = path.lastIndexOf('/');
    // The walk of the data root itself shows its folders as `./image`.
    const above = task.unit === '.' && cut >= 0 ? './' : '';
    const [parent, name] = cut < 0 ? ['.', path] : [above + path.slice(0, cut), path.slice(cut + 1)];
    const names = hidden.get(parent);
    if (names) names.add(name);
    else hidden.set(parent, new Set([name]));
  }
  return hidden;
}

/** The stats of `path` when every part of it below the data root is a real folder, else why not. */
function statWithoutLinks(dataRoot: string, path: string): Stats | string {
  const parts = path === '.' ? [] : path.split('/');
  let at = dataRoot;
  for (const part of ['', ...parts]) {
    if (part !== '') at = `${at}/${part}`;
    const last = at === absolute(dataRoot, path);
    try {
      const stats = lstatSync(at, { throwIfNoEntry: false });
      if (stats === undefined) return 'vanished before it was read';
      if (last) return stats;
      if (!isFolder(stats)) return `${part} is no folder: not followed`;
    } catch (thrown) {
      return `could not be read: ${(thrown as NodeJS.ErrnoException).code ?? String(thrown)}`;
    }
  }
  return 'is no path below the data root';
}

function absolute(dataRoot: string, path: string): string {
  return path === '.' ? dataRoot : `${dataRoot}/${path}`;
}
