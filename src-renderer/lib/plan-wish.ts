/** What a plan shall be made of. It stands in the address (`#/plan?dangling=1&older=30`), so that links and reloads keep it. */
import type { CacheClass, PlanRequest, Rules } from '../../src-main/contract/reclaim.ts';
import type { Selection } from '../../src-main/contract/store.ts';

export interface Wish {
  /** Take what is in the basket too. */
  readonly basket: boolean;
  readonly rules: Rules;
  /** Items that were taken out again: `image:sha256:…`. */
  readonly without: readonly string[];
}

type Query = Readonly<Record<string, string>>;

export const CACHE_CLASSES: readonly (readonly [CacheClass, string])[] = [
  ['regular', 'results of build steps'],
  ['source.local', 'copies of build contexts'],
  ['source.git', 'git checkouts'],
  ['exec.cachemount', 'cache folders of builds'],
  ['frontend', 'readers of Dockerfiles'],
  ['internal', 'the builder’s own'],
];
export const ALL_CACHE: readonly CacheClass[] = CACHE_CLASSES.map(([key]) => key);

export const NO_WISH: Wish = { basket: false, rules: {}, without: [] };

/** Anything that makes no sense in an address typed by hand is left out. */
export function parseWish(query: Query): Wish {
  const on = (key: string): boolean => query[key] === '1';
  const cache = ALL_CACHE.filter((key) => (query['cache'] ?? '').split(',').includes(key));
  const olderThanDays = numberIn(query['older'], 0);
  const keepLast = numberIn(query['keep'], 1);
  const targetBytes = numberIn(query['target'], 1);
  const rules: Rules = {
    ...(on('dangling') && { dangling: true }),
    ...(on('unused') && { unused: true }),
    ...(on('stopped') && { stopped: true }),
    ...(on('orphans') && { orphans: true }),
    ...(cache.length > 0 && { cache }),
    ...(olderThanDays !== null && { olderThanDays }),
    ...(keepLast !== null && { keepLast: Math.floor(keepLast) }),
    ...(query['repo'] && { repo: query['repo'] }),
    ...(query['label'] && { label: query['label'] }),
    ...(targetBytes !== null && { targetBytes: Math.floor(targetBytes) }),
  };
  const without = (query['without'] ?? '')
    .split(' ')
    .filter((key) => key !== '')
    .map(decode);
  return { basket: on('basket'), rules, without };
}

/** Every key, so that what is not wished any more leaves the address. */
export function formatWish({ basket, rules, without }: Wish): Query {
  const flag = (on: boolean | undefined): string => (on === true ? '1' : '');
  return {
    basket: flag(basket),
    dangling: flag(rules.dangling),
    unused: flag(rules.unused),
    stopped: flag(rules.stopped),
    orphans: flag(rules.orphans),
    cache: (rules.cache ?? []).join(','),
    older: rules.olderThanDays?.toString() ?? '',
    keep: rules.keepLast?.toString() ?? '',
    repo: rules.repo ?? '',
    label: rules.label ?? '',
    target: rules.targetBytes?.toString() ?? '',
    without: without.map(encodeURIComponent).join(' '),
  };
}

/** Null when nothing is wished for: a plan of nothing is not worth asking. */
export function requestOf(wish: Wish, basket: Selection): PlanRequest | null {
  const chosen = wish.basket && Object.values(basket).some((ids: readonly string[]) => ids.length > 0);
  if (!chosen && Object.keys(wish.rules).length === 0) return null;
  return {
    rules: wish.rules,
    ...(chosen && { selection: basket }),
    ...(wish.without.length > 0 && { without: wish.without }),
  };
}

function numberIn(text: string | undefined, least: number): number | null {
  if (text === undefined || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) && value >= least && value <= Number.MAX_SAFE_INTEGER ? value : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A mistyped key is the key of nothing.
  }
}
