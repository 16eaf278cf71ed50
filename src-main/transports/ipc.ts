/** The transport half of Electron's IPC. It knows no Electron: `app/` hands in a port, tests a stand-in. */
import { answerOf, MAX_REQUEST_BYTES, type Answer } from '../contract/answer.ts';
import type { StrataEvent } from '../contract/api.ts';
import { StrataError } from '../contract/errors.ts';
import type { Dispatch } from './dispatch.ts';
import type { EventSource } from './local.ts';

export const CALL_CHANNEL = 'strata:call';
export const EVENT_CHANNEL = 'strata:event';

/** `Caller` is whatever the port knows about who calls: Electron's `IpcMainInvokeEvent`. */
export interface IpcPort<Caller> {
  /** As `ipcMain.handle`: `request` is `{method, params}` as the other side sent it. */
  handle(channel: string, answer: (caller: Caller, request: unknown) => Promise<Answer>): void;
  removeHandler(channel: string): void;
  /** To the one window there is; does nothing while there is none. */
  send(channel: string, event: StrataEvent): void;
  /** Only our own page's main frame, checked anew for every message. */
  isTrusted(caller: Caller): boolean;
}

/** Answers calls and passes events on until the returned function is called. */
export function serveIpc<Caller>(
  port: IpcPort<Caller>,
  dispatch: Dispatch,
  onEvent: EventSource,
): () => void {
  port.handle(CALL_CHANNEL, async (caller, request) => {
    if (!port.isTrusted(caller)) return answerOf(new StrataError('forbidden', 'Unknown sender'));
    try {
      return await dispatch(plainRequest(request), new AbortController().signal);
    } catch (thrown) {
      return answerOf(thrown);
    }
  });
  const stopEvents = onEvent((event) => port.send(EVENT_CHANNEL, event));
  return () => {
    stopEvents();
    port.removeHandler(CALL_CHANNEL);
  };
}

/** Structured clone carries more than JSON (maps, dates, cycles): the request is brought down to what HTTP carries. */
function plainRequest(request: unknown): unknown {
  let json: string | undefined;
  try {
    json = JSON.stringify(request);
  } catch {
    throw new StrataError('bad-request', 'A request is JSON');
  }
  if (json === undefined) throw new StrataError('bad-request', 'A request is JSON');
  if (Buffer.byteLength(json) > MAX_REQUEST_BYTES) {
    throw new StrataError('bad-request', `A request is at most ${MAX_REQUEST_BYTES} bytes`);
  }
  return JSON.parse(json);
}
