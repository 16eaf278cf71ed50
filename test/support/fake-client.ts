/** The renderer's client with answers by hand, for tests of its state. */
import type { Method, StrataEvent } from '../../src-main/contract/api.ts';
import { StrataError } from '../../src-main/contract/errors.ts';
import type { LinkedClient } from '../../src-renderer/api/client.ts';

export interface FakeClient extends LinkedClient {
  emit(event: StrataEvent): void;
  link(up: boolean): void;
}

/** Answers by method; what has no answer is refused. */
export function fakeClient(answers: Partial<Record<Method, (params: never) => unknown>>): FakeClient {
  const listeners = new Set<(event: StrataEvent) => void>();
  const links = new Set<(up: boolean) => void>();
  return {
    async call(method, params) {
      const answer = answers[method];
      if (!answer) throw new StrataError('not-found', `no ${method} here`);
      return (await answer(params as never)) as never;
    },
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onLink: (listener) => {
      links.add(listener);
      return () => links.delete(listener);
    },
    emit: (event) => listeners.forEach((listener) => listener(event)),
    link: (up) => links.forEach((listener) => listener(up)),
  };
}

/** Lets everything that waits for answers go on. */
export const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
