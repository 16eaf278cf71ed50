/** The engine: found, connected, read, watched and acted on. Nothing outside this folder speaks to a socket of Docker. */
import type { Readable } from 'node:stream';
import { StrataError, type ErrorCode } from '../../contract/errors.ts';
import type { ImageId } from '../../model/ids.ts';
import { containerRef, engineActions, type EngineActions } from './actions.ts';
import { openConnection, type Connection } from './connect.ts';
import { atMost, Changes, imageDetail, ImageHistory, ImageInspect, Version } from './decode-engine.ts';
import { resolveEndpoints, type EndpointCandidate, type EndpointOptions } from './endpoints.ts';
import { errnoOf, shortReason } from './failure.ts';
import {
  decode,
  listsCacheAlone,
  readBuildCache,
  readEngine,
  type ReadOptions,
  type Versions,
} from './read.ts';
import type { EngineBuildCache, EngineImageDetail, EngineRecords } from './records.ts';
import { watchEngine, type EngineEvent } from './watch.ts';

export type { EngineActions } from './actions.ts';
export { resolveEndpoints } from './endpoints.ts';
export type { EngineEvent } from './watch.ts';

export interface ContainerChange {
  /** Absolute in the container. */
  readonly path: string;
  readonly kind: 'changed' | 'added' | 'deleted';
}

export interface Engine {
  readonly endpoint: string;
  /** What named it: `--host`, `DOCKER_HOST`, `context "x"`, `known place`. */
  readonly from: string;
  readonly version: string;
  readonly apiVersion: string;
  read(options: ReadOptions): Promise<EngineRecords>;
  /** What can be in use by a build; null where the engine has no list of it. */
  buildCache(signal?: AbortSignal): Promise<readonly EngineBuildCache[] | null>;
  /** Its build cache can be listed without counting everything. */
  readonly listsCacheAlone: boolean;
  imageDetail(id: ImageId, signal?: AbortSignal): Promise<EngineImageDetail>;
  /** What `docker diff` shows. */
  changes(containerId: string, signal?: AbortSignal): Promise<ContainerChange[]>;
  /** A tar of one path in a container; running or not. */
  archive(containerId: string, path: string, signal?: AbortSignal): Promise<Readable>;
  /** Until the signal fires; throws when the connection is lost. */
  watch(onEvent: (event: EngineEvent) => void, signal: AbortSignal): Promise<void>;
  readonly actions: EngineActions;
}

/** One that did not answer: `error` a short reason, with advice where a right is missing; `code` is the errno where there is one, `kind` what it means. */
export interface TriedEndpoint {
  readonly endpoint: string;
  readonly error: string;
  readonly code: string | null;
  readonly kind: ErrorCode;
}

export type EngineSearch =
  | { readonly kind: 'connected'; readonly engine: Engine; readonly tried: readonly TriedEndpoint[] }
  | { readonly kind: 'none'; readonly tried: readonly TriedEndpoint[] };

export interface ConnectOptions extends EndpointOptions {
  readonly signal?: AbortSignal | undefined;
  /** For the first answer of one endpoint, in milliseconds; 10 seconds unless given. */
  readonly timeoutMs?: number;
}

/** The newest API we know; an engine that only speaks newer ones is refused. */
const NEWEST_API = '1.51';
/** `/system/df` and what we read of the lists is there since this one. */
const OLDEST_API = '1.25';

/** The first candidate that answers as a Docker Engine. Throws for wrong options only: no engine is an answer. */
export async function connectEngine(options: ConnectOptions): Promise<EngineSearch> {
  const tried: TriedEndpoint[] = [];
  for (const candidate of resolveEndpoints(options)) {
    try {
      return { kind: 'connected', engine: await connect(candidate, options), tried };
    } catch (thrown) {
      const error = StrataError.from(thrown);
      if (error.code === 'cancelled') throw error;
      tried.push({
        endpoint: candidate.endpoint,
        error: shortReason(error),
        code: errnoOf(error),
        kind: error.code,
      });
    }
  }
  return { kind: 'none', tried };
}

async function connect(candidate: EndpointCandidate, options: ConnectOptions): Promise<Engine> {
  const { env, signal, timeoutMs = 10_000 } = options;
  const asking = await openConnection(candidate, '');
  const answer = await asking.json({ method: 'GET', path: '/version', timeoutMs, signal });
  const version = decode(Version, answer, candidate.endpoint, '/version');
  const spokenApi = negotiate(version.ApiVersion, version.MinAPIVersion, env.DOCKER_API_VERSION);
  const connection = await openConnection(candidate, `v${spokenApi}`);
  return engineOn(connection, candidate, {
    engine: version.Version,
    serverApi: version.ApiVersion,
    spokenApi,
  });
}

/** The newest API version that both sides speak. */
function negotiate(newest: string, oldest: string, wanted: string | undefined): string {
  if (wanted && /^\d+\.\d+$/.test(wanted)) return wanted;
  if (!atMost(oldest, NEWEST_API)) {
    throw new StrataError(
      'unsupported',
      `This engine asks for API ${oldest} or newer; this Strata speaks up to ${NEWEST_API}. A newer Strata is needed.`,
    );
  }
  if (!atMost(OLDEST_API, newest)) {
    throw new StrataError(
      'unsupported',
      `This engine speaks API ${newest}; Strata needs ${OLDEST_API} (Docker 1.13) or newer.`,
    );
  }
  return atMost(newest, NEWEST_API) ? newest : NEWEST_API;
}

function engineOn(connection: Connection, candidate: EndpointCandidate, versions: Versions): Engine {
  const get = async (path: string, signal: AbortSignal | undefined): Promise<unknown> =>
    connection.json({ method: 'GET', path, timeoutMs: 60_000, signal });
  const { endpoint } = connection;
  return {
    endpoint,
    from: candidate.from,
    version: versions.engine,
    apiVersion: versions.serverApi,
    read: (readOptions) => readEngine(connection, versions, readOptions),
    buildCache: (signal) => readBuildCache(connection, versions, signal),
    listsCacheAlone: listsCacheAlone(versions.spokenApi),
    imageDetail: async (id, signal) => {
      const inspectPath = `/images/${id}/json`;
      const historyPath = `/images/${id}/history`;
      const [inspect, history] = await Promise.all([get(inspectPath, signal), get(historyPath, signal)]);
      return imageDetail(
        decode(ImageInspect, inspect, endpoint, inspectPath),
        decode(ImageHistory, history, endpoint, historyPath),
      );
    },
    changes: async (containerId, signal) => {
      const path = `/containers/${containerRef(containerId)}/changes`;
      return decode(Changes, await get(path, signal), endpoint, path);
    },
    archive: async (containerId, path, signal) => {
      const query = `path=${encodeURIComponent(path)}`;
      const call = `/containers/${containerRef(containerId)}/archive?${query}`;
      return connection.stream({ method: 'GET', path: call, timeoutMs: null, signal });
    },
    watch: (onEvent, signal) => watchEngine(connection, onEvent, signal),
    actions: engineActions(connection),
  };
}
