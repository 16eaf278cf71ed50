import type { Method, Params, Result, StrataEvent } from '../../src-main/contract/api.ts';
import { valueOf, type Answer } from '../../src-main/contract/answer.ts';
import { StrataError } from '../../src-main/contract/errors.ts';
import type { LinkedClient } from './client.ts';

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

/** Calls over `POST /rpc`, events over the WebSocket `/events`, which is opened again whenever it drops. */
export function createHttpClient(token: string, location: { readonly href: string }): LinkedClient {
  const rpc = new URL('/rpc', location.href);
  const listeners = new Set<(event: StrataEvent) => void>();
  const linkListeners = new Set<(up: boolean) => void>();
  listen(
    token,
    new URL('/events', location.href),
    (event) => listeners.forEach((listener) => listener(event)),
    (up) => linkListeners.forEach((listener) => listener(up)),
  );
  return {
    async call<M extends Method>(method: M, params: Params<M>, signal?: AbortSignal): Promise<Result<M>> {
      let response: Response;
      try {
        response = await fetch(rpc, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify({ method, params }),
          signal: signal ?? null,
        });
      } catch (thrown) {
        if (signal?.aborted)
          throw new StrataError('cancelled', 'The answer was no longer wanted.', { cause: thrown });
        throw new StrataError('failed', 'Strata’s server does not answer. Is “strata serve” still running?', {
          cause: thrown,
        });
      }
      return valueOf((await answerIn(response)) as Answer<Result<M>>);
    },
    onEvent: (listener) => subscribe(listeners, listener),
    onLink: (listener) => subscribe(linkListeners, listener),
  };
}

async function answerIn(response: Response): Promise<Answer> {
  if (response.status === 401 || response.status === 403) {
    throw new StrataError(
      'forbidden',
      'This page has no valid token. Open the whole address that “strata serve” printed.',
    );
  }
  try {
    return (await response.json()) as Answer;
  } catch (thrown) {
    throw new StrataError('failed', `The server’s answer (HTTP ${response.status}) can’t be read.`, {
      cause: thrown,
    });
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function listen(
  token: string,
  url: URL,
  onEvent: (event: StrataEvent) => void,
  onLink: (up: boolean) => void,
): void {
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  let retryMs = FIRST_RETRY_MS;
  const open = (): void => {
    const socket = new WebSocket(url);
    socket.addEventListener('open', () => {
      socket.send(JSON.stringify({ token }));
      retryMs = FIRST_RETRY_MS;
      onLink(true);
    });
    socket.addEventListener('message', (message) => onEvent(JSON.parse(String(message.data)) as StrataEvent));
    socket.addEventListener('close', () => {
      onLink(false);
      setTimeout(open, retryMs);
      retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
    });
  };
  open();
}
