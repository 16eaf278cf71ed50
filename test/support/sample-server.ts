/**
 * Serves the built renderer with a made-up store of any size, CSP included. Also for looking at screens without an
 * engine: `node test/support/sample-server.ts [IMAGES] [PORT] [DIR]`.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { WebSocketServer } from 'ws';
import type { Handlers, Method, StrataEvent } from '../../src-main/contract/api.ts';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import { CONTENT_SECURITY_POLICY } from '../../src-main/transports/security-headers.ts';
import { measuredSoFar } from './measured-so-far.ts';
import { sampleDocument } from './sample-document.ts';
import { sampleHandlers } from './sample-handlers.ts';
import type { Served } from './served.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};
const BUILT = join(import.meta.dirname, '../../out/renderer');

export interface SampleServerOptions {
  readonly images: number;
  readonly ownLayers?: number;
  readonly port?: number;
  /** Its first scan runs: `measure` says how far it is. */
  readonly measuring?: boolean;
  /** Where the built renderer lies. */
  readonly root?: string;
}

export interface ServedSample extends Served {
  /** So much of the store is measured now, from 0 to 1. */
  measure(share: number): void;
}

export async function serveSample(options: SampleServerOptions): Promise<ServedSample> {
  const { port = 0, root = BUILT } = options;
  const sockets = new Set<(event: StrataEvent) => void>();
  const emit = (event: StrataEvent): void => sockets.forEach((send) => send(event));
  const document = sampleDocument(options);
  const scan = firstScan(document, options.measuring ? 0 : 1, emit);
  const handlers = { ...sampleHandlers(document, emit), ...(options.measuring ? scan.handlers : {}) };
  const server = createServer((request, response) => {
    void (request.url === '/rpc'
      ? answer(handlers, request, response)
      : file(root, request.url ?? '/', response));
  });
  const events = new WebSocketServer({ server, path: '/events' });
  events.on('connection', (socket) => {
    const send = (event: StrataEvent): void => socket.send(JSON.stringify(event));
    sockets.add(send);
    socket.on('close', () => sockets.delete(send));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}/#t=sample`,
    measure: scan.measure,
    async stop() {
      for (const socket of events.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A scan that goes on when it is told to. */
function firstScan(whole: ScanDocument, begun: number, emit: (event: StrataEvent) => void) {
  const operationId = 'scan-1';
  let document = measuredSoFar(whole, begun);
  const tell = (): void => {
    const { partial, account } = document;
    if (partial === null) return emit({ kind: 'finished', operationId, outcome: 'done', message: null });
    const { measured: done, total } = partial;
    const diskBytes = account.dataRootDiskBytes ?? 0;
    emit({
      kind: 'progress',
      operationId,
      progress: { stage: 'Walking folders', done, total, files: done * 90, diskBytes },
    });
  };
  const handlers: Partial<Handlers> = {
    'scan.document': () => {
      tell();
      return Promise.resolve(document);
    },
    'scan.start': () => {
      tell();
      return Promise.resolve({ operationId });
    },
    'operation.cancel': () => {
      emit({ kind: 'finished', operationId, outcome: 'cancelled', message: null });
      return Promise.resolve(null);
    },
    'frees.get': async (params, signal) => ({
      ...(await sampleHandlers(document, emit)['frees.get']!(params, signal)),
      ...(document.partial === null ? {} : { atLeast: true }),
    }),
  };
  const measure = (share: number): void => {
    document = measuredSoFar(whole, share);
    emit({ kind: 'document-changed', takenAt: whole.takenAt });
    tell();
  };
  return { handlers, measure };
}

async function answer(
  handlers: Partial<Handlers>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { method, params } = JSON.parse(body) as { method: Method; params: unknown };
  const handler = handlers[method] as
    ((params: unknown, signal: AbortSignal) => Promise<unknown>) | undefined;
  const said = handler
    ? { ok: true, value: await handler(params, new AbortController().signal) }
    : { ok: false, code: 'not-found', message: `The made-up store has no ${method}.` };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(said));
}

async function file(root: string, url: string, response: ServerResponse): Promise<void> {
  const path = normalize(new URL(url, 'http://localhost').pathname);
  try {
    const bytes = await readFile(join(root, path === '/' ? 'index.html' : path));
    response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
    response
      .setHeader('content-type', TYPES[extname(path === '/' ? '.html' : path)] ?? 'text/html')
      .end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}

if (process.argv[1] === import.meta.filename) {
  const [images = '60', port = '4870', root = BUILT] = process.argv.slice(2);
  console.log((await serveSample({ images: Number(images), port: Number(port), root })).url);
}
