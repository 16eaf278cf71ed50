import type { Method, Params, Result, StrataEvent } from '../../src-main/contract/api.ts';
import { valueOf, type Answer } from '../../src-main/contract/answer.ts';
import { StrataError } from '../../src-main/contract/errors.ts';
import type { LinkedClient } from './client.ts';

/** What the preload script exposes as `window.strata`. */
export interface PreloadBridge {
  call(method: string, params: unknown): Promise<Answer>;
  on(listener: (event: StrataEvent) => void): () => void;
}

export function createPreloadClient(bridge: PreloadBridge): LinkedClient {
  return {
    async call<M extends Method>(method: M, params: Params<M>, signal?: AbortSignal): Promise<Result<M>> {
      const answer = await bridge.call(method, params);
      if (signal?.aborted) throw new StrataError('cancelled', 'The answer was no longer wanted.');
      return valueOf(answer as Answer<Result<M>>);
    },
    onEvent: (listener) => bridge.on(listener),
    onLink: () => () => undefined,
  };
}
