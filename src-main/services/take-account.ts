/** One account of the store: names from the engine, owners from the files, sizes from the walk, joined. */
import { maskSecrets } from '../analysis/secrets/find-secrets.ts';
import { StrataError } from '../contract/errors.ts';
import type { Issue } from '../model/issue.ts';
import type { OverlayFolder, StoreSnapshot } from '../model/store.ts';
import { isHeld } from '../sources/disk/held.ts';
import { readDisk } from '../sources/disk/index.ts';
import type { DiskRecords } from '../sources/disk/records.ts';
import type { Engine } from '../sources/engine/index.ts';
import type { EngineImageDetail, EngineRecords } from '../sources/engine/records.ts';
import { joinStore, listDataRoot, walkPlan, type JoinInput } from '../sources/join.ts';
import { walkUnits } from '../sources/scan/index.ts';
import type { LayerMemory } from '../sources/scan/memory.ts';
import type { WalkResult } from '../sources/scan/records.ts';
import { listsAgainstWalk } from '../sources/tree/check-lists.ts';
import { eachOf } from '../support/concurrency.ts';
import { whyAnotherStore } from './same-store.ts';
import { NO_SCAN_PROGRESS, type TakeOptions } from './store-source.ts';

export interface AccountOptions extends TakeOptions {
  readonly engine: Engine | null;
  /** Named by the user: read although the engine that answers is another one. Null: the engine's own. */
  readonly dataRoot: string | null;
  readonly memory: LayerMemory;
}

export interface Account {
  readonly snapshot: StoreSnapshot;
  /** Why the files were not read; null when they were. */
  readonly accessWhy: string | null;
}

/** Inspect calls at a time: an engine answers them from memory, more would only queue there. */
const DETAILS_AT_ONCE = 6;
/** Docker's own sizes are an extra: when the walk is over they are waited for no longer than this. */
const FIGURES_WITHIN_MS = 5_000;
const UNASKED = 'an engine runs on this data root, and it was not asked what it is doing';

export async function takeAccount(options: AccountOptions): Promise<Account> {
  const { engine, signal, report } = options;
  const takenAtMs = Date.now();
  report({ ...NO_SCAN_PROGRESS, stage: 'Asking the engine' });
  const names = engine ? await engine.read({ signal, sizes: false, diskUsage: false }) : null;
  signal.throwIfAborted();
  const dataRoot = options.dataRoot ?? names?.facts.dataRoot;
  if (!dataRoot) return throughEngine(options, takenAtMs, 'the engine does not say where its data root is');
  const files = await filesOf(dataRoot, names, options);
  if ('why' in files) return throughEngine(options, takenAtMs, files.why);

  const figures = engine && names ? startFigures(engine, options) : null;
  const walk = await walkStore(dataRoot, files.disk, options);
  const withSizes = figures && names ? await figures(names) : names;
  const records = files.another === null ? withSizes : null;
  const unasked = records === null && isHeld(files.disk.dataRoot) ? UNASKED : null;
  const taken = { engine: records, walk, takenAtMs, access: 'direct', unasked } as const;
  const snapshot = await lookAgain(joinStore({ ...taken, disk: files.disk }), taken, { dataRoot, signal });
  const issues = files.another === null ? [] : [{ where: dataRoot, what: files.another }];
  return { snapshot: { ...masked(snapshot), issues: [...snapshot.issues, ...issues] }, accessWhy: null };
}

/** A build record's description is the step that made it, arguments and all; it is shown as its name. */
function masked(snapshot: StoreSnapshot): StoreSnapshot {
  const buildCache = snapshot.buildCache.map((one) => ({
    ...one,
    description: maskSecrets(one.description),
  }));
  return { ...snapshot, buildCache };
}

type Files = { readonly disk: DiskRecords; readonly another: string | null } | { readonly why: string };

/** The files, when they can be read and are this engine's. */
async function filesOf(
  dataRoot: string,
  names: EngineRecords | null,
  { signal, report, dataRoot: given }: AccountOptions,
): Promise<Files> {
  report({ ...NO_SCAN_PROGRESS, stage: 'Reading the records on disk' });
  let disk: DiskRecords;
  try {
    disk = await readDisk(dataRoot, { signal });
  } catch (thrown) {
    const error = StrataError.from(thrown);
    if (error.code === 'cancelled' || names === null || given !== null) throw error;
    return { why: error.message };
  }
  const why = names === null ? null : whyAnotherStore(names, disk);
  if (why === null) return { disk, another: null };
  if (given === null) return { why: `${dataRoot} on this machine is not this engine's: ${why}` };
  return { disk, another: `read without the engine that answers: ${why}` };
}

async function walkStore(
  dataRoot: string,
  disk: DiskRecords,
  { signal, report, memory, verify }: AccountOptions,
): Promise<WalkResult> {
  const units = walkPlan(await listDataRoot(dataRoot), disk);
  const walk = await walkUnits(dataRoot, units, {
    signal,
    verify,
    memory,
    onProgress: ({ unitsDone, unitsTotal, files, diskBytes }) =>
      report({ stage: 'Walking folders', done: unitsDone, total: unitsTotal, files, diskBytes }),
  });
  if (walk.cancelled || signal.aborted) throw new StrataError('cancelled', 'The scan was cancelled');
  if (!verify) return walk;
  report({ ...NO_SCAN_PROGRESS, stage: 'Comparing file lists' });
  const disagreements = await listsAgainstWalk(dataRoot, disk.layers, walk, signal);
  return { ...walk, issues: [...(walk.issues ?? []), ...disagreements] };
}

