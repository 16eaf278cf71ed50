/** Events over WebSocket `/events`: the first frame is `{token}`, within two seconds; after it the server speaks. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { isLocalHost, isSameOrigin, type TokenCheck } from './http-guard.ts';
import type { EventSource } from './local.ts';

const TOKEN_WITHIN_MS = 2000;
const PING_EVERY_MS = 30_000;
/** A browser that does not read its events is let go before they fill our memory. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;
const POLICY_VIOLATION = 1008;

/** Takes the upgrades of `server`; everything but `/events` from our own page is refused before a socket exists. */
export function serveEvents(server: Server, tokens: TokenCheck, onEvent: EventSource): { close(): void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024, perMessageDeflate: false });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request);
    if (refusal) return refuse(socket, refusal);
    sockets.handleUpgrade(request, socket, head, (webSocket) => greet(webSocket, tokens, onEvent));
  });
  return {
    close() {
      for (const webSocket of sockets.clients) webSocket.terminate();
      sockets.close();
    },
  };
}

/** Browsers send no Sec-Fetch headers with an upgrade: Origin is what counts. */
function refusalOf(request: IncomingMessage): string | null {
  if (!isLocalHost(request.headers.host)) return '421 Misdirected Request';
  if (!isSameOrigin(request.headers)) return '403 Forbidden';
  if ((request.url ?? '').split('?', 1)[0] !== '/events') return '404 Not Found';
  return null;
}

/** HTTP lets go of a socket that is upgraded: its errors and its end are ours. One that stays half open would be one less. */
function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function greet(webSocket: WebSocket, tokens: TokenCheck, onEvent: EventSource): void {
  const tooLate = setTimeout(() => webSocket.close(POLICY_VIOLATION, 'token expected'), TOKEN_WITHIN_MS);
  webSocket.on('error', () => webSocket.terminate());
  webSocket.once('close', () => clearTimeout(tooLate));
  webSocket.once('message', async (data) => {
    clearTimeout(tooLate);
    if (!(await tokens.accepts(tokenOf(data)))) return webSocket.close(POLICY_VIOLATION, 'wrong token');
    if (webSocket.readyState === webSocket.OPEN) passOn(webSocket, onEvent);
  });
}

function passOn(webSocket: WebSocket, onEvent: EventSource): void {
  let alive = true;
  const stop = onEvent((event) => {
    if (webSocket.bufferedAmount > MAX_UNREAD_BYTES) return webSocket.terminate();
    webSocket.send(JSON.stringify(event));
  });
  const ping = setInterval(() => {
    if (!alive) return webSocket.terminate();
    alive = false;
    webSocket.ping();
  }, PING_EVERY_MS);
  ping.unref();
  webSocket.on('pong', () => (alive = true));
  webSocket.once('close', () => {
    clearInterval(ping);
    stop();
  });
}

function tokenOf(data: RawData): string | undefined {
  try {
    const first: unknown = JSON.parse(data.toString());
    if (typeof first !== 'object' || first === null) return undefined;
    const token: unknown = Reflect.get(first, 'token');
    return typeof token === 'string' ? token : undefined;
  } catch {
    return undefined; // anything that is no JSON holds no token
  }
}
