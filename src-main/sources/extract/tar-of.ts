import { exactBytes } from './exact-bytes.ts';
import type { Extraction, TakenEntry, TakenSymlink, Tally } from './records.ts';
import { TAR_END, tarHeader, tarPadding, type TarFields } from './tar-header.ts';

/**
 * An extraction as a tar, as it is read. Files come in the order of their layers, so that a packed layer is read once;
 * folders last and inner ones first, so that whoever unpacks can write into read-only ones and keep their times. A link
 * stands right behind its folder: GNU tar makes those that lead upwards at its very end, and keeps the folder's time then.
 * A part is good until the next one is asked for.
 */
export async function* tarOf(extraction: Extraction, tally: Tally): AsyncGenerator<Uint8Array> {
  const missing = new Set<string>();
  for await (const { entry, content } of extraction.files()) {
    if ('problem' in content) {
      missing.add(entry.path);
      tally.problem(entry.path, content.problem);
      continue;
    }
    yield tarHeader(fields(entry, '0', { size: content.size }));
    yield* exactBytes(content, entry.path, tally);
    yield tarPadding(content.size);
    tally.files += 1;
  }
  for (const entry of extraction.hardLinks) {
    if (missing.has(entry.to)) tally.problem(entry.path, 'the file it is another name of could not be read');
    else {
      yield tarHeader(fields(entry, '1', { linkName: entry.to }));
      tally.links += 1;
    }
  }
  const symlinks = byFolder(extraction.symlinks);
  for (const entry of [...extraction.folders].reverse()) {
    yield tarHeader({ ...fields(entry, '5'), name: entry.path === '' ? './' : `${entry.path}/` });
    tally.folders += 1;
    yield* linksOf(symlinks.get(entry.path), tally);
    symlinks.delete(entry.path);
  }
  for (const alone of symlinks.values()) yield* linksOf(alone, tally);
  yield TAR_END;
}

function byFolder(symlinks: Iterable<TakenSymlink>): Map<string, TakenSymlink[]> {
  const folders = new Map<string, TakenSymlink[]>();
  for (const entry of symlinks) {
    const folder = entry.path.slice(0, Math.max(0, entry.path.lastIndexOf('/')));
    const known = folders.get(folder);
    if (known === undefined) folders.set(folder, [entry]);
    else known.push(entry);
  }
  return folders;
}

function* linksOf(symlinks: readonly TakenSymlink[] = [], tally: Tally): Generator<Uint8Array> {
  for (const entry of symlinks) {
    if (entry.target === null) tally.problem(entry.path, 'where this link leads could not be read');
    else {
      yield tarHeader(fields(entry, '2', { linkName: entry.target }));
      tally.links += 1;
    }
  }
}

function fields(
  { path: name, mode, uid, gid, mtimeMs }: TakenEntry,
  flag: TarFields['flag'],
  more: Pick<TarFields, 'size' | 'linkName'> = {},
): TarFields {
  return { name, flag, mode, uid, gid, mtimeMs, ...more };
}
