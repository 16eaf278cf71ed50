import type { Connection } from '../../src-main/contract/store.ts';
import { safeText } from './safe-text.ts';

/** The connection in two words for the top bar. */
export function connectionWords(connection: Connection | null, linked: boolean): string {
  if (!linked) return 'Server gone';
  if (connection === null) return 'Connecting';
  switch (connection.state) {
    case 'ready':
      return endpointWords(connection.endpoint);
    case 'demo':
      return 'Demo store';
    case 'file':
      return `Scan file ${safeText(connection.endpoint)}`;
    case 'archive':
      return `Archive ${fileName(connection.endpoint)}`;
    case 'no-engine':
      return 'No engine';
    case 'no-permission':
      return 'No permission';
    case 'lost':
      return 'Engine lost';
    default:
      return connection.state satisfies never;
  }
}

/** The last part of a path; paths are for where there is room. */
export function fileName(path: string): string {
  return safeText(path.replace(/\/+$/, '').split('/').at(-1) || path);
}

/** `unix:///var/run/docker.sock` is what nearly everybody has: shorter. */
function endpointWords(endpoint: string): string {
  return safeText(endpoint.replace(/^unix:\/\//, ''));
}

export function isGood(connection: Connection | null, linked: boolean): boolean {
  return linked && connection !== null && ['ready', 'demo', 'file', 'archive'].includes(connection.state);
}
