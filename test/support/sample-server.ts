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
import { CONTENT_SECURITY_POLICY } from '../../src-main/transports/security-headers.ts';
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
  /** Where the built renderer lies. */
  readonly root?: string;
}

export async function serveSample(options: SampleServerOptions): Promise<Served> {
  const { port = 0, root = BUILT } = options;
  const sockets = new Set<(event: StrataEvent) => void>();
  const handlers = sampleHandlers(sampleDocument(options), (event) => sockets.forEach((send) => send(event)));
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
    async stop() {
      for (const socket of events.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
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
