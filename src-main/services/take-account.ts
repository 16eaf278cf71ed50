/** One account of the store: names from the engine, owners from the files, sizes from the walk, joined. */
import { maskSecrets } from '../analysis/secrets/find-secrets.ts';
import { StrataError } from '../contract/errors.ts';
import type { OverlayFolder, StoreSnapshot } from '../model/store.ts';
import { isHeld } from '../sources/disk/held.ts';
import { readDisk } from '../sources/disk/index.ts';
import type { DiskRecords } from '../sources/disk/records.ts';
import type { Engine } from '../sources/engine/index.ts';
import type { EngineRecords } from '../sources/engine/records.ts';
import { joinStore, listDataRoot, walkPlan } from '../sources/join.ts';
import { walkUnits } from '../sources/scan/index.ts';
import type { LayerMemory } from '../sources/scan/memory.ts';
import type { WalkResult } from '../sources/scan/records.ts';
import { listsAgainstWalk } from '../sources/tree/check-lists.ts';
import { DockerFigures } from './docker-figures.ts';
import { PartialWalk } from './partial-walk.ts';
import { whyAnotherStore } from './same-store.ts';
import { NO_SCAN_PROGRESS, type TakeOptions } from './store-source.ts';
import { throughEngine } from './through-engine.ts';

export interface AccountOptions extends Omit<TakeOptions, 'onPartial' | 'onMeasured'> {
  readonly onPartial?: ((make: () => Account) => void) | undefined;
  readonly onMeasured?: ((account: Account) => void) | undefined;
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

const UNASKED = 'an engine runs on this data root, and it was not asked what it is doing';

export async function takeAccount(options: AccountOptions): Promise<Account> {
  const { engine, signal, report, onPartial, onMeasured } = options;
  const takenAtMs = Date.now();
  report({ ...NO_SCAN_PROGRESS, stage: 'Asking the engine' });
  const names = engine ? await engine.read({ signal, sizes: false, diskUsage: false }) : null;
  signal.throwIfAborted();
  const dataRoot = options.dataRoot ?? names?.facts.dataRoot;
  const files = dataRoot
    ? await filesOf(dataRoot, names, options)
    : { why: 'the engine does not say where its data root is' };
  if ('why' in files) return withoutFiles(options, names, { takenAtMs, why: files.why });

  const { disk, another } = files;
  const figures = engine && names && another === null ? new DockerFigures(engine, names, options) : null;
  const join = (walk: WalkResult, records = disk): StoreSnapshot => {
    const said = figures?.soFar() ?? null;
    const unasked = said === null && isHeld(records.dataRoot) ? UNASKED : null;
    const taken = { takenAtMs, access: 'direct', unasked } as const;
    const snapshot = masked(joinStore({ ...taken, engine: said, disk: records, walk }));
    if (another === null) return snapshot;
    return { ...snapshot, issues: [...snapshot.issues, { where: records.dataRoot, what: another }] };
  };
  const seen = (snapshot: StoreSnapshot): Account => ({ snapshot, accessWhy: null });
  const walk = await walkStore(disk, options, (sofar) => {
    onPartial?.(() => seen({ ...join(sofar.result()), partial: sofar.part() }));
  });
  const measured = join(walk);
  const settle = await lookAgain(measured, signal, (later) => join(walk, later));
  if (figures === null || figures.over) return seen(settle(measured));
  onMeasured?.(seen(settle(measured)));
  report({ ...NO_SCAN_PROGRESS, stage: "Waiting for Docker's own sizes" });
  await figures.wait(); // cancelled meanwhile, the account stands without them
  return seen(settle(join(walk)));
}

async function withoutFiles(
  { engine, signal, report, onPartial }: AccountOptions,
  names: EngineRecords | null,
  { why, takenAtMs }: { readonly why: string; readonly takenAtMs: number },
): Promise<Account> {
  if (engine === null || names === null) throw new StrataError('no-engine', `No engine answers, and ${why}`);
  const seen = (snapshot: StoreSnapshot): Account => ({ snapshot: masked(snapshot), accessWhy: why });
  const listen = {
    signal,
    report,
    onPartial: (make: () => StoreSnapshot) => onPartial?.(() => seen(make())),
  };
  return seen(await throughEngine({ engine, names, takenAtMs, why }, listen));
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
  disk: DiskRecords,
  { signal, report, memory, verify }: AccountOptions,
  onMore: (walk: PartialWalk) => void,
): Promise<WalkResult> {
  const { dataRoot } = disk;
  const units = walkPlan(await listDataRoot(dataRoot), disk);
  const soFar = new PartialWalk(units);
  onMore(soFar);
  const walk = await walkUnits(dataRoot, units, {
    signal,
    verify,
    memory,
    onUnits: (measured) => {
      soFar.add(measured);
      onMore(soFar);
    },
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
 * Folders without owner are looked at again after the walk: what a running pull or build has made meanwhile, or has
 * named meanwhile, was never an orphan. Gives the way to say so in a snapshot of the first look.
 */
async function lookAgain(
  first: StoreSnapshot,
  signal: AbortSignal,
  joined: (disk: DiskRecords) => StoreSnapshot,
): Promise<(snapshot: StoreSnapshot) => StoreSnapshot> {
  if (first.dataRoot === null || !first.folders.some(isUnowned)) return (snapshot) => snapshot;
  const second = joined(await readDisk(first.dataRoot, { signal }));
  const still = new Map(second.folders.filter(isUnowned).map((folder) => [folder.name, folder]));
  return (snapshot) => ({
    ...snapshot,
    folders: snapshot.folders.map((folder) => {
      if (!isUnowned(folder)) return folder;
      const again = still.get(folder.name);
      const same =
        again !== undefined && again.modifiedMs === folder.modifiedMs && again.unchangedBetweenLooks;
      return { ...folder, unchangedBetweenLooks: folder.unchangedBetweenLooks && same };
    }),
    ownersIncomplete: snapshot.ownersIncomplete ?? second.ownersIncomplete,
    usersIncomplete: snapshot.usersIncomplete ?? second.usersIncomplete ?? null,
  });
}

const isUnowned = (folder: OverlayFolder): boolean => folder.owner.kind === 'unowned';
