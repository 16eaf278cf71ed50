import { once } from 'node:events';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createDispatch } from '../../src-main/transports/dispatch.ts';
import { newToken } from '../../src-main/transports/http-guard.ts';
import { serveHttp, type RunningServer } from '../../src-main/transports/http.ts';
import { fakeEvents, fakeHandlers } from '../support/fake-handlers.ts';

const token = newToken();
const events = fakeEvents();
let server: RunningServer;

beforeAll(async () => {
  server = await serveHttp({
    dispatch: createDispatch(fakeHandlers(), { mayPrune: false }),
    onEvent: events.onEvent,
    files: new Map([
      ['/', { type: 'text/html; charset=utf-8', body: Buffer.from('<!doctype html><title>Strata</title>') }],
    ]),
    token,
    port: 0,
  });
});
afterAll(() => server.close());

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | undefined>;
  readonly body?: string;
}

const CALL = JSON.stringify({ method: 'connection.get', params: null });

/** A right call of the page, changed by what the test says; `undefined` leaves a header out. */
async function send({
  method = 'POST',
  path = '/rpc',
  headers = {},
  body = CALL,
}: Sent = {}): Promise<Reply> {
  const host = `127.0.0.1:${server.port}`;
  const all: Record<string, string | undefined> = {
    Host: host,
    Origin: `http://${host}`,
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    ...headers,
  };
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: server.port,
        method,
        path,
        headers: sent as Record<string, string>,
        agent: false,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(method === 'GET' || method === 'HEAD' ? undefined : body);
  });
}

describe('who may ask', () => {
  test('the page with its token gets data', async () => {
    const reply = await send();
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body)).toMatchObject({ ok: true, value: { state: 'demo' } });
  });

  test.each(['localhost:9999', '[::1]:80', '127.0.0.1'])(
    'the name %s is this machine, through a tunnel too',
    async (host) => {
      expect((await send({ headers: { Host: host, Origin: `http://${host}` } })).status).toBe(200);
    },
  );

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.1@evil.example',
    '10.0.0.1',
  ])('a host name %s that was bound to our address is refused', async (host) => {
    expect((await send({ headers: { Host: host, Origin: `http://${host}` } })).status).toBe(421);
    expect((await send({ method: 'GET', path: '/', headers: { Host: host } })).status).toBe(421);
  });

  test.each([undefined, 'null', 'http://evil.example', 'http://127.0.0.1:1', 'https://127.0.0.1'])(
    'the origin %s is refused',
    async (Origin) => {
      expect((await send({ headers: { Origin } })).status).toBe(403);
    },
  );

  test.each(['cross-site', 'same-site'])('a fetch that is %s is refused', async (site) => {
    expect((await send({ headers: { 'Sec-Fetch-Site': site } })).status).toBe(403);
    expect((await send({ method: 'GET', path: '/', headers: { 'Sec-Fetch-Site': site } })).status).toBe(403);
  });

  test.each([undefined, 'Bearer', 'Bearer wrong', `Basic ${token}`, `bearer ${token}x`, token])(
    'the authorization %s is refused',
    async (Authorization) => {
      const reply = await send({ headers: { Authorization } });
      expect(reply.status).toBe(401);
      expect(reply.body).not.toContain(token);
    },
  );

  test('the page loads without the token, and holds no data', async () => {
    const reply = await send({
      method: 'GET',
      path: '/',
      headers: { Authorization: undefined, Origin: undefined },
    });
    expect(reply.status).toBe(200);
    expect(reply.body).toContain('<title>Strata</title>');
    expect(reply.body).not.toContain(token);
  });

  test('a link from elsewhere may open the page, though not read it', async () => {
    const reply = await send({
      method: 'GET',
      path: '/',
      headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' },
    });
    expect(reply.status).toBe(200);
    expect(reply.headers['cross-origin-resource-policy']).toBe('same-origin');
  });
});

