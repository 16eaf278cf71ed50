/** Names and paths as the file system has them: bytes. Text while it is UTF-8 (faster), a Buffer where it is not. */
import { Buffer, isUtf8 } from 'node:buffer';
import { type Stats, opendirSync, readdirSync } from 'node:fs';

export type Name = string | Buffer;
export type Path = string | Buffer;

/** A folder this large (its own st_size) is listed in parts, so that cancel and memory stay bounded. */
const LARGE_FOLDER_BYTES = 2 << 20;
const NAMES_AT_ONCE = 4096;
const SLASH = Buffer.from('/');

export const textOf = (name: Name): string => (typeof name === 'string' ? name : name.toString('utf8'));

export const isFolder = (stats: Stats): boolean => (stats.mode & 0o170000) === 0o040000;

export function joinPath(base: Path, name: Name): Path {
  if (typeof base === 'string' && typeof name === 'string') return `${base}/${name}`;
  return Buffer.concat([Buffer.from(base as string), SLASH, Buffer.from(name as string)]);
}

/** The names in a folder of that st_size, in parts. Throws the system's error. */
export function namesIn(folder: Path, folderBytes: number): Iterable<readonly Name[]> {
  if (folderBytes > LARGE_FOLDER_BYTES) return inParts(folder);
  return [textNamesIn(folder, folderBytes) ?? readdirSync(folder, { encoding: 'buffer' }).map(named)];
}

/** All names as text; null when one is no UTF-8 or they are too many for one list. Throws the system's error. */
export function textNamesIn(folder: Path, folderBytes: number): readonly string[] | null {
  if (folderBytes > LARGE_FOLDER_BYTES) return null;
  const names = readdirSync(folder);
  for (const name of names) {
    // It may stand for bytes that are no UTF-8, and then the decoded name does not open.
    if (name.includes('\ufffd')) return null;
  }
  return names;
}

function* inParts(folder: Path): Generator<readonly Name[]> {
  const handle = opendirSync(folder as string, {
    encoding: 'buffer' as BufferEncoding,
    bufferSize: NAMES_AT_ONCE,
  });
  try {
    let names: Name[] = [];
    for (let entry = handle.readSync(); entry; entry = handle.readSync()) {
      names.push(named(entry.name as unknown as Buffer));
      if (names.length < NAMES_AT_ONCE) continue;
      yield names;
      names = [];
    }
    yield names;
  } finally {
    handle.closeSync();
  }
}

const named = (bytes: Buffer): Name => (isUtf8(bytes) ? bytes.toString('utf8') : bytes);
