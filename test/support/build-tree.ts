import { ENTRY_KIND, type EntryKind, type LayerTree } from '../../src-main/model/tree.ts';

/** What one path of a layer is: a size, or more. `hardLinkTo` names an earlier path of the same layer. */
export type Entry =
  | number
  | {
      kind?: keyof typeof ENTRY_KIND;
      size?: number;
      mode?: number;
      uid?: number;
      checksum?: bigint;
      opaque?: boolean;
      target?: string;
      hardLinkTo?: string;
    };

/** A layer from `{ '/etc/hosts': 12, '/old': { kind: 'whiteout' } }`; folders on the way are made. */
export function buildTree(paths: Record<string, Entry>): LayerTree {
  const names = [''];
  const parents = [-1];
  const kinds: EntryKind[] = [ENTRY_KIND.folder];
  const details: Exclude<Entry, number>[] = [{}];
  const index = new Map([['/', 0]]);
  const add = (path: string, kind: EntryKind, detail: Exclude<Entry, number>): number => {
    const found = index.get(path);
    if (found !== undefined) return found;
    const slash = path.lastIndexOf('/');
    const parent = slash === 0 ? 0 : add(path.slice(0, slash), ENTRY_KIND.folder, {});
    index.set(path, names.length);
    names.push(path.slice(slash + 1));
    parents.push(parent);
    kinds.push(kind);
    details.push(detail);
    return names.length - 1;
  };
  for (const [path, entry] of Object.entries(paths)) {
    const detail = typeof entry === 'number' ? { size: entry } : entry;
    add(path, ENTRY_KIND[detail.kind ?? (detail.target === undefined ? 'file' : 'symlink')], detail);
  }
  const hardLinks = new Map<number, number>();
  const sizes = Float64Array.from(details, (detail) => detail.size ?? 0);
  details.forEach((detail, entry) => {
    if (detail.hardLinkTo === undefined) return;
    const first = index.get(detail.hardLinkTo)!;
    hardLinks.set(entry, first);
    sizes[entry] = sizes[first]!;
  });
  return {
    length: names.length,
    names,
    parents: Int32Array.from(parents),
    kinds: Uint8Array.from(kinds),
    modes: Uint16Array.from(
      details,
      (detail, entry) => detail.mode ?? (kinds[entry] === ENTRY_KIND.folder ? 0o755 : 0o644),
    ),
    uids: Uint32Array.from(details, (detail) => detail.uid ?? 0),
    gids: new Uint32Array(names.length),
    sizes,
    diskBytes: null,
    mtimesMs: new Float64Array(names.length),
    checksums: BigUint64Array.from(details, (detail) => detail.checksum ?? 0n),
    linkTargets: new Map(
      details.flatMap((detail, entry) => (detail.target === undefined ? [] : [[entry, detail.target]])),
    ),
    hardLinks,
    opaque: new Set(details.flatMap((detail, entry) => (detail.opaque ? [entry] : []))),
    problems: [],
  };
}
