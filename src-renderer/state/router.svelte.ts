import { formatRoute, parseRoute, type Route, type Screen } from '../lib/route.ts';
import { parseRef, refKey, type Ref } from '../lib/ref.ts';

/** The address bar is the state: back, forward and links to one image work. The selection is part of it. */
export class RouterState {
  route = $state.raw<Route>(parseRoute(window.location.hash));
  readonly selected = $derived<Ref | null>(parseRef(this.route.query['sel'] ?? ''));

  constructor() {
    window.addEventListener('hashchange', () => {
      this.route = parseRoute(window.location.hash);
    });
  }

  /** A step that Back undoes. The selection comes along unless a new one is given. */
  go(screen: Screen, id: string | null = null, query: Readonly<Record<string, string>> = {}): void {
    const sel = this.route.query['sel'] ?? '';
    this.#write({ screen, id, query: { sel, ...query } }, true);
  }

  /** Another view of the same place: Back does not stop here. */
  refine(query: Readonly<Record<string, string>>): void {
    this.#write({ ...this.route, query: { ...this.route.query, ...query } }, false);
  }

  select(ref: Ref | null): void {
    this.refine({ sel: ref === null ? '' : refKey(ref) });
  }

  #write(route: Route, step: boolean): void {
    const hash = formatRoute(route);
    if (hash === window.location.hash) return;
    if (step) history.pushState(null, '', hash);
    else history.replaceState(null, '', hash);
    this.route = parseRoute(hash);
  }
}
