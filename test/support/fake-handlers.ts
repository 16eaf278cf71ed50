/** Handlers for tests of transports: those given, and one that fails loudly for every other method. */
import type { Handlers, StrataEvent } from '../../src-main/contract/api.ts';
import type { Connection } from '../../src-main/contract/store.ts';

export const DEMO_CONNECTION: Connection = {
  state: 'demo',
  endpoint: 'demo store',
  tried: [],
  access: 'direct',
  accessWhy: null,
  limits: [],
  dataRoot: '/var/lib/docker',
  disk: null,
  mayPrune: false,
  takenAt: null,
  version: '0.0.0',
};

export function fakeHandlers(given: Partial<Handlers> = {}): Handlers {
  return { 'connection.get': async () => DEMO_CONNECTION, ...given } as Handlers;
}

/** Events by hand. */
export function fakeEvents(): {
  readonly onEvent: (listener: (event: StrataEvent) => void) => () => void;
  readonly emit: (event: StrataEvent) => void;
  readonly listeners: () => number;
} {
  const listeners = new Set<(event: StrataEvent) => void>();
  return {
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    listeners: () => listeners.size,
  };
}
