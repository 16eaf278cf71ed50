const KEY = 'strata-token';

/**
 * The server's token comes once, in the fragment (`#t=…`): fragments reach neither logs nor the Referer. It moves to
 * sessionStorage and out of the address bar. Empty when there is none: every call is refused then, and says so.
 */
export function takeToken(): string {
  const match = /^#t=([\w-]+)/.exec(window.location.hash);
  if (match?.[1] !== undefined) {
    sessionStorage.setItem(KEY, match[1]);
    history.replaceState(null, '', `${window.location.pathname}#/overview`);
  }
  return sessionStorage.getItem(KEY) ?? '';
}
