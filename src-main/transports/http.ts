/**
 * The contract for a browser on this machine: `POST /rpc`, events on `/events` (ws.ts), the built page beside them.
 * Bound to 127.0.0.1 only. The page itself loads without the token; data does not.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { answerOf, MAX_REQUEST_BYTES, type Answer } from '../contract/answer.ts';
import { StrataError } from '../contract/errors.ts';
import type { Dispatch } from './dispatch.ts';
import { bearer, isLocalHost, isOwnFetch, isSameOrigin, tokenCheck, type TokenCheck } from './http-guard.ts';
import type { EventSource } from './local.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import type { StaticFiles } from './static-files.ts';
import { serveEvents } from './ws.ts';

export interface HttpOptions {
  readonly dispatch: Dispatch;
  readonly onEvent: EventSource;
  readonly files: StaticFiles;
  readonly token: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Answers below this are sent as they are; loopback is fast and gzip is not free. */
const GZIP_FROM_BYTES = 64 * 1024;
const gzipAsync = promisify(gzip);

/** Listens on 127.0.0.1. Fails with `failed` and the reason when the port is taken. */
export async function serveHttp(options: HttpOptions): Promise<RunningServer> {
  const tokens = tokenCheck(options.token);
  const server = createServer({ maxHeaderSize: 16 * 1024 }, (request, response) => {
    answerRequest(request, response, options, tokens).catch(() => response.destroy());
  });
  // A client that sends its request drop by drop holds a connection only this long.
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 5_000;
  server.maxConnections = 100;
  const events = serveEvents(server, tokens, options.onEvent);
  const port = await listen(server, options.port);
  return {
    port,
    async close() {
      events.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const advice = cause.code === 'EADDRINUSE' ? ': it is in use; choose another with --port' : '';
      reject(
        new StrataError('failed', `Cannot listen on port ${port}${advice} (${cause.message})`, { cause }),
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpOptions,
  tokens: TokenCheck,
): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const { method, headers } = request;
  if (!isLocalHost(headers.host))
    return end(response, 421, 'This server answers to 127.0.0.1 and localhost only');
  if (!isOwnFetch(headers)) return end(response, 403, 'Another site may not ask this server');
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (path === '/rpc') {
    if (method !== 'POST') return notAllowed(response, 'POST');
    return answerCall(request, response, options.dispatch, tokens);
  }
  if (method !== 'GET' && method !== 'HEAD') return notAllowed(response, 'GET, HEAD');
  const file = options.files.get(path);
  if (!file) return end(response, 404, 'There is nothing here');
  response.writeHead(200, { 'Content-Type': file.type, 'Content-Length': file.body.length });
  response.end(method === 'HEAD' ? undefined : file.body);
}

async function answerCall(
  request: IncomingMessage,
  response: ServerResponse,
  dispatch: Dispatch,
  tokens: TokenCheck,
): Promise<void> {
  const { headers } = request;
  if (!isSameOrigin(headers)) return end(response, 403, 'The request must come from the page of this server');
  if (!(await tokens.accepts(bearer(headers)))) return end(response, 401, 'The token is missing or wrong');
  if (headers['content-type'] !== 'application/json') return end(response, 415, 'Send application/json');
  const aborter = new AbortController();
  response.once('close', () => aborter.abort());
  const body = await readBody(request);
  if (body === null) {
    response.setHeader('Connection', 'close');
    return end(response, 413, `A request is at most ${MAX_REQUEST_BYTES} bytes`);
  }
  return sendJson(
    response,
    await answerBody(body, dispatch, aborter.signal),
    acceptsGzip(headers['accept-encoding']),
  );
}

async function answerBody(body: string, dispatch: Dispatch, signal: AbortSignal): Promise<Answer> {
  let request: unknown;
  try {
    request = JSON.parse(body);
  } catch {
    return answerOf(new StrataError('bad-request', 'The request is not JSON'));
  }
  return dispatch(request, signal);
}

/** Null when it is longer than allowed; the rest is not read. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_REQUEST_BYTES) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_REQUEST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function sendJson(response: ServerResponse, answer: Answer, mayGzip: boolean): Promise<void> {
  let body: Buffer = Buffer.from(JSON.stringify(answer));
  response.setHeader('Content-Type', 'application/json');
  if (mayGzip && body.length >= GZIP_FROM_BYTES) {
    body = await gzipAsync(body, { level: 1 });
    response.setHeader('Content-Encoding', 'gzip');
  }
  response.setHeader('Content-Length', body.length);
  response.end(body);
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  return /\bgzip\b/.test(String(header ?? ''));
}

function notAllowed(response: ServerResponse, allowed: string): void {
  response.setHeader('Allow', allowed);
  end(response, 405, `Only ${allowed}`);
}

function end(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${message}\n`);
}
