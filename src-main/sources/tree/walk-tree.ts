/**
 * The file tree of one folder as it lies on disk: writable layers, BuildKit's own folders, layers without tar-split.
 * lstat and readlink only: nothing is opened, no link followed, no mount crossed.
 */
import { Buffer, isUtf8 } from 'node:buffer';
import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { ENTRY_KIND, type EntryKind, type LayerTree } from '../../model/tree.ts';
import { nameFromBytes } from './name-bytes.ts';
import { readOverlayMarks } from './overlay-marks.ts';
import { MAX_ENTRIES, TreeBuilder } from './tree-builder.ts';

export interface WalkTreeOptions {
  readonly signal?: AbortSignal | undefined;
}

/** How often the event loop gets its turn. */
const ENTRIES_PER_TURN = 4096;

/** @throws the system's error when the folder itself can't be read; trouble below is a problem of the tree. */
export async function walkTree(folder: string, { signal }: WalkTreeOptions = {}): Promise<LayerTree> {
  const builder = new TreeBuilder({ knowsDisk: true });
  const marks = await readOverlayMarks(folder);
  if (marks.problem !== null) builder.problem('/', marks.problem);
  const root = lstatSync(folder);
  const firstNames = new Map<number, string>();
  const pending: Place[] = [{ path: '', bytes: folder }];
  put(builder, pending[0]!, root, firstNames);
  let turn = 0;
  for (let place = pending.pop(); place !== undefined && !builder.full; place = pending.pop()) {
    for (const name of namesIn(builder, place)) {
      const below = childOf(place, name);
      const stats = statOf(builder, below);
      if (stats === undefined || stats.dev !== root.dev) continue;
      put(builder, below, stats, firstNames);
      if (stats.isDirectory()) {
        if (marks.opaque.has(below.path)) builder.markOpaque(below.path);
        pending.push(below);
      }
      if ((turn += 1) % ENTRIES_PER_TURN === 0) {
        await new Promise(setImmediate);
        signal?.throwIfAborted();
      }
    }
  }
  if (marks.opaque.has('')) builder.markOpaque('');
  if (builder.full) builder.problem('/', `more than ${MAX_ENTRIES} entries: the rest is not read`);
  return builder.finish();
}

/** `path` as shown (inside the layer), `bytes` as the system takes it. */
interface Place {
  readonly path: string;
  readonly bytes: string | Buffer;
}

function namesIn(builder: TreeBuilder, place: Place): (string | Buffer)[] {
  try {
    const names = readdirSync(place.bytes);
    // U+FFFD may stand for bytes that are no UTF-8: then the decoded name does not open.
    return names.some((name) => name.includes('\ufffd'))
      ? readdirSync(place.bytes, { encoding: 'buffer' })
      : names;
  } catch (thrown) {
    builder.problem(place.path, `can't be listed: ${(thrown as Error).message}`);
    return [];
  }
}

function childOf(place: Place, name: string | Buffer): Place {
  const text = typeof name === 'string' ? name : nameFromBytes(name);
  const path = place.path === '' ? text : `${place.path}/${text}`;
  const plain = typeof place.bytes === 'string' && (typeof name === 'string' || isUtf8(name));
  const bytes = plain
    ? `${place.bytes as string}/${text}`
    : Buffer.concat([Buffer.from(place.bytes as string), Buffer.from('/'), Buffer.from(name as string)]);
  return { path, bytes };
}

function statOf(builder: TreeBuilder, place: Place): Stats | undefined {
  try {
    return lstatSync(place.bytes);
  } catch (thrown) {
    builder.problem(place.path, `vanished or can't be read: ${(thrown as Error).message}`);
    return undefined;
  }
}

/** Of a symbolic link: read, never followed. */
function targetOf(builder: TreeBuilder, place: Place, stats: Stats): string | undefined {
  if (!stats.isSymbolicLink()) return undefined;
  try {
    return nameFromBytes(readlinkSync(place.bytes, { encoding: 'buffer' }));
  } catch (thrown) {
    builder.problem(place.path, `vanished or can't be read: ${(thrown as Error).message}`);
    return undefined;
  }
}

function put(builder: TreeBuilder, place: Place, stats: Stats, firstNames: Map<number, string>): void {
  const { path } = place;
  const kind = kindOf(stats);
  const first =
    stats.nlink > 1 && kind !== ENTRY_KIND.folder && kind !== ENTRY_KIND.whiteout
      ? firstNames.get(stats.ino)
      : undefined;
  if (first === undefined && stats.nlink > 1) firstNames.set(stats.ino, path);
  const entry =
    first === undefined
      ? described(stats, kind)
      : { ...described(stats, kind), diskBytes: 0, hardLinkTo: first };
  builder.addFromDisk({ ...entry, path, linkTarget: targetOf(builder, place, stats) });
}

function described(stats: Stats, kind: EntryKind) {
  return {
    kind,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    size: kind === ENTRY_KIND.folder || kind === ENTRY_KIND.whiteout ? 0 : stats.size,
    diskBytes: stats.blocks * 512,
    mtimeMs: stats.mtimeMs,
  };
}

function kindOf(stats: Stats): EntryKind {
  if (stats.isDirectory()) return ENTRY_KIND.folder;
  if (stats.isFile()) return ENTRY_KIND.file;
  if (stats.isSymbolicLink()) return ENTRY_KIND.symlink;
  if (stats.isCharacterDevice()) return stats.rdev === 0 ? ENTRY_KIND.whiteout : ENTRY_KIND.charDevice;
  if (stats.isBlockDevice()) return ENTRY_KIND.blockDevice;
  return stats.isFIFO() ? ENTRY_KIND.fifo : ENTRY_KIND.socket;
}
