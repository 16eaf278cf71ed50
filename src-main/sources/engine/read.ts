/** One reading of what the engine says. The names come first and alone; disk usage has its own time and may fail alone. */
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import { StrataError } from '../../contract/errors.ts';
import type { Issue } from '../../model/issue.ts';
import type { DockerFigures } from '../../model/store.ts';
import type { Connection } from './connect.ts';
import { atMost, DiskUsage, dockerFigures, Info } from './decode-engine.ts';
import { Containers, Images, SizedContainers, Volumes } from './decode.ts';
import { notDocker } from './failure.ts';
import type { EngineBuildCache, EngineRecords, EngineVolume } from './records.ts';
import { engineStartedAt } from './start-time.ts';

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Writable sizes and volume sizes too: the engine walks files for them, which can take minutes. */
  readonly sizes?: boolean | undefined;
  /** False: nothing but names; build cache and Docker's own figures stay null. Engines before 23 walk files for them. */
  readonly diskUsage?: boolean | undefined;
}

export interface Versions {
  /** Of the engine; the one spoken is in the connection's path. */
  readonly engine: string;
  readonly serverApi: string;
  readonly spokenApi: string;
}

const LIST_MS = 60_000;
const SIZES_MS = 600_000;

/** Throws when /info can't be had; a list that fails alone is null with an Issue. */
export async function readEngine(
  connection: Connection,
  versions: Versions,
  options: ReadOptions,
): Promise<EngineRecords> {
  const { signal, sizes = false, diskUsage = true } = options;
  const issues: Issue[] = [];
  const get = async <T extends v.GenericSchema>(
    path: string,
    schema: T,
    timeoutMs = LIST_MS,
  ): Promise<v.InferOutput<T>> =>
    decode(
      schema,
      await connection.json({ method: 'GET', path, timeoutMs, signal }),
      connection.endpoint,
      path,
    );
  /** Null with an Issue; but a cancelled reading is cancelled as a whole. */
  const orIssue = async <T>(where: string, reading: Promise<T>): Promise<T | null> => {
    try {
      return await reading;
    } catch (thrown) {
      if (signal?.aborted) throw new StrataError('cancelled', 'Cancelled.', { cause: thrown });
      issues.push({ where: `engine ${where}`, what: StrataError.from(thrown).message });
      return null;
    }
  };

  const asked = { image: true, buildCache: true, container: sizes, volume: sizes };
  const query = diskUsageQuery(versions.spokenApi, sizes);
  const askUsage = (): Promise<DiskUsage> => get(`/system/df${query}`, DiskUsage, sizes ? SIZES_MS : LIST_MS);
  const [info, images, containers, volumes, df] = await Promise.all([
    get('/info', Info),
    // The engine adds up what images share by asking for each layer of each: names don't wait for that.
    orIssue('/images', get(`/images/json?all=1${diskUsage ? '&shared-size=1' : ''}`, Images)),
    orIssue(
      '/containers',
      sizes
        ? get('/containers/json?all=1&size=1', SizedContainers, SIZES_MS)
        : get('/containers/json?all=1', Containers),
    ),
    orIssue('/volumes', get('/volumes', Volumes)),
    diskUsage ? orIssue('/system/df', onceFree(askUsage, signal)) : null,
  ]);

  if (df && df.buildCache === null && atMost(versions.spokenApi, '1.38')) {
    issues.push({ where: 'engine /system/df', what: 'this engine does not list its build cache' });
  }
  const local = connection.endpoint.startsWith('unix://');
  return {
    facts: {
      endpoint: connection.endpoint,
      version: versions.engine,
      apiVersion: versions.serverApi,
      driver: info.driver,
      dataRoot: info.dataRoot,
      rootless: info.rootless,
      startedAtMs: local ? engineStartedAt(info.dataRoot) : null,
    },
    store: info.store,
    engineId: info.engineId,
    images,
    containers:
      containers?.map((one) => (sizes ? { ...one, writableBytes: one.writableBytes ?? 0 } : one)) ?? null,
    volumes: volumes && withUsage(volumes, df?.volumes ?? []),
    buildCache: df && buildCacheOf(df, versions.spokenApi),
    docker: df ? dockerFigures(df, query === '' ? EVERYTHING : asked, versions.serverApi) : NOTHING,
    issues,
  };
}

/**
 * The records of the build cache and nothing else; null where the engine has no list. Before API 1.42 it can only be had
 * with everything counted.
 */
export async function readBuildCache(
  connection: Connection,
  { spokenApi }: Versions,
  signal: AbortSignal | undefined,
): Promise<readonly EngineBuildCache[] | null> {
  const path = `/system/df${listsCacheAlone(spokenApi) ? '?type=build-cache' : ''}`;
  const ask = (): Promise<unknown> => connection.json({ method: 'GET', path, timeoutMs: LIST_MS, signal });
  const df = decode(DiskUsage, await onceFree(ask, signal), connection.endpoint, path);
  return buildCacheOf(df, spokenApi);
}

export function listsCacheAlone(spokenApi: string): boolean {
  return !atMost(spokenApi, '1.41');
}

/** Engine 20.10 counts disk usage for one client at a time and refuses the others at once. */
async function onceFree<T>(ask: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask();
    } catch (thrown) {
      const busy =
        thrown instanceof Error && thrown.message.includes('disk usage operation is already running');
      if (!busy || tries === 20) throw thrown;
      await setTimeout(500, undefined, signal ? { signal } : {});
    }
  }
}

/** Checked by the schema, or an error that names the call and the field. */
export function decode<T extends v.GenericSchema>(
  schema: T,
  answer: unknown,
  endpoint: string,
  path: string,
): v.InferOutput<T> {
  const result = v.safeParse(schema, answer);
  if (result.success) return result.output;
  const [problem] = result.issues;
  throw notDocker(
    endpoint,
    `its answer to ${path} has a bad ${v.getDotPath(problem) ?? 'form'}: ${problem.message}`,
  );
}

/** By kind since API 1.42; before, the engine answers everything or nothing. */
function diskUsageQuery(spokenApi: string, sizes: boolean): string {
  if (!listsCacheAlone(spokenApi)) return '';
  return `?type=image&type=build-cache${sizes ? '&type=container&type=volume' : ''}`;
}

/** Engines before API 1.39 have no list; later ones send null for an empty one. */
function buildCacheOf(df: DiskUsage, spokenApi: string): readonly EngineBuildCache[] | null {
  return df.buildCache ?? (atMost(spokenApi, '1.38') ? null : []);
}

function withUsage(volumes: readonly EngineVolume[], measured: readonly EngineVolume[]): EngineVolume[] {
  const byName = new Map(measured.map((volume) => [volume.name, volume]));
  return volumes.map((volume) => {
    const usage = byName.get(volume.name);
    return usage ? { ...volume, bytes: usage.bytes, refCount: usage.refCount } : volume;
  });
}

const EVERYTHING = { image: true, container: true, volume: true, buildCache: true };
const NOTHING: DockerFigures = {
  layersBytes: null,
  imagesReclaimableBytes: null,
  containersBytes: null,
  volumesBytes: null,
  buildCacheBytes: null,
};
