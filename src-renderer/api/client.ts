import type { Client } from '../../src-main/contract/api.ts';
import { createHttpClient } from './http.ts';
import { createPreloadClient, type PreloadBridge } from './preload.ts';
import { takeToken } from './token.ts';

/** The contract's client, and whether events can reach us just now. */
export interface LinkedClient extends Client {
  /** Called with every change; returns the way to stop listening. */
  onLink(listener: (up: boolean) => void): () => void;
}

declare global {
  interface Window {
    /** Put there by the preload script; absent in browser mode. */
    readonly strata?: PreloadBridge;
  }
}

/** In Electron through the preload bridge, else over HTTP and WebSocket to where the page came from. */
export function createClient(): LinkedClient {
  return window.strata ? createPreloadClient(window.strata) : createHttpClient(takeToken(), window.location);
}
