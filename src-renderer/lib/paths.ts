import { safeText } from './safe-text.ts';

/** Paths inside images: absolute, `/` between names. Anybody may have made the names. */

export function parentPath(path: string): string {
  const at = path.lastIndexOf('/');
  return at <= 0 ? '/' : path.slice(0, at);
}

/** Of the root an empty one. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export interface Crumb {
  /** Escaped. */
  readonly name: string;
  readonly path: string;
}

const MOST_CRUMBS = 6;

/** The way from the root to a folder; of a deep one only the first and the last steps, with `…` between. */
export function crumbsOf(path: string): readonly Crumb[] {
  const names = path.split('/').filter((name) => name !== '');
  const steps = names.map((name, at) => ({
    name: safeText(name),
    path: `/${names.slice(0, at + 1).join('/')}`,
  }));
  if (steps.length <= MOST_CRUMBS) return steps;
  const cut = steps.length - MOST_CRUMBS + 1;
  return [...steps.slice(0, 1), { name: '…', path: steps[cut]?.path ?? '/' }, ...steps.slice(cut + 1)];
}

/** `rwxr-xr-x` of 0755, with `s` and `t` where they stand. */
export function modeWords(mode: number): string {
  const triple = (bits: number, special: boolean, letter: string): string =>
    (bits & 4 ? 'r' : '-') +
    (bits & 2 ? 'w' : '-') +
    (special ? (bits & 1 ? letter : letter.toUpperCase()) : bits & 1 ? 'x' : '-');
  return (
    triple(mode >> 6, (mode & 0o4000) !== 0, 's') +
    triple(mode >> 3, (mode & 0o2000) !== 0, 's') +
    triple(mode, (mode & 0o1000) !== 0, 't')
  );
}

export function modeDigits(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

/** The selection in an address: `path:/usr/lib`. */
export function pathKey(path: string): string {
  return `path:${path}`;
}

export function pathOfKey(key: string | undefined): string | null {
  return key?.startsWith('path:') === true ? key.slice('path:'.length) : null;
}

/** A glob for everything below a folder; null where the folder's own name would read as a pattern. */
export function below(path: string): string | null {
  if (/[*?]/.test(path)) return null;
  return path === '/' ? '/**' : `${path}/**`;
}

/** What a build step did, without what the builder put around it. Escaped. */
export function stepWords(createdBy: string): string {
  const plain = createdBy
    .replace(/^\/bin\/sh -c (#\(nop\)\s*)?/, (_, nop: string | undefined) => (nop ? '' : 'RUN '))
    .trim();
  return safeText(plain) || 'no build step is known';
}
