/**
 * The way to one engine, on dockerode's modem. Answers come as status and stream; bodies are read here with a limit of
 * bytes and time, because the modem never calls back when a connection breaks in the middle of a body.
 */
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { inspect } from 'node:util';
import type Dockerode from 'dockerode';
import { NoAnswer, StrataError } from '../../contract/errors.ts';
import type { EndpointCandidate } from './endpoints.ts';
import { connectionFailure, engineRefusal, notDocker } from './failure.ts';

interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With a leading slash and its query, without the version. */
  readonly path: string;
  /** Milliseconds for the whole answer; null: as long as the signal lets it. */
  readonly timeoutMs: number | null;
  readonly signal?: AbortSignal | undefined;
  /** A tar, streamed as it comes. */
  readonly body?: Readable;
}

export interface Connection {
  readonly endpoint: string;
  /** The answer's body as text. Throws StrataError: `connectionFailure` or the engine's own refusal. */
  text(request: Request): Promise<string>;
  /** Parsed JSON, not yet checked; null for an empty body. */
  json(request: Request): Promise<unknown>;
  /** The body as it comes; ends with an error when the connection breaks. */
  stream(request: Request): Promise<Readable>;
}

/** Far above the list of 100,000 containers; what is larger is no list. */
const MAX_BODY_BYTES = 512 * 1024 * 1024;
/** Every status is an answer; the modem would read a refusal's body without a limit. */
const EVERY_STATUS = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [at + 100, true]));

/** `version` such as `v1.41` precedes every path; empty only to ask which versions there are. Opens nothing yet. */
export async function openConnection(candidate: EndpointCandidate, version: string): Promise<Connection> {
  const { endpoint } = candidate;
  const modem = await createModem(candidate, version);

  const answer = async (request: Request, signal: AbortSignal | undefined): Promise<http.IncomingMessage> => {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const dialled = {
        // The modem cuts the last character of a path with a query and no options.
        path: request.path.includes('?') ? `${request.path}&` : request.path,
        method: request.method,
        statusCodes: EVERY_STATUS,
        isStream: true,
        ...(signal ? { abortSignal: signal } : {}),
        ...(request.body ? { file: request.body } : {}),
      };
      modem.dial(dialled, (error: unknown, response: unknown) => {
        if (error) reject(error as Error);
        else resolve(response as http.IncomingMessage);
      });
    });
  };

  const text = async (request: Request): Promise<string> => {
    const signal = deadline(request);
    try {
      const response = await answer(request, signal);
      const body = await readBody(response, signal);
      const status = response.statusCode ?? 0;
      if (status < 200 || status > 299) throw engineRefusal(status, body);
      return body;
    } catch (thrown) {
      throw failure(request, signal, thrown);
    }
  };

  const failure = (request: Request, signal: AbortSignal | undefined, thrown: unknown): StrataError => {
    if (request.signal?.aborted) return new NoAnswer('cancelled', 'Cancelled.', { cause: thrown });
    return connectionFailure(endpoint, signal?.aborted ? signal.reason : thrown);
  };

  return {
    endpoint,
    text,
    json: async (request) => {
      const body = await text(request);
      if (body.trim() === '') return null;
      try {
        return JSON.parse(body) as unknown;
      } catch {
        throw notDocker(endpoint, `its answer to ${request.path} is not JSON`);
      }
    },
    stream: async (request) => {
      const signal = deadline(request);
      try {
        const response = await answer(request, signal);
        const status = response.statusCode ?? 0;
        if (status >= 200 && status <= 299) return response;
        throw engineRefusal(status, await readBody(response, signal));
      } catch (thrown) {
        throw failure(request, signal, thrown);
      }
    },
  };
}

function deadline({ timeoutMs, signal }: Request): AbortSignal | undefined {
  if (timeoutMs === null) return signal;
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

async function readBody(response: Readable, signal: AbortSignal | undefined): Promise<string> {
  const stop = (): void => void response.destroy(signal?.reason as Error);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) throw new Error(`an answer of more than ${MAX_BODY_BYTES} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

async function createModem(candidate: EndpointCandidate, version: string): Promise<Dockerode['modem']> {
  const options = { ...address(candidate), version, ca: undefined, cert: undefined, key: undefined };
  const { default: Docker } = await import('dockerode');
  await followNoRedirects();
  // The modem's defaults parse DOCKER_HOST, and throw where it is not theirs to understand; the address is given.
  const inherited = process.env.DOCKER_HOST;
  delete process.env.DOCKER_HOST;
  try {
    return new Docker(options as Dockerode.DockerOptions).modem;
  } finally {
    if (inherited !== undefined) process.env.DOCKER_HOST = inherited;
  }
}

/** Connections aren't kept: one of an engine that was restarted since would break the next request. */
function address({ endpoint, tls }: EndpointCandidate): Record<string, unknown> {
  const path = /^(?:unix|npipe):\/\/(.+)$/.exec(endpoint)?.[1];
  if (path !== undefined) {
    return {
      socketPath: path,
      host: undefined,
      protocol: 'http',
      agent: brief(new http.Agent({ keepAlive: false })),
    };
  }
  if (endpoint.startsWith('ssh://')) {
    throw new StrataError(
      'unsupported',
      `Strata does not speak ssh:// itself. Bring the socket here first: ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock ` +
        `${endpoint.slice('ssh://'.length)} — then use --host unix:///tmp/docker.sock.`,
    );
  }
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url?.protocol !== 'tcp:' || url.hostname === '') {
    throw new StrataError(
      'bad-request',
      `${endpoint} is no engine's address: unix:///PATH or tcp://HOST:PORT is.`,
    );
  }
  const secure = tls !== undefined;
  const agent = secure
    ? new https.Agent({ ...readKeys(tls.folder), rejectUnauthorized: !tls.skipVerify, keepAlive: false })
    : new http.Agent({ keepAlive: false });
  const port = url.port || (secure ? '2376' : '2375');
  return { host: url.hostname, port, protocol: secure ? 'https' : 'http', agent: brief(agent) };
}

/** The modem writes out the options of every request for a debugging log nobody reads: all sockets of the agent, too. */
function brief<T extends http.Agent>(agent: T): T {
  return Object.assign(agent, { [inspect.custom]: () => 'Agent' });
}

/** Those of ca.pem, cert.pem, key.pem that are there; without ca.pem the system's authorities count. */
function readKeys(folder: string): Record<string, Buffer> {
  const there = ['ca', 'cert', 'key'].filter((name) => existsSync(join(folder, `${name}.pem`)));
  return Object.fromEntries(there.map((name) => [name, readFileSync(join(folder, `${name}.pem`))]));
}

/** The modem's wrapper follows a redirect to any address, without an error handler: a hostile answer ends the process. */
async function followNoRedirects(): Promise<void> {
  // @ts-expect-error the modem has no types for this file
  const { default: wrapper } = await import('docker-modem/lib/http.js');
  wrapper.http.request = http.request;
  wrapper.https.request = https.request;
}
