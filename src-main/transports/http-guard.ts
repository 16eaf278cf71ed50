/**
 * Who may talk to the local server. Loopback is open to every user of the machine and to every web page they visit:
 * Host stops DNS rebinding, Origin and Sec-Fetch-Site stop other pages, the token stops other users.
 */
import { randomBytes, timingSafeEqual, createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;
const FAILURES_BEFORE_DELAY = 10;
const DELAY_MS = 1000;

/** 256 bits, URL-safe. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Any port: an SSH tunnel changes it. */
export function isLocalHost(host: string | undefined): boolean {
  return host !== undefined && LOCAL_HOST.test(host);
}

/** Origin is present and is the very host the request names. */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers;
  return (
    origin !== undefined && host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`
  );
}

/**
 * Browsers that say where a request comes from must say "from our own page" or "typed by the user". The page itself,
 * which holds no data, may also be followed to from a link or a local file.
 */
export function isOwnFetch(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  const opensThePage = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return site === undefined || site === 'same-origin' || site === 'none' || opensThePage;
}

export interface TokenCheck {
  /** Answers after a second once there were ten wrong ones. */
  accepts(candidate: string | undefined): Promise<boolean>;
}

/** Compares digests in constant time; right tokens are never delayed. */
export function tokenCheck(token: string): TokenCheck {
  const expected = sha256(token);
  let failures = 0;
  return {
    async accepts(candidate) {
      if (candidate !== undefined && timingSafeEqual(sha256(candidate), expected)) return true;
      failures++;
      if (failures > FAILURES_BEFORE_DELAY) await sleep(DELAY_MS);
      return false;
    },
  };
}

/** The token of `Authorization: Bearer TOKEN`. */
export function bearer(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer ([\w-]{1,200})$/.exec(headers.authorization ?? '')?.[1];
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
