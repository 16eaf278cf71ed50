/** `overlay2/<folder>/{diff,link}` and the short names in `overlay2/l`, which are links `../<folder>/diff`. */
import { lstatSync, readlinkSync } from 'node:fs';
import { isMoment } from '../../model/moment.ts';
import { damageOf, listFolder, readText } from './files.ts';
import { mountedNames } from './mounted.ts';
import type { DiskFolder } from './records.ts';
import type { Reading } from './reading.ts';

const OVERLAY2 = 'overlay2';
const SHORT_NAMES = `${OVERLAY2}/l`;
const SHORT_NAME = /^[A-Z0-9]{26}$/;
const TARGET = /^\.\.\/([^/]+)\/diff$/;

interface OverlayListing {
  /** `unchangedBetweenLooks` is false here: only the second look can tell. */
  readonly folders: DiskFolder[];
  readonly deadLinks: readonly string[];
}

export async function readOverlay2(reading: Reading): Promise<OverlayListing> {
  const entries = listFolder(reading.root, OVERLAY2) ?? [];
  const links = await readShortNames(reading);
  const isMounted = mountTest(reading);
  const folders: DiskFolder[] = [];
  for (const entry of entries) {
    if (reading.due()) await reading.rest();
    if (entry.name === 'l') continue;
    if (!entry.isDirectory()) reading.issue(`${OVERLAY2}/${entry.name}`, 'is no folder');
    else folders.push(readFolder(reading, entry.name, { links, isMounted }));
  }
  const present = new Set(
    folders.filter((folder) => folder.modifiedMs !== null).map((folder) => folder.name),
  );
  const dead = [...(links ?? [])].filter(([, folder]) => folder === null || !present.has(folder));
  return { folders, deadLinks: dead.map(([name]) => name) };
}

interface Around {
  /** Null: they could not be listed. */
  readonly links: ReadonlyMap<string, string | null> | null;
  readonly isMounted: (name: string, link: string | null) => boolean;
}

function readFolder(reading: Reading, name: string, { links, isMounted }: Around): DiskFolder {
  const link = readLink(reading, name);
  const own = link !== null && links?.get(link) === name;
  return {
    name,
    link,
    linkDiskBytes: links === null ? null : own ? blocksOf(`${reading.root}/${SHORT_NAMES}/${link}`) : 0,
    modifiedMs: modifiedMs(reading, name),
    mounted: isMounted(name, link),
    unchangedBetweenLooks: false,
  };
}

function readLink(reading: Reading, name: string): string | null {
  const where = `${OVERLAY2}/${name}/link`;
  const damaged = (what: string): void => reading.issue(where, what);
  const text = reading.attempt(() => readText(`${reading.root}/${where}`), damaged);
  if (text === null || SHORT_NAME.test(text)) return text;
  damaged(text === '' ? 'is empty' : 'holds no short name');
  return null;
}

/** Of the folder or its `diff`, whichever changed last; null when it is gone, or when that is no moment: an image says the time of `diff`. */
export function modifiedMs(reading: Reading, name: string): number | null {
  const folder = lstatSync(`${reading.root}/${OVERLAY2}/${name}`, { throwIfNoEntry: false });
  const diff = lstatSync(`${reading.root}/${OVERLAY2}/${name}/diff`, { throwIfNoEntry: false });
  if (!folder) return null;
  const last = Math.max(folder.mtimeMs, diff?.mtimeMs ?? 0);
  return isMoment(last) ? last : null;
}

const blocksOf = (path: string): number => (lstatSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * 512;

/**
 * Short name → the folder it points at; null for anything that is no link into `../<folder>/diff`. Null as a whole when
 * they can't be listed; none when `l/` is absent.
 */
async function readShortNames(reading: Reading): Promise<ReadonlyMap<string, string | null> | null> {
  let refused = false;
  const entries = reading.attempt(
    () => listFolder(reading.root, OVERLAY2, 'l'),
    (what) => {
      refused = true;
      reading.issue(SHORT_NAMES, what);
    },
  );
  if (refused) return null;
  const links = new Map<string, string | null>();
  for (const entry of entries ?? []) {
    if (reading.due()) await reading.rest();
    const where = `${SHORT_NAMES}/${entry.name}`;
    if (!entry.isSymbolicLink()) {
      reading.issue(where, 'is no link');
      continue;
    }
    const damaged = (what: string): void => reading.issue(where, what);
    const target = reading.attempt(() => readlinkSync(`${reading.root}/${where}`), damaged);
    if (target !== null) links.set(entry.name, TARGET.exec(target)?.[1] ?? null);
  }
  return links;
}

/** When mounts cannot be listed every folder counts as mounted: unknown means in use. */
function mountTest(reading: Reading): Around['isMounted'] {
  try {
    const names = mountedNames();
    return (name, link) => names.has(name) || (link !== null && names.has(`l/${link}`));
  } catch (thrown) {
    reading.issue('/proc/self/mountinfo', damageOf(thrown).message);
    return () => true;
  }
}