/**
 * Docker's own sizes, read while we walk. The result waits a little for them and answers with the records that have
 * them; else the names stand, with an issue.
 */
function startFigures(
  engine: Engine,
  { signal, figures }: TakeOptions,
): (names: EngineRecords) => Promise<EngineRecords> {
  const tooLate = new AbortController();
  // Without sizes it is still what lists the build cache.
  const reading = engine.read({ signal: AbortSignal.any([signal, tooLate.signal]), sizes: figures });
  const settled = reading.then(
    (records) => ({ records }),
    (thrown: unknown) => ({ failure: StrataError.from(thrown).message }),
  );
  return async (names) => {
    const timer = setTimeout(() => tooLate.abort(), FIGURES_WITHIN_MS);
    const result = await settled;
    clearTimeout(timer);
    if ('records' in result) return result.records;
    if (!figures) return names; // the join says what follows from a build cache that is not listed
    const why = tooLate.signal.aborted ? 'they did not come in time' : result.failure;
    const what = `Docker's own sizes are missing: ${why}. Ours are measured without them.`;
    const issues = [...names.issues, { where: 'engine /system/df', what }];
    return { ...names, buildCache: await buildCacheAlone(engine, signal), issues };
  };
}

/** Without sizes the list of the build cache is quick; null when even that fails: then all of it may be in use. */
async function buildCacheAlone(engine: Engine, signal: AbortSignal): Promise<EngineRecords['buildCache']> {
  const quick = AbortSignal.any([signal, AbortSignal.timeout(FIGURES_WITHIN_MS)]);
  return engine.read({ signal: quick, sizes: false }).then(
    (records) => records.buildCache,
    () => null, // the join says what follows from it
  );
}

/**
 * Folders without owner are looked at again after the walk: what a running pull or build has made meanwhile, or has
 * named meanwhile, was never an orphan.
 */
async function lookAgain(
  first: StoreSnapshot,
  taken: Omit<JoinInput, 'disk'>,
  { dataRoot, signal }: { dataRoot: string; signal: AbortSignal },
): Promise<StoreSnapshot> {
  if (!first.folders.some(isUnowned)) return first;
  const disk = await readDisk(dataRoot, { signal });
  const second = joinStore({ ...taken, disk });
  const still = new Map(second.folders.filter(isUnowned).map((folder) => [folder.name, folder]));
  const folders = first.folders.map((folder) => {
    if (!isUnowned(folder)) return folder;
    const again = still.get(folder.name);
    const same = again !== undefined && again.modifiedMs === folder.modifiedMs && again.unchangedBetweenLooks;
    return { ...folder, unchangedBetweenLooks: folder.unchangedBetweenLooks && same };
  });
  return {
    ...first,
    folders,
    ownersIncomplete: first.ownersIncomplete ?? second.ownersIncomplete,
    usersIncomplete: first.usersIncomplete ?? second.usersIncomplete ?? null,
  };
}

const isUnowned = (folder: OverlayFolder): boolean => folder.owner.kind === 'unowned';

/** Without the files: everything the API can tell, sizes on disk unknown and an issue that says what to do. */
async function throughEngine(options: AccountOptions, takenAtMs: number, why: string): Promise<Account> {
  const { engine, signal, report } = options;
  if (engine === null) throw new StrataError('no-engine', `No engine answers, and ${why}`);
  report({ ...NO_SCAN_PROGRESS, stage: 'Asking the engine for sizes' });
  const records = await engine.read({ signal, sizes: true });
  const { details, issues } = await imageDetails(engine, records, options);
  const joined = joinStore({ engine: records, disk: null, walk: null, takenAtMs, access: 'api', details });
  const what = `not readable: ${why}. Sizes on disk are not measured; for them: sudo strata scan -o FILE`;
  const notRead: Issue = { where: records.facts.dataRoot || 'the data root', what };
  return { snapshot: { ...masked(joined), issues: [notRead, ...joined.issues, ...issues] }, accessWhy: why };
}

async function imageDetails(
  engine: Engine,
  records: EngineRecords,
  { signal, report }: TakeOptions,
): Promise<{ details: EngineImageDetail[]; issues: Issue[] }> {
  const details: EngineImageDetail[] = [];
  const issues: Issue[] = [];
  const images = records.images ?? [];
  let done = 0;
  await eachOf(images, DETAILS_AT_ONCE, async ({ id }) => {
    signal.throwIfAborted();
    try {
      details.push(await engine.imageDetail(id));
    } catch (thrown) {
      issues.push({ where: `engine image ${id}`, what: StrataError.from(thrown).message });
    }
    done++;
    report({ ...NO_SCAN_PROGRESS, stage: 'Asking for images', done, total: images.length });
  });
  return { details, issues };
}
