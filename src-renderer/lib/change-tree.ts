import type { ContainerDiff, ContainerDiffEntry, EntryType } from '../../src-main/contract/inside.ts';
import { baseName, parentPath } from './paths.ts';
import { sortedBy, type Sort } from './grid.ts';

/** A path of a container's writable layer, with what lies below it. */
export interface ChangeNode {
  readonly path: string;
  readonly name: string;
  readonly type: EntryType;
  /** Null for a folder that only leads to a change. */
  readonly entry: ContainerDiffEntry | null;
  /** Of a folder: of everything in it that was written. Null when anything is not measured. */
  readonly bytes: number | null;
  readonly diskBytes: number | null;
  /** Changes in it, itself counted. */
  readonly changes: number;
  readonly children: readonly ChangeNode[];
}

interface Draft {
  path: string;
  entry: ContainerDiffEntry | null;
  children: Map<string, Draft>;
}

export type ChangeKind = ContainerDiffEntry['change'];

/** The list of changes as a tree; folders that lead to changes are added. */
export function changeTree(
  diff: Pick<ContainerDiff, 'entries'>,
  only: ReadonlySet<ChangeKind> = new Set(),
): readonly ChangeNode[] {
  const root: Draft = { path: '', entry: null, children: new Map() };
  for (const entry of diff.entries) {
    if (only.size > 0 && !only.has(entry.change)) continue;
    let at = root;
    for (const name of entry.path.split('/')) {
      if (name === '') continue;
      const next = at.children.get(name) ?? { path: `${at.path}/${name}`, entry: null, children: new Map() };
      at.children.set(name, next);
      at = next;
    }
    if (at !== root) at.entry = entry;
  }
  return finished(root).children;
}

/** Children before parents without recursion: a path may have two thousand names. */
function finished(root: Draft): ChangeNode {
  const order: Draft[] = [root];
  for (let at = 0; at < order.length; at += 1) {
    for (const child of order[at]!.children.values()) order.push(child);
  }
  const done = new Map<Draft, ChangeNode>();
  for (const draft of order.reverse()) {
    const children = [...draft.children.values()].map((child) => done.get(child)!);
    const own = draft.entry;
    const ownBytes = own === null || own.type === 'folder' ? 0 : own.bytes;
    done.set(draft, {
      path: draft.path,
      name: baseName(draft.path),
      type: own?.type ?? 'folder',
      entry: own,
      bytes: total([ownBytes, ...children.map((child) => child.bytes)]),
      diskBytes: total([own === null ? 0 : own.diskBytes, ...children.map((child) => child.diskBytes)]),
      changes: (own === null ? 0 : 1) + children.reduce((sum, child) => sum + child.changes, 0),
      children,
    });
  }
  return done.get(root)!;
}

function total(parts: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const part of parts) {
    if (part === null) return null;
    sum += part;
  }
  return sum;
}

export interface ChangeRow {
  readonly node: ChangeNode;
  readonly depth: number;
  readonly open: boolean | null;
}

const VALUES: Readonly<Record<string, (node: ChangeNode) => number | string | null>> = {
  name: (node) => node.name,
  size: (node) => node.bytes,
  disk: (node) => node.diskBytes,
};

/** The lines on screen; a folder is open unless it is in `shut`. */
export function changeRows(
  roots: readonly ChangeNode[],
  { shut, sort }: { readonly shut: ReadonlySet<string>; readonly sort: Sort },
): readonly ChangeRow[] {
  const rows: ChangeRow[] = [];
  const pending: { node: ChangeNode; depth: number }[] = [];
  const enter = (nodes: readonly ChangeNode[], depth: number): void => {
    const sorted = sortedBy(nodes, VALUES[sort.key] ?? VALUES['size']!, sort.down);
    for (let at = sorted.length - 1; at >= 0; at -= 1) pending.push({ node: sorted[at]!, depth });
  };
  enter(roots, 0);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const open = next.node.children.length > 0 ? !shut.has(next.node.path) : null;
    rows.push({ ...next, open });
    if (open === true) enter(next.node.children, next.depth + 1);
  }
  return rows;
}

export interface Lost {
  /** Bytes of added and of changed files; null when they are not measured. */
  readonly addedBytes: number | null;
  readonly changedBytes: number | null;
  readonly added: number;
  readonly changed: number;
  /** Deletions come undone: the image still has these. */
  readonly deleted: number;
  /** Files that only this container has, biggest first. */
  readonly biggest: readonly ContainerDiffEntry[];
  /** Folders that hold the most of it, biggest first. */
  readonly folders: readonly LostFolder[];
}

export interface LostFolder {
  readonly path: string;
  /** Null when none of its files is measured. */
  readonly bytes: number | null;
  /** Some of its files are not measured. */
  readonly atLeast: boolean;
  readonly files: number;
}

const SHOWN = 10;

/** What goes with the writable layer when the container is removed. Changes of mode or owner alone lose no content. */
export function whatWouldBeLost(diff: Pick<ContainerDiff, 'entries'>): Lost {
  const files = diff.entries.filter((entry) => entry.type !== 'folder' && entry.change !== 'D');
  const content = files.filter((entry) => !entry.metadataOnly);
  const of = (change: ChangeKind): readonly ContainerDiffEntry[] =>
    content.filter((entry) => entry.change === change);
  const inFolder = new Map<string, (number | null)[]>();
  for (const { path, bytes } of content) {
    const folder = parentPath(path);
    const sizes = inFolder.get(folder);
    if (sizes === undefined) inFolder.set(folder, [bytes]);
    else sizes.push(bytes);
  }
  const folders = [...inFolder].map(([path, sizes]): LostFolder => {
    const known = sizes.filter((bytes) => bytes !== null);
    return {
      path,
      bytes: known.length === 0 ? null : total(known),
      atLeast: known.length < sizes.length,
      files: sizes.length,
    };
  });
  return {
    addedBytes: total(of('A').map((entry) => entry.bytes)),
    changedBytes: total(of('C').map((entry) => entry.bytes)),
    added: of('A').length,
    changed: of('C').length,
    deleted: diff.entries.filter((entry) => entry.change === 'D').length,
    biggest: sortedBy(content, ({ bytes }) => bytes, true).slice(0, SHOWN),
    folders: sortedBy(folders, ({ bytes }) => bytes, true).slice(0, SHOWN),
  };
}
