import { shortId } from '../../src-main/model/ids.ts';
import { insidePage } from './inside-page.ts';
import { containerName, imageName } from './names.ts';
import type { Route } from './route.ts';
import { safeText } from './safe-text.ts';
import type { StoreIndex } from './store-index.ts';

/** What a page inside is about, escaped; null for other pages. */
export function insideTitle(route: Route, index: StoreIndex | null): string | null {
  const page = insidePage(route);
  switch (page?.kind) {
    case 'files':
      return `${nameOf(index, page.image)} · files`;
    case 'changes': {
      const container = index?.containers.get(page.container);
      return `${container ? containerName(container) : safeText(page.container.slice(0, 12))} · changes`;
    }
    case 'compare':
      return [page.here, page.there].map((id) => (id === null ? '…' : nameOf(index, id))).join(' and ');
    case 'secrets':
      return page.image === null ? null : nameOf(index, page.image);
    default:
      return null;
  }
}

function nameOf(index: StoreIndex | null, id: string): string {
  const image = index?.images.get(id);
  if (image) return imageName(image);
  return id.startsWith('sha256:') ? shortId(id) : safeText(id);
}
