/** What a screen or the terminal shows of a stack: one folder, or all that a glob finds. */
import { ENTRY_KIND } from '../../model/tree.ts';
import { glob } from './glob.ts';
import { copyEntry, findNode, nodePath, type Change, type Stack } from './stack.ts';

export type EntryType = 'file' | 'folder' | 'symlink' | 'hardlink' | 'device' | 'fifo' | 'socket';
export type View = 'own' | 'stacked';

export interface ShownEntry {
  readonly name: string;
  readonly path: string;
  readonly type: EntryType;
  readonly change: Change;
  /** Of a folder: of all that counts below it (visible; in the `own` view of the top layer only). */
  readonly bytes: number;
  readonly diskBytes: number | null;
  readonly files: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number | null;
  readonly linkTarget: string | null;
  readonly layer: number;
  readonly opaque: boolean;
}

/** Folder totals of one view, by node. Computed once per stack and view; parents precede children, so one loop does. */
export interface Totals {
  readonly view: View;
  readonly bytes: Float64Array;
  readonly files: Float64Array;
  /** Null when a tree in the stack does not know allocated blocks. */
  readonly diskBytes: Float64Array | null;
}

export function totalsOf(stack: Stack, view: View): Totals {
  const count = stack.names.length;
  const bytes = new Float64Array(count);
  const files = new Float64Array(count);
  const diskBytes = stack.trees.every((tree) => tree.diskBytes !== null) ? new Float64Array(count) : null;
  const top = stack.trees.length - 1;
  for (let node = count - 1; node > 0; node -= 1) {
    const copy = stack.current[node]!;
    const parent = stack.parents[node]!;
    if (copy >= 0 && stack.visible[node]) {
      const { tree, entry, layer } = copyEntry(stack, copy);
      if ((view === 'stacked' || layer === top) && !tree.hardLinks.has(entry)) {
        bytes[node]! += tree.kinds[entry] === ENTRY_KIND.folder ? 0 : tree.sizes[entry]!;
        files[node]! += tree.kinds[entry] === ENTRY_KIND.folder ? 0 : 1;
        if (diskBytes !== null) diskBytes[node]! += tree.diskBytes![entry]!;
      }
    }
    bytes[parent]! += bytes[node]!;
    files[parent]! += files[node]!;
    if (diskBytes !== null) diskBytes[parent]! += diskBytes[node]!;
  }
  return { view, bytes, files, diskBytes };
}

/** The entries of one folder, biggest first; removed ones too, with what they hide. Undefined when there is no such folder. */
export function listFolder(stack: Stack, totals: Totals, path: string): ShownEntry[] | undefined {
  const folder = findNode(stack, path);
  if (folder === undefined) return undefined;
  const entries: ShownEntry[] = [];
  for (const node of stack.children.of(folder)) {
    if (isShown(stack, totals, node)) entries.push(shown(stack, totals, node));
  }
  return entries.sort(biggestFirst);
}

/** Everything whose path fits the glob, biggest first, at most `limit`. */
export function findPaths(stack: Stack, totals: Totals, pattern: string, limit: number): ShownEntry[] {
  const fits = glob(pattern);
  const found: ShownEntry[] = [];
  for (let node = 1; node < stack.names.length; node += 1) {
    if (isShown(stack, totals, node) && fits(nodePath(stack, node))) found.push(shown(stack, totals, node));
  }
  return found.sort(biggestFirst).slice(0, limit);
}

function isShown(stack: Stack, totals: Totals, node: number): boolean {
  const change = stack.changes[node]!;
  if (totals.view === 'own') return change !== 'unchanged';
  return stack.visible[node] === 1 || change === 'D';
}

function shown(stack: Stack, totals: Totals, node: number): ShownEntry {
  const name = stack.names[node]!;
  const path = nodePath(stack, node);
  const change = stack.changes[node]!;
  const copy = stack.current[node]!;
  // A folder that only stands in another entry's path: no layer describes it.
  if (copy < 0) {
    const [bytes, files] = [totals.bytes[node]!, totals.files[node]!];
    const nothing = { mode: 0, uid: 0, gid: 0, mtimeMs: null, linkTarget: null, layer: 0, opaque: false };
    return { name, path, type: 'folder', change, bytes, diskBytes: null, files, ...nothing };
  }
  const { tree, entry, layer } = copyEntry(stack, copy);
  const whole = tree.kinds[entry] === ENTRY_KIND.folder && change !== 'D';
  return {
    name,
    path,
    type: entryType(tree.kinds[entry]!, tree.hardLinks.has(entry)),
    change,
    bytes: whole ? totals.bytes[node]! : tree.sizes[entry]!,
    diskBytes: whole ? (totals.diskBytes?.[node] ?? null) : (tree.diskBytes?.[entry] ?? null),
    files: whole ? totals.files[node]! : 1,
    mode: tree.modes[entry]!,
    uid: tree.uids[entry]!,
    gid: tree.gids[entry]!,
    mtimeMs: tree.mtimesMs[entry] ?? null,
    linkTarget: tree.linkTargets.get(entry) ?? null,
    layer,
    opaque: tree.opaque.has(entry),
  };
}

export function entryType(kind: number, hardLink: boolean): EntryType {
  switch (kind) {
    case ENTRY_KIND.folder:
      return 'folder';
    case ENTRY_KIND.symlink:
      return 'symlink';
    case ENTRY_KIND.fifo:
      return 'fifo';
    case ENTRY_KIND.socket:
      return 'socket';
    case ENTRY_KIND.file:
      return hardLink ? 'hardlink' : 'file';
    default:
      return 'device';
  }
}

function biggestFirst(a: ShownEntry, b: ShownEntry): number {
  return b.bytes - a.bytes || (a.name < b.name ? -1 : 1);
}
