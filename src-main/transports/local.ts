/** The contract in this process, for the CLI and tests: through JSON, so that what works here works over HTTP. */
import type { Client, StrataEvent } from '../contract/api.ts';
import { valueOf, type Answer } from '../contract/answer.ts';
import type { Dispatch } from './dispatch.ts';

/** `onEvent` registers a listener with the services and returns the way to stop. */
export type EventSource = (listener: (event: StrataEvent) => void) => () => void;

export function localClient(dispatch: Dispatch, onEvent: EventSource): Client {
  return {
    async call(method, params, signal = new AbortController().signal) {
      const answer = await dispatch(throughJson({ method, params }), signal);
      return valueOf(throughJson(answer) as Answer<never>);
    },
    onEvent: (listener) => onEvent((event) => listener(throughJson(event) as StrataEvent)),
  };
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
