/** A fast stand-in for an engine: it gives the recorded answers of a fixture's `api/` folder, or misbehaves as told. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What a call gets instead of its recorded answer: nothing ever, a cut connection, bytes that are no HTTP, a body cut
 * in the middle, or a given answer.
 */
export type Misbehaviour =
  | 'hang'
  | 'reset'
  | 'garbage'
  | 'half'
  | { readonly status: number; readonly body: string; readonly location?: string };

export interface FakeEngine {
  readonly host: string;
  /** `GET /v1.41/info` …, as they came. */
  readonly requests: readonly string[];
  /** Those whose client went away before there was an answer. */
  readonly left: readonly string[];
  close(): Promise<void>;
}

export interface FakeEngineOptions {
  /** A fixture's folder, as `fixtureFolder` gives it; without one only `answers` are known. */
  readonly fixture?: string | undefined;
  /** The newest API version it claims; recorded answers in that version are taken where there are some. */
  readonly api?: string;
  /** By path without version, with its query or for any: `/images/json`. */
  readonly answers?: Readonly<Record<string, Misbehaviour>>;
}

const FIXTURES = fileURLToPath(new URL('../../../shared/fixtures/', import.meta.url));

/** The folder of a recorded store such as `engine-20.10-graphdriver`; null, said aloud, where none are kept. */
export function fixtureFolder(name: string): string | null {
  const folder = join(FIXTURES, name);
  if (existsSync(folder)) return folder;
  console.warn(`SKIPPED: no test with recorded stores runs, ${folder} is missing`);
  return null;
}

export async function startFakeEngine(options: FakeEngineOptions): Promise<FakeEngine> {
  const dir = mkdtempSync(join(tmpdir(), 'strata-fake-'));
  const socket = join(dir, 'engine.sock');
  const requests: string[] = [];
  const left: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.once('close', () => !response.headersSent && left.push(`${request.method} ${request.url}`));
    answer(request, response, options);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return {
    host: `unix://${socket}`,
    requests,
    left,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, options: FakeEngineOptions): void {
  const url = new URL(request.url ?? '/', 'http://engine');
  const path = url.pathname.replace(/^\/v\d+\.\d+/, '');
  const told = options.answers?.[path + url.search] ?? options.answers?.[path];
  if (told === 'hang') return;
  if (told === 'reset') return void request.socket.destroy();
  if (told === 'garbage') return void request.socket.end('\x00\x01 this is no engine\r\n\r\n');
  const body = typeof told === 'object' ? told.body : recorded(path, url.searchParams, options);
  if (told === 'half') {
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body ?? '') + 9,
    });
    response.write((body ?? '').slice(0, Math.floor((body ?? '').length / 2)), () =>
      request.socket.destroy(),
    );
    return;
  }
  if (typeof told === 'object') {
    response
      .writeHead(told.status, told.location === undefined ? {} : { location: told.location })
      .end(told.body);
  } else if (body === null) {
    response.writeHead(404).end(JSON.stringify({ message: `page not found: ${path}` }));
  } else if (path === '/events') {
    response.writeHead(200, { 'content-type': 'application/json' }).write(body); // stays open, as the engine's does
  } else {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  }
}

/** The recorded body, or null. */
function recorded(path: string, query: URLSearchParams, { fixture, api }: FakeEngineOptions): string | null {
  if (fixture === undefined) return null;
  const folder = join(fixture, 'api');
  const file = (name: string): string | null => {
    const inVersion = join(folder, name.replace(/\.json$/, `.v${api}.json`));
    const usual = join(folder, name);
    if (api !== undefined && existsSync(inVersion)) return readFileSync(inVersion, 'utf8');
    return existsSync(usual) ? readFileSync(usual, 'utf8') : null;
  };
  const [, kind = '', id = '', what = ''] = path.split('/');
  switch (path) {
    case '/version':
      return api === undefined
        ? file('version.json')
        : JSON.stringify({ ...(JSON.parse(file('version.json') ?? '{}') as object), ApiVersion: api });
    case '/info':
      return file('info.json');
    case '/images/json':
      return file(query.has('all') ? 'images-all.json' : 'images.json');
    case '/containers/json':
      return file('containers.json');
    case '/volumes':
      return file('volumes.json');
    case '/system/df':
      return diskUsage(file('system-df.json'), query.getAll('type'));
    case '/events':
      return file('events.jsonl');
    default:
      if (kind === 'images')
        return file(`images/${id.replace('sha256:', '').slice(0, 12)}.${NAMES[what]}.json`);
      return kind === 'containers'
        ? file(`containers/${containerName(folder, id)}.${NAMES[what]}.json`)
        : null;
  }
}

const NAMES: Record<string, string> = { json: 'inspect', history: 'history', changes: 'changes' };
const LISTS: Record<string, string> = {
  image: 'Images',
  container: 'Containers',
  volume: 'Volumes',
  'build-cache': 'BuildCache',
};

/** As engines since API 1.42 answer: lists of kinds that were not asked for are null, LayersSize comes with images. */
function diskUsage(whole: string | null, kinds: readonly string[]): string | null {
  if (whole === null || kinds.length === 0) return whole;
  const df = JSON.parse(whole) as Record<string, unknown>;
  for (const [kind, list] of Object.entries(LISTS)) if (!kinds.includes(kind)) df[list] = null;
  if (!kinds.includes('image')) df.LayersSize = 0;
  return JSON.stringify(df);
}

/** Containers are recorded by name; calls come by id. */
function containerName(folder: string, id: string): string {
  for (const name of readdirSync(join(folder, 'containers'))) {
    if (!name.endsWith('.inspect.json')) continue;
    const { Id } = JSON.parse(readFileSync(join(folder, 'containers', name), 'utf8')) as { Id: string };
    if (Id === id) return name.slice(0, -'.inspect.json'.length);
  }
  return id;
}
