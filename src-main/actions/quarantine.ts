/**
 * Orphans are never deleted directly: they move to `<data root>/strata-quarantine/<date>-<name>/`, a rename on the same
 * filesystem outside overlay2/. From there they can be put back, or purged for good.
 *
 *   manifest.json   written first, so that a move cut in the middle can still be told apart
 *   folder/         what was overlay2/<name>
 *   link            what was overlay2/l/<short name>, when it had one
 */
import { lstat, mkdir, readFile, readdir, realpath, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Orphan } from '../analysis/orphans.ts';
import { StrataError } from '../contract/errors.ts';
import type { QuarantineEntry } from '../contract/reclaim.ts';
import { parseCacheId } from '../model/ids.ts';
import { mountPointsBelow } from '../sources/scan/mounts.ts';
import { measurePaths } from './measure.ts';

const FOLDER = 'strata-quarantine';
/** A leaked container leaves two folders whose names differ in their ending only. */
const ID = /^\d{8}-\d{6}-[a-z0-9]{12}(?:-init)?$/;
const LINK = /^[A-Z0-9]{26}$/;

const Manifest = v.strictObject({
  path: v.pipe(v.string(), v.regex(/^overlay2\/[a-z0-9-]+$/)),
  link: v.nullable(v.pipe(v.string(), v.regex(LINK))),
  movedAt: v.string(),
  diskBytes: v.nullable(v.number()),
  evidence: v.array(v.string()),
});
type Manifest = v.InferOutput<typeof Manifest>;

/**
 * Moves a folder that `prove` still finds to be an orphan. Throws `stale` when it is none, and moves nothing; nor does it
 * once the signal has aborted.
 */
export async function moveToQuarantine(
  dataRoot: string,
  path: string,
  { prove, signal }: { readonly prove: () => Promise<readonly Orphan[]>; readonly signal: AbortSignal },
): Promise<QuarantineEntry> {
  const root = await realpath(dataRoot);
  const name = path.replace(/^overlay2\//, '');
  if (path !== `overlay2/${name}` || parseCacheId(name) === undefined) {
    throw new StrataError('bad-request', `${path} is no folder of overlay2/`);
  }
  const orphan = (await prove()).find((one) => one.path === path);
  if (orphan === undefined)
    throw new StrataError('stale', `${path} is no longer proven to be an orphan; it stays`);
  await mustBeFolder(join(root, path));
  mustNotBeMounted(join(root, path));

  const { link } = orphan.folder;
  const diskBytes = (await measurePaths(root, [path])).get(path) ?? null;
  const movedAt = new Date().toISOString();
  const second = movedAt.replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const id = `${second}-${name.slice(0, 12)}${name.endsWith('-init') ? '-init' : ''}`;
  const place = join(root, FOLDER, id);
  const manifest: Manifest = {
    path,
    link: link !== null && LINK.test(link) ? link : null,
    movedAt,
    diskBytes,
    evidence: [...orphan.evidence],
  };
  await mkdir(join(root, FOLDER), { recursive: true, mode: 0o700 });
  await mustBeFolder(join(root, FOLDER));
  await mkdir(place, { mode: 0o700 });
  try {
    // On a full disk this fails already.
    await writeFile(join(place, 'manifest.json'), JSON.stringify(manifest), { mode: 0o600, flag: 'wx' });
    signal.throwIfAborted();
    await rename(join(root, path), join(place, 'folder'));
  } catch (thrown) {
    await rm(place, { recursive: true }); // holds nothing but our manifest
    throw thrown;
  }
  if (manifest.link !== null)
    await renameIfThere(join(root, 'overlay2/l', manifest.link), join(place, 'link'));
  return entryOf(id, manifest);
}

/** Newest first. Empty when nothing was ever moved. Throws when one of them is damaged. A place without folder is none. */
export async function listQuarantine(dataRoot: string): Promise<readonly QuarantineEntry[]> {
  let names: string[];
  try {
    names = await readdir(join(dataRoot, FOLDER));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw thrown;
  }
  const entries: QuarantineEntry[] = [];
  for (const id of names
    .filter((name) => ID.test(name))
    .sort()
    .reverse()) {
    const place = join(dataRoot, FOLDER, id);
    if (await isThere(join(place, 'folder'))) entries.push(entryOf(id, await readManifest(place)));
  }
  return entries;
}

/** Renames short name and folder to where they were; the folder last, so that a cut one can go on. Throws `stale` when something stands there now. */
export async function putBack(dataRoot: string, id: string): Promise<QuarantineEntry> {
  const { root, place, manifest } = await open(dataRoot, id);
  const target = join(root, manifest.path);
  if (await isThere(target))
    throw new StrataError('stale', `${manifest.path} exists again: nothing is put back`);
  if (manifest.link !== null)
    await renameIfThere(join(place, 'link'), join(root, 'overlay2/l', manifest.link));
  await renameIfThere(join(place, 'folder'), target);
  await rm(join(place, 'manifest.json'));
  await rmdir(place);
  return entryOf(id, manifest);
}

/** Deletes it for good. Answers the allocated bytes that left the disk; null where they could not be measured. */
export async function purge(dataRoot: string, id: string): Promise<number | null> {
  const { root, place } = await open(dataRoot, id);
  mustNotBeMounted(place);
  const path = `${FOLDER}/${id}`;
  const before = (await measurePaths(root, [path])).get(path);
  await rm(join(place, 'folder'), { recursive: true, force: true }); // the manifest last: a cut purge can be done again
  await rm(place, { recursive: true });
  return before ?? null;
}

async function open(dataRoot: string, id: string) {
  const root = await realpath(dataRoot);
  const place = join(root, FOLDER, id);
  if (!ID.test(id) || !(await isThere(place))) {
    throw new StrataError('not-found', `Nothing in the quarantine is called ${id}; see "strata quarantine".`);
  }
  await mustBeFolder(join(root, FOLDER));
  await mustBeFolder(place);
  return { root, place, manifest: await readManifest(place) };
}

async function readManifest(place: string): Promise<Manifest> {
  try {
    return v.parse(Manifest, JSON.parse(await readFile(join(place, 'manifest.json'), 'utf8')));
  } catch (thrown) {
    const why = StrataError.from(thrown).message;
    throw new StrataError(
      'failed',
      `${place}/manifest.json, which says where ${place}/folder came from, can not be read (${why}): move that folder by hand.`,
      { cause: thrown },
    );
  }
}

/** Not through a link: a place that somebody replaced by one is refused. */
async function mustBeFolder(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) throw new StrataError('failed', `${path} is no folder`);
}

function mustNotBeMounted(path: string): void {
  const [mount] = mountPointsBelow(path);
  if (mount !== undefined) throw new StrataError('busy', `${mount} is a mount: it stays`);
}

async function renameIfThere(from: string, to: string): Promise<void> {
  if (await isThere(from)) await rename(from, to);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw thrown;
  }
}

function entryOf(id: string, { path, movedAt, diskBytes, evidence }: Manifest): QuarantineEntry {
  return { id, path, movedAt, diskBytes, evidence };
}
