/** Measures one piece of one unit: what a scan worker does for one task. */
import { type Stats, lstatSync } from 'node:fs';
import type { Issue } from '../../model/issue.ts';
import { walkFolder } from './folder-walk.ts';
import { isFolder } from './names.ts';
import type { TreeTotals } from './records.ts';
import { CONTENT, ROOT, type SharedInode, TotalsVisitor } from './totals.ts';

/** `whole`: the unit. `rest`: the unit without its content. `content`: its content only. */
export type Part = 'whole' | 'rest' | 'content';

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

/** Undefined when it was stopped half-way. Trouble with files is in the piece; it never throws for them. */
export function measurePiece(
  task: PieceTask,
  stopped: () => boolean,
  onTotals: (files: number, diskBytes: number) => void = () => undefined,
): Piece | undefined {
  const shown = task.part === 'content' && task.content !== null ? `${task.unit}/${task.content}` : task.unit;
  const visitor = new TotalsVisitor(task.part === 'whole' ? task.content : null);
  const [rest, content] = visitor.sums;
  const nothing = { incomplete: null, issues: [], mounts: [], stopped: false };
  const piece = (end: Omit<Piece, 'rest' | 'content' | 'shared'>): Piece => ({
    rest,
    content,
    shared: visitor.shared(),
    incomplete: end.incomplete,
    issues: end.issues,
    mounts: end.mounts,
  });

  const found = statWithoutLinks(task.dataRoot, shown);
  if (typeof found === 'string') {
    return piece({ ...nothing, incomplete: found, issues: [{ where: shown, what: found }] });
  }
  const id = task.part === 'content' ? CONTENT : ROOT;
  visitor.root(found, id);
  if (!isFolder(found)) return piece(nothing);

  const hidden = hiddenNames(task);
  let folders = 0;
  const end = walkFolder({ path: absolute(task.dataRoot, shown), shown, stats: found, id }, visitor, {
    hidden,
    guarded: task.guarded,
    stopped: () => {
      if ((folders++ & 15) === 0) onTotals(rest.files + content.files, rest.diskBytes + content.diskBytes);
      return stopped();
    },
  });
  return end.stopped ? undefined : piece(end);
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
