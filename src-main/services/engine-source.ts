/** The live source: an engine that is looked for, kept, lost and found again, and its data root where it can be read. */
import { homedir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { StrataError } from '../contract/errors.ts';
import type { StoreSnapshot } from '../model/store.ts';
import { connectEngine, type Engine, type EngineEvent, type TriedEndpoint } from '../sources/engine/index.ts';
import type { HistoryStore } from '../history/index.ts';
import { noEngine, stateWithout } from './no-engine.ts';
import { remember, type Kept } from './remember.ts';
import { elsewhere, limitsOf, spaceOf } from './store-limits.ts';
import type { SourceState, StoreSource, TakeOptions } from './store-source.ts';
import { takeAccount, type Account } from './take-account.ts';

export interface EngineSourceOptions {
  readonly host?: string | undefined;
  readonly context?: string | undefined;
  /** Given by the user; else the engine's own. */
  readonly dataRoot?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Remembers layers' sizes; never fails, it may remember nothing. */
  readonly history: () => Promise<HistoryStore>;
  /** Shown while no engine answers. */
  readonly demo: StoreSource | null;
  /** Listens to the engine's events, for programs that live long. */
  readonly watch: boolean;
  readonly onConnectionChanged: () => void;
  /** Something in the store changed. */
  readonly onStoreChanged: () => void;
  /** A container was made or started on an image, named as whoever did it named it. */
  readonly onImageUsed: (image: string, atMs: number) => void;
}

export function engineSource(options: EngineSourceOptions): StoreSource {
  return new EngineSource(options);
}

type Learnt = Pick<SourceState, 'access' | 'accessWhy' | 'dataRoot' | 'limits' | 'disk'>;

const NOTHING_LEARNT: Learnt = { access: null, accessWhy: null, dataRoot: null, limits: [], disk: null };
/** A build makes many events: the store is looked at when they pause. */
const QUIET_MS = 2000;
const MAX_PAUSE_MS = 30_000;

class EngineSource implements StoreSource {
  #options: EngineSourceOptions;
  #engine: Engine | null = null;
  #tried: readonly TriedEndpoint[] = [];
  #lost = false;
  /** What the last scan found out about the files. */
  #learnt = NOTHING_LEARNT;
  #kept: Kept | null = null;
  #looking: Promise<void> | null = null;
  #closing = new AbortController();

  constructor(options: EngineSourceOptions) {
    this.#options = options;
  }

  engine(): Engine | null {
    return this.#lost ? null : this.#engine;
  }

  async state(): Promise<SourceState> {
    this.#looking ??= this.#look();
    await this.#looking;
    return this.#describe();
  }

  async retry(): Promise<SourceState> {
    await this.#looking?.catch(() => undefined); // a failed look is what is tried again
    this.#looking = this.#look();
    await this.#looking;
    this.#options.onConnectionChanged();
    return this.#describe();
  }

  async take(options: TakeOptions): Promise<StoreSnapshot> {
    const { state } = await this.state();
    if (state === 'lost') await this.retry();
    const { demo, dataRoot } = this.#options;
    const engine = this.engine();
    if (engine === null && dataRoot === undefined) {
      if (demo) return demo.take(options);
      throw noEngine(this.#tried);
    }
    try {
      return await this.#takeFrom(engine, options);
    } catch (thrown) {
      const error = StrataError.from(thrown);
      if (error.code === 'no-engine' && engine !== null) this.#markLost(error.message);
      throw error;
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #takeFrom(engine: Engine | null, options: TakeOptions): Promise<StoreSnapshot> {
    const history = await this.#options.history();
    const dataRoot = this.#options.dataRoot ?? null;
    const { onPartial, onMeasured } = options;
    const account = await takeAccount({
      ...options,
      onPartial: onPartial && ((make) => onPartial(() => this.#early(make()))),
      onMeasured: onMeasured && ((measured) => onMeasured(this.#early(measured))),
      engine,
      dataRoot,
      memory: history.layers,
    });
    await this.#learn(account);
    const { snapshot } = account;
    if (!options.figures) return snapshot; // less than the history keeps
    const { kept, issue } = await remember(history, snapshot, this.#kept);
    this.#kept = kept;
    return issue === null ? snapshot : { ...snapshot, issues: [...snapshot.issues, issue] };
  }

  /** What stands before the first scan is over: how the files are reached is not told first at its end. */
  #early(account: Account): StoreSnapshot {
    if (this.#learnt.access === null) void this.#learn(account);
    return account.snapshot;
  }

  async #learn({ snapshot, accessWhy }: Account): Promise<void> {
    const learnt: Learnt = {
      access: snapshot.access,
      accessWhy,
      dataRoot: snapshot.dataRoot,
      limits: [...limitsOf(snapshot), ...(await elsewhere(snapshot))],
      disk: snapshot.access === 'direct' && snapshot.dataRoot ? await spaceOf(snapshot.dataRoot) : null,
    };
    const changed = JSON.stringify(learnt) !== JSON.stringify(this.#learnt);
    this.#learnt = learnt;
    if (changed) this.#options.onConnectionChanged();
  }

  async #look(): Promise<void> {
    const { host, context, env } = this.#options;
    const search = await connectEngine({
      env,
      home: env['HOME'] ?? homedir(),
      signal: this.#closing.signal,
      ...(host === undefined ? {} : { host }),
      ...(context === undefined ? {} : { context }),
    });
    this.#tried = search.tried;
    if (search.kind === 'none') return;
    this.#engine = search.engine;
    this.#lost = false;
    if (this.#options.watch) this.#watch(search.engine);
  }

  #watch(engine: Engine): void {
    const { signal } = this.#closing;
    const onChange = debounced(this.#options.onStoreChanged, QUIET_MS, signal);
    const onEvent = ({ image, atMs }: EngineEvent): void => {
      if (image !== null) this.#options.onImageUsed(image, atMs ?? Date.now());
      onChange();
    };
    engine.watch(onEvent, signal).catch((thrown: unknown) => {
      if (this.#engine === engine) this.#markLost(StrataError.from(thrown).message);
    });
  }

  #markLost(why: string): void {
    if (this.#lost || this.#closing.signal.aborted) return;
    this.#lost = true;
    const endpoint = this.#engine?.endpoint ?? '';
    this.#tried = [{ endpoint, error: why, code: null, kind: 'no-engine' }];
    this.#options.onConnectionChanged();
    if (this.#options.watch) void this.#findAgain();
  }

  /** Asks again with growing pauses until an engine answers. */
  async #findAgain(): Promise<void> {
    const { signal } = this.#closing;
    for (let pause = 1000; this.#lost && !signal.aborted; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      await sleep(pause, undefined, { signal, ref: false }).catch(() => undefined); // aborted: the loop ends
      if (signal.aborted) return;
      await this.retry().catch(() => undefined); // still lost: asked again after the pause
    }
  }

  async #describe(): Promise<SourceState> {
    const tried = this.#tried.map(({ endpoint, error, code }) => ({ endpoint, error, code }));
    const { demo, dataRoot } = this.#options;
    if (this.#engine !== null) {
      const state = this.#lost ? 'lost' : 'ready';
      return { ...this.#learnt, state, endpoint: this.#engine.endpoint, tried, takenAt: null };
    }
    if (demo && dataRoot === undefined) return { ...(await demo.state()), tried };
    return { ...this.#learnt, state: stateWithout(this.#tried), endpoint: '', tried, takenAt: null };
  }
}

function debounced(call: () => void, quietMs: number, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return () => {
    clearTimeout(timer);
    if (!signal.aborted) timer = setTimeout(call, quietMs);
  };
}
