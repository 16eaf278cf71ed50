import type { BrowserWindow as RealWindow, IpcMainInvokeEvent } from 'electron';
import { beforeEach, describe, expect, it } from 'vitest';
import { electronPort, isOurPage } from '../../src-main/app/ipc-port.ts';
import type { Handlers } from '../../src-main/contract/api.ts';
import type { Answer } from '../../src-main/contract/answer.ts';
import { createDispatch } from '../../src-main/transports/dispatch.ts';
import { CALL_CHANNEL, serveIpc } from '../../src-main/transports/ipc.ts';
import { BrowserWindow, seen } from '../support/electron-double.ts';

type Caller = Pick<IpcMainInvokeEvent, 'senderFrame' | 'sender'>;

const window = new BrowserWindow();
const ours = window as unknown as RealWindow;

function caller(frame: object | null, id = window.webContents.id): Caller {
  return { senderFrame: frame, sender: { id } } as unknown as Caller;
}

const mainFrame = { parent: null, origin: 'app://strata' };

describe('who may call', () => {
  it('is our own page in the main frame of our window', () => {
    expect(isOurPage(caller(mainFrame), ours)).toBe(true);
  });

  it.each([
    ['a frame that is gone', null],
    ['a frame inside the page', { parent: mainFrame, origin: 'app://strata' }],
    ['another site', { parent: null, origin: 'https://example.org' }],
    ['a host that begins like ours', { parent: null, origin: 'app://strata.example' }],
    ['an opaque origin', { parent: null, origin: 'null' }],
    ['an empty origin', { parent: null, origin: '' }],
    ['a local file', { parent: null, origin: 'file://' }],
  ])('is not %s', (_who, frame) => {
    expect(isOurPage(caller(frame), ours)).toBe(false);
  });

  it('is not a window we do not know, nor any without a window', () => {
    expect(isOurPage(caller(mainFrame, window.webContents.id + 1), ours)).toBe(false);
    expect(isOurPage(caller(mainFrame), null)).toBe(false);
  });
});

describe('the channel', () => {
  const asked: unknown[] = [];
  beforeEach(() => {
    asked.length = 0;
  });

  const stop = serveIpc(
    electronPort(() => ours),
    async (request) => {
      asked.push(request);
      return { ok: true, value: 'done' };
    },
    () => () => undefined,
  );
  const call = seen.ipcHandlers.get(CALL_CHANNEL) as unknown as (
    caller: Caller,
    request: unknown,
  ) => Promise<Answer>;

  it('brings a request of our page to the gate', async () => {
    expect(await call(caller(mainFrame), { method: 'doctor.get', params: null })).toEqual({
      ok: true,
      value: 'done',
    });
    expect(asked).toEqual([{ method: 'doctor.get', params: null }]);
  });

  it('answers a stranger before the gate', async () => {
    const answer = await call(caller({ parent: null, origin: 'https://example.org' }), {
      method: 'doctor.get',
      params: null,
    });
    expect(answer).toMatchObject({ ok: false, code: 'forbidden' });
    expect(asked).toEqual([]);
  });

  it('has nothing behind it but the methods of the contract', async () => {
    const gate = createDispatch({} as Handlers, { mayPrune: true });
    for (const method of ['shell.open', 'constructor', '__proto__', '', null, 7]) {
      const answer = await gate({ method, params: null }, new AbortController().signal);
      expect(answer).toMatchObject({ ok: false, code: 'not-found' });
    }
  });

  it('is one channel, and is closed when asked to', () => {
    expect([...seen.ipcHandlers.keys()]).toEqual([CALL_CHANNEL]);
    stop();
    expect(seen.ipcHandlers.size).toBe(0);
  });
});
