import type { Route } from './route.ts';

/** The pages that look inside: an image's files, a container's changes, two images side by side, credentials. */
export type InsidePage =
  | { readonly kind: 'files'; readonly image: string }
  | { readonly kind: 'changes'; readonly container: string }
  | { readonly kind: 'compare'; readonly here: string | null; readonly there: string | null }
  | { readonly kind: 'secrets'; readonly image: string | null };

/** `#/images/<id>/files`, `#/containers/<id>/changes`, `#/compare/<id>/<id>`, `#/secrets/<id>`; null for others. */
export function insidePage({ screen, id }: Pick<Route, 'screen' | 'id'>): InsidePage | null {
  if (screen === 'images' && id?.endsWith('/files') === true)
    return { kind: 'files', image: id.slice(0, -'/files'.length) };
  if (screen === 'containers' && id?.endsWith('/changes') === true)
    return { kind: 'changes', container: id.slice(0, -'/changes'.length) };
  if (screen === 'secrets') return { kind: 'secrets', image: id };
  if (screen !== 'compare') return null;
  const at = id?.indexOf('/') ?? -1;
  if (id === null || at < 0) return { kind: 'compare', here: id, there: null };
  return { kind: 'compare', here: id.slice(0, at) || null, there: id.slice(at + 1) || null };
}

/** What goes into a route's `id` for a page. */
export function insideId(page: InsidePage): string | null {
  switch (page.kind) {
    case 'files':
      return `${page.image}/files`;
    case 'changes':
      return `${page.container}/changes`;
    case 'compare':
      return page.there === null ? page.here : `${page.here ?? ''}/${page.there}`;
    case 'secrets':
      return page.image;
    default:
      return page satisfies never;
  }
}
