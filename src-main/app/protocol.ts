/** `app://strata/…`: the built page from a map made at start. No path of a request ever reaches the disk. */
import { protocol } from 'electron';
import { SECURITY_HEADERS } from '../transports/security-headers.ts';
import type { StaticFiles } from '../transports/static-files.ts';

export const APP_ORIGIN = 'app://strata';

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export function servePage(files: StaticFiles): void {
  protocol.handle('app', (request) => answerFrom(files, request));
}

/** Only GETs of known files of our own host; everything with the same headers as the local server's. */
export function answerFrom(files: StaticFiles, request: Pick<Request, 'method' | 'url'>): Response {
  const url = new URL(request.url);
  const file = url.protocol === 'app:' && url.host === 'strata' ? files.get(url.pathname) : undefined;
  if (request.method !== 'GET' || file === undefined) {
    return new Response('Not found', { status: 404, headers: SECURITY_HEADERS });
  }
  return new Response(new Uint8Array(file.body), {
    headers: { ...SECURITY_HEADERS, 'Content-Type': file.type },
  });
}
