/** Screens in the order of their keys 1 to 9. */
export const SCREENS = [
  'overview',
  'images',
  'sharing',
  'containers',
  'volumes',
  'cache',
  'plan',
  'history',
  'settings',
] as const;

/** Reached from other screens. */
const MORE_SCREENS = ['archive', 'basket', 'receipts', 'compare', 'secrets', 'twice'] as const;

export type Screen = (typeof SCREENS)[number] | (typeof MORE_SCREENS)[number];

export interface Route {
  readonly screen: Screen;
  /** The one thing a page is about: `#/images/sha256:…`. */
  readonly id: string | null;
  readonly query: Readonly<Record<string, string>>;
}

/** `#/images/<id>?sort=unique&sel=image:…`; anything else is the overview. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [name = '', ...rest] = path.split('/');
  const screen = [...SCREENS, ...MORE_SCREENS].find((one) => one === name);
  return {
    screen: screen ?? 'overview',
    id: screen === undefined || rest.length === 0 ? null : decode(rest.join('/')) || null,
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

export function formatRoute(route: Route): string {
  const search = new URLSearchParams(
    Object.entries(route.query).filter(([, value]) => value !== ''),
  ).toString();
  const id = route.id === null ? '' : `/${route.id.split('/').map(encodeURIComponent).join('/')}`;
  return `#/${route.screen}${id}${search === '' ? '' : `?${search}`}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return ''; // A mistyped address leads to the list.
  }
}
