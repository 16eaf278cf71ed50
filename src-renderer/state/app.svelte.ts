import { getContext, setContext, untrack } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import type { LinkedClient } from '../api/client.ts';
import { StrataError } from '../../src-main/contract/errors.ts';
import { formatSort, parseSort } from '../lib/grid.ts';
import type { Wording } from '../lib/facts-shape.ts';
import { exists, type StoreIndex } from '../lib/store-index.ts';
import { formatBytes } from '../lib/bytes.ts';
import { parseRef, refKey, type Ref, type RefKind } from '../lib/ref.ts';
import type { Screen } from '../lib/route.ts';
import { shownScreen } from '../lib/screens.ts';
import { formatWish, NO_WISH, type Wish } from '../lib/plan-wish.ts';
import { ArchiveState } from './archive.svelte.ts';
import { BasketState } from './basket.svelte.ts';
import { PinsState } from './pins.svelte.ts';
import { PlanState } from './plan.svelte.ts';
import { RouterState } from './router.svelte.ts';
import { SettingsState } from './settings.svelte.ts';
import { UsedState } from './used.svelte.ts';
import { StoreState } from './store.svelte.ts';

const KEY = Symbol('app');

const SCREEN_OF: Readonly<Record<RefKind, Screen>> = {
  image: 'images',
  layer: 'sharing',
  group: 'sharing',
  container: 'containers',
  volume: 'volumes',
  'build-cache': 'cache',
  orphan: 'cache',
};

/** All state of one window. */
export class AppState {
  readonly client: LinkedClient;
  readonly store: StoreState;
  readonly basket: BasketState;
  readonly plan: PlanState;
  readonly pins: PinsState;
  readonly used: UsedState;
  readonly router = new RouterState();
  readonly settings = new SettingsState();
  /** Which panel floats above the page. */
  overlay = $state<'palette' | 'help' | 'issues' | 'confirm' | null>(null);
  inspectorOpen = $state(true);
  /** Ticked rows, by `refKey`; what the next command is about when there are any. */
  readonly marked = new SvelteSet<string>();
  /** Read out by screen readers and shown for a moment. */
  said = $state('');
  nowMs = $state(Date.now());
  /** An image archive is open instead of a store: there is nothing to remove, and no disk. */
  readonly archive = $derived.by(() => this.store.connection?.state === 'archive');
  readonly archiveState: ArchiveState;
  readonly screen = $derived.by(() => shownScreen(this.router.route.screen, this.archive));
  readonly inspecting = $derived(this.inspectorOpen && this.router.selected !== null);

  constructor(client: LinkedClient) {
    this.client = client;
    this.store = new StoreState(client);
    this.basket = new BasketState(client);
    this.archiveState = new ArchiveState(client);
    this.pins = new PinsState(client);
    this.used = new UsedState(client);
    this.plan = new PlanState(client, {
      bytes: (bytes) => this.bytes(bytes),
      onStart: (operationId) => this.store.leave(operationId),
      onReceipt: ({ planId }) => {
        // Who looks at something else meanwhile stays there.
        if (this.router.route.screen === 'plan') this.router.go('receipts', planId, { sel: '' });
        else this.say('The removal has ended; its receipt is under Removals');
      },
    });
    setInterval(() => (this.nowMs = Date.now()), 30_000);
  }

  bytes(bytes: number | null, atLeast = false): string {
    return formatBytes(bytes, this.settings.units, atLeast);
  }

  /** A sum over the whole store: at least this while not all of it is measured. */
  total(bytes: number | null): string {
    return this.bytes(bytes, this.store.partial !== null);
  }

  /** What sentences about things are made with. */
  wording(index: StoreIndex): Wording {
    return {
      index,
      bytes: (bytes, atLeast) => this.bytes(bytes, atLeast),
      nowMs: this.nowMs,
      uses: this.used.uses,
    };
  }

  /** Ticks or unticks; `on` ticks all. */
  mark(refs: readonly Ref[], on?: boolean): void {
    for (const key of refs.map(refKey)) {
      if (on ?? !this.marked.has(key)) this.marked.add(key);
      else this.marked.delete(key);
    }
  }

  /** What a command is about: the ticked things, else the selected one. */
  targets(): readonly Ref[] {
    if (this.marked.size > 0) return [...this.marked].flatMap((key) => parseRef(key) ?? []);
    return this.router.selected === null ? [] : [this.router.selected];
  }

  /** In the basket only what can go by itself counts: a group stands for its images, a layer for nothing. */
  toggleBasket(refs: readonly Ref[]): void {
    if (this.archive) return this.say('An archive has nothing to remove');
    const going = refs.flatMap((ref): readonly Ref[] => {
      if (ref.kind === 'layer') return [];
      if (ref.kind !== 'group') return [ref];
      const images = this.store.index?.groupOfLayer.get(ref.id)?.images ?? [];
      return images.map((id) => ({ kind: 'image', id }));
    });
    if (going.length > 0) this.basket.toggle(going);
  }

  /** To the plan of what the rules take, or of the basket when it has something. Deletes nothing. */
  openPlan(wish: Partial<Wish> = { basket: this.basket.items.length > 0 }): void {
    this.router.go('plan', null, { ...formatWish({ ...NO_WISH, ...wish }), sel: '' });
  }

  /** A new document: what is gone leaves the basket. */
  refreshBasket(): void {
    const { index } = this.store;
    if (!index) return;
    untrack(() => {
      if (this.basket.items.length > 0) this.basket.keepOnly((ref) => exists(index, ref));
    });
  }

  /** The view on screen says what `s` and `t` step through. */
  sorts: readonly string[] = [];
  pictures: readonly string[] = [];

  nextSort(reverse: boolean): void {
    const first = this.sorts[0];
    if (first === undefined) return;
    const sort = parseSort(this.router.route.query['sort'], parseSort(first, { key: first, down: false }));
    const place = this.sorts.findIndex((one) => one.replace('-', '') === sort.key);
    const next = this.sorts[(place + 1) % this.sorts.length] ?? first;
    this.router.refine({ sort: reverse ? formatSort({ ...sort, down: !sort.down }) : next });
  }

  nextPicture(): void {
    const place = this.pictures.indexOf(this.router.route.query['as'] ?? this.pictures[0] ?? '');
    const next = this.pictures[(place + 1) % this.pictures.length];
    if (next !== undefined) this.router.refine({ as: next });
  }

  /** Goes to the screen of a thing and selects it. */
  show(ref: Ref): void {
    const sel = refKey(ref);
    if (ref.kind === 'image') this.router.go('images', ref.id, { sel });
    else this.router.go(SCREEN_OF[ref.kind], null, { sel });
  }

  async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.say('Copied');
    } catch (thrown) {
      this.say(`Not copied: ${StrataError.from(thrown).message}`);
    }
  }

  say(words: string): void {
    this.said = words;
    setTimeout(() => {
      if (this.said === words) this.said = '';
    }, 2500);
  }
}

export function provideApp(app: AppState): void {
  setContext(KEY, app);
}

export function useApp(): AppState {
  return getContext<AppState>(KEY);
}
