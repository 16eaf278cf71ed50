import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Client, Handlers, StrataEvent } from '../../src-main/contract/api.ts';
import { valueOf, type Answer } from '../../src-main/contract/answer.ts';
import { StrataError } from '../../src-main/contract/errors.ts';
import { createDispatch } from '../../src-main/transports/dispatch.ts';
import { newToken } from '../../src-main/transports/http-guard.ts';
import { serveHttp } from '../../src-main/transports/http.ts';
import { CALL_CHANNEL, serveIpc, type IpcPort } from '../../src-main/transports/ipc.ts';
import { localClient } from '../../src-main/transports/local.ts';
import { DEMO_CONNECTION, fakeEvents, fakeHandlers } from '../support/fake-handlers.ts';
import { httpClient } from '../support/http-client.ts';

interface Connected {
  readonly client: Client;
  readonly emit: (event: StrataEvent) => void;
  close(): Promise<void>;
}

type Connect = (handlers: Handlers) => Promise<Connected>;

const overLocal: Connect = async (handlers) => {
  const events = fakeEvents();
  const client = localClient(createDispatch(handlers, { mayPrune: false }), events.onEvent);
  return { client, emit: events.emit, close: async () => undefined };
};

/** Electron's two ends without Electron: what crosses is cloned, as there. */
const overIpc: Connect = async (handlers) => {
  const events = fakeEvents();
  const answers = new Map<string, (caller: string, request: unknown) => Promise<Answer>>();
  const listeners = new Set<(event: StrataEvent) => void>();
  const port: IpcPort<string> = {
    handle: (channel, answer) => answers.set(channel, answer),
    removeHandler: (channel) => answers.delete(channel),
    send: (_, event) => listeners.forEach((listener) => listener(structuredClone(event))),
    isTrusted: (caller) => caller === 'our page',
  };
  const stop = serveIpc(port, createDispatch(handlers, { mayPrune: false }), events.onEvent);
  const client: Client = {
    async call(method, params) {
      const answer = await answers.get(CALL_CHANNEL)?.('our page', structuredClone({ method, params }));
      return valueOf(structuredClone(answer) as Answer<never>);
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return { client, emit: events.emit, close: async () => stop() };
};

const overHttp: Connect = async (handlers) => {
  const events = fakeEvents();
  const token = newToken();
  const server = await serveHttp({
    dispatch: createDispatch(handlers, { mayPrune: false }),
    onEvent: events.onEvent,
    files: new Map(),
    token,
    port: 0,
  });
  const { client, close } = await httpClient(server.port, token);
  await vi.waitFor(() => expect(events.listeners()).toBe(1), { timeout: 20_000 });
  return {
    client,
    emit: events.emit,
    close: async () => {
      close();
      await server.close();
    },
  };
};

describe.each([
  ['in this process', overLocal],
  ["over Electron's IPC", overIpc],
  ['over HTTP and WebSocket', overHttp],
] as const)('the contract %s', (_, connect) => {
  let connected: Connected | undefined;
  const open = async (given: Partial<Handlers> = {}): Promise<Client> => {
    connected = await connect(fakeHandlers(given));
    return connected.client;
  };
  afterEach(async () => {
    await connected?.close();
    connected = undefined;
  });

  test('a call is answered with the value of its handler', async () => {
    const client = await open();
    expect(await client.call('connection.get', null)).toEqual(DEMO_CONNECTION);
  });

  test('parameters arrive as they were sent', async () => {
    const client = await open({
      'why.get': async ({ thing }) => ({
        thing,
        kind: 'unknown',
        what: 'ünïcode \u202e "quotes"',
        diskBytes: null,
        keptBy: [],
        verdict: '',
      }),
    });
    const answer = await client.call('why.get', { thing: 'a/b:c "\u0000\u202e 漢字' });
    expect(answer.thing).toBe('a/b:c "\u0000\u202e 漢字');
    expect(answer.what).toBe('ünïcode \u202e "quotes"');
  });

  test("a handler's error keeps its code and its text", async () => {
    const client = await open({
      'scan.document': async () => {
        throw new StrataError('no-engine', 'No engine answers. Start one.');
      },
    });
    const error = await client.call('scan.document', null).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StrataError);
    expect(error).toMatchObject({ code: 'no-engine', message: 'No engine answers. Start one.' });
  });

  test('any other thrown thing is "failed", without its stack', async () => {
    const client = await open({
      'scan.document': async () => {
        throw new TypeError('x is not a function');
      },
    });
    await expect(client.call('scan.document', null)).rejects.toMatchObject({
      code: 'failed',
      message: 'x is not a function',
    });
  });

  test.each(['no.such', 'constructor', '__proto__', 'toString', ''])('%o is no method', async (name) => {
    const client = await open();
    await expect(client.call(name as 'connection.get', null)).rejects.toMatchObject({ code: 'not-found' });
  });

  test.each([
    ['image.get', null],
    ['image.get', { imageId: 7 }],
    ['image.get', { imageId: 'x', more: true }],
    ['image.get', { imageId: 'x'.repeat(5000) }],
    ['connection.get', { any: 1 }],
    ['frees.get', { selection: { images: [] } }],
    ['inside.extract', { image: 'x', container: null, layer: null, view: 'own', path: '/a/../../b' }],
    ['inside.extract', { image: 'x', container: null, layer: -1, view: 'own', path: '/' }],
    ['inside.extractPart', { ticket: '' }],
  ])('%s refuses %o before its handler sees it', async (method, params) => {
    const reached = async (): Promise<never> => {
      throw new Error('the handler was reached');
    };
    const client = await open({
      'image.get': reached,
      'frees.get': reached,
      'connection.get': reached,
      'inside.extract': reached,
      'inside.extractPart': reached,
    });
    await expect(client.call(method as 'image.get', params as never)).rejects.toMatchObject({
      code: 'bad-request',
    });
  });

  test('a part of an extraction arrives byte for byte, names that are no UTF-8 go there', async () => {
    const bytes = Buffer.from(new Uint8Array(1 << 20).map((_, at) => (at * 7) % 256));
    let asked = '';
    const client = await open({
      'inside.extract': async ({ path }) => {
        asked = path;
        const counts = { bytes: 1, files: 1, folders: 0, links: 0, leftOut: [] };
        return { ticket: 't', name: 'caf\udce9', format: 'file', ...counts };
      },
      'inside.extractPart': async () => ({
        base64: bytes.toString('base64'),
        done: true,
        problems: [],
        problemCount: 0,
      }),
    });
    const place = { image: 'x', container: null, layer: null, view: 'own' } as const;
    const { name, ticket } = await client.call('inside.extract', { ...place, path: '/caf\udce9' });
    const { base64 } = await client.call('inside.extractPart', { ticket });
    expect([asked, name]).toEqual(['/caf\udce9', 'caf\udce9']);
    expect(Buffer.from(base64, 'base64').equals(bytes)).toBe(true);
  });

  test('events arrive in order', async () => {
    const client = await open();
    const heard: StrataEvent[] = [];
    client.onEvent((event) => heard.push(event));
    const sent: StrataEvent[] = [
      { kind: 'connection-changed' },
      { kind: 'document-changed', takenAt: '2026-01-02T03:04:05.000Z' },
      { kind: 'finished', operationId: '1', outcome: 'failed', message: 'why' },
    ];
    sent.forEach((event) => connected?.emit(event));
    await vi.waitFor(() => expect(heard).toEqual(sent), { timeout: 20_000 });
  });
});