describe('what may be sent', () => {
  test.each(['OPTIONS', 'PUT', 'DELETE', 'GET'])('%s /rpc is refused', async (method) => {
    expect((await send({ method })).status).toBe(405);
  });

  test.each(['OPTIONS', 'POST', 'DELETE'])('%s / is refused', async (method) => {
    expect((await send({ method, path: '/' })).status).toBe(405);
  });

  test.each([
    undefined,
    'text/plain',
    'application/json; charset=utf-8',
    'application/x-www-form-urlencoded',
  ])('the content type %s is refused: a form could send it', async (type) => {
    expect((await send({ headers: { 'Content-Type': type } })).status).toBe(415);
  });

  test('more than a megabyte is refused, announced or not', async () => {
    const announced = await send({ headers: { 'Content-Length': String(2 ** 21) }, body: '' }).catch(
      () => null,
    );
    expect(announced === null || announced.status === 413).toBe(true);
    const huge = JSON.stringify({ method: 'why.get', params: { thing: 'x'.repeat(2 ** 21) } });
    const sent = await send({ headers: { 'Transfer-Encoding': 'chunked' }, body: huge }).catch(() => null);
    expect(sent === null || sent.status === 413).toBe(true);
  });

  test.each(['', 'nonsense', '[]', '"text"', '7', 'null', '{"method":7}'])(
    '%o is a bad request',
    async (body) => {
      const reply = await send({ body });
      expect(reply.status).toBe(200);
      expect(JSON.parse(reply.body)).toMatchObject({ ok: false });
    },
  );

  test.each(['/../package.json', '/..%2fpackage.json', '//etc/passwd', '/index.html', '/events'])(
    '%s is no file of the page',
    async (path) => {
      expect((await send({ method: 'GET', path })).status).toBe(404);
    },
  );
});

describe('what comes back', () => {
  test('every answer carries the policy and allows no other origin', async () => {
    for (const sent of [
      {},
      { method: 'GET', path: '/' },
      { method: 'GET', path: '/none' },
      { method: 'OPTIONS' },
    ]) {
      const { headers } = await send(sent);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cache-control']).toBe('no-store');
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('events', () => {
  const open = (options: { origin?: string; path?: string; host?: string }): WebSocket =>
    new WebSocket(`ws://127.0.0.1:${server.port}${options.path ?? '/events'}`, {
      ...(options.origin === undefined ? {} : { origin: options.origin }),
      ...(options.host === undefined ? {} : { headers: { Host: options.host } }),
    });

  test.each([
    ['no origin', {}, 403],
    ['another origin', { origin: 'http://evil.example' }, 403],
    ['another host', { origin: 'http://evil.example', host: 'evil.example' }, 421],
    ['another path', { path: '/rpc' }, 404],
  ])('with %s no socket opens', async (_, options, status) => {
    const origin = { origin: `http://127.0.0.1:${server.port}` };
    const socket = open('path' in options ? { ...origin, ...options } : options);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(status);
    socket.on('error', () => undefined);
    socket.terminate();
  });

  test.each([JSON.stringify({ token: 'wrong' }), JSON.stringify({}), 'nonsense', ''])(
    'after the first frame %o the socket is closed',
    async (frame) => {
      const socket = open({ origin: `http://127.0.0.1:${server.port}` });
      await once(socket, 'open');
      socket.send(frame);
      const [code] = (await once(socket, 'close')) as [number];
      expect(code).toBe(1008);
      expect(events.listeners()).toBe(0);
    },
  );

  /** A client of our own making: it may hang up hard, or never. */
  const refused = (): ReturnType<typeof connect> => {
    const socket = connect({ host: '127.0.0.1', port: server.port, allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write('GET /events HTTP/1.1\r\nHost: evil\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    return socket;
  };

  test('a refused one that hangs up hard does not end the server', async () => {
    for (let times = 0; times < 5; times++) {
      const socket = refused();
      await once(socket, 'connect');
      socket.resetAndDestroy();
      await once(socket, 'close');
    }
    expect((await send()).status).toBe(200);
  });

  test('refused ones that never hang up do not use up the connections', async () => {
    const sockets = Array.from({ length: 100 }, refused);
    await Promise.all(sockets.map((socket) => once(socket, 'data')));
    expect((await send()).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  test('a socket that never says its token is closed', async () => {
    const socket = open({ origin: `http://127.0.0.1:${server.port}` });
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1008);
  });
});

test('nothing listens on other addresses than loopback', async () => {
  const socket = connect({ host: '127.0.0.2', port: server.port });
  const outcome = await new Promise((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('error', () => resolve('refused'));
  });
  socket.destroy();
  expect(outcome).toBe('refused');
});

test('a taken port is told with what to do', async () => {
  const again = serveHttp({
    dispatch: createDispatch(fakeHandlers(), { mayPrune: false }),
    onEvent: events.onEvent,
    files: new Map(),
    token,
    port: server.port,
  });
  await expect(again).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('--port') as string,
  });
});
